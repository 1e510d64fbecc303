import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLimits } from '../limits.ts'
import { ProfileDecoder } from '../profile-decoder.ts'
import { ProfileError, type ProfileErrorReason } from '../profile-error.ts'
import { naiveFromTree } from '../testing/naive.ts'
import { nameAt } from '../wtf8.ts'

const decoder = new ProfileDecoder()

function decode(body: string) {
  return decoder.decode(new TextEncoder().encode(body))
}

function withGraph(callgraph: string): string {
  return `{"start":1,"end":2,"callgraph":${callgraph}}`
}

function tree(callgraph: string) {
  return Object.fromEntries(naiveFromTree(decode(withGraph(callgraph)).tree))
}

function extras(body: string): string {
  return new TextDecoder().decode(decode(body).extras)
}

function refused(body: string | Uint8Array, reason: ProfileErrorReason, message: RegExp): void {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  assert.throws(
    () => decoder.decode(bytes),
    (error) => error instanceof ProfileError && error.reason === reason && message.test(error.message),
    `${body}`,
  )
}

const nothing = { counts: new Map(), file: null, lines: null }
const oneRunning = { counts: new Map([['R', 5]]), file: null, lines: null }

test('whatever is no profile at all is malformed, with the place where reading stopped', () => {
  for (const [body, offset] of [
    ['', 0],
    ['not json', 0],
    ['[]', 0],
    ['null', 0],
    ['{{}}', 0],
    ['"text"', 0],
    ['5', 0],
    [`${withGraph('{}')} x`, 35],
    [`${withGraph('{}')}{}`, 34],
    [`${withGraph('{}')},`, 34],
    ['{"start":1 "end":2}', 11],
    ['{"start"1}', 8],
    ['{"start":01}', 9],
    ['{"start":1,,}', 11],
    ['{,}', 1],
    ['{"start":-}', 10],
    ['{"start":1x}', 10],
    ['{"a":tru', 8],
    ['{"a":[1,2}', 9],
    ['{"a":"\t"}', 6],
    ['{"a":"\\q"}', 7],
    ['{"a":"\\u12g4"}', 10],
    ['{"a":"x', 7],
    ['{null:1}', 1],
    ['{"a"::1}', 4],
    ['\uFEFF{}', 0],
  ] as const) {
    refused(body, 'malformed', new RegExp(`at byte ${offset}:`))
  }
})

test('invalid UTF-8 is malformed wherever it stands', () => {
  const sequences = [
    [0x80],
    [0xc3],
    [0xc0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xff],
  ]
  for (const sequence of sequences) {
    for (const place of [
      '"extra":"%"',
      '"%":1',
      '"callgraph":{"children":{"%":{}}}',
      '"callgraph":{"file":"%"}',
    ]) {
      const [before, after] = `{"start":1,"end":2,${place}}`
        .split('%')
        .map((part) => new TextEncoder().encode(part))
      refused(Uint8Array.of(...before!, ...sequence, ...after!), 'malformed', /invalid UTF-8/)
    }
  }
})

test('start and end are whole epoch milliseconds, start not later than end', () => {
  refused('{"end":2,"callgraph":{}}', 'field', /start is required/)
  refused('{"start":null,"end":2,"callgraph":{}}', 'field', /start is required/)
  refused('{"start":1,"callgraph":{}}', 'field', /end is required/)
  refused('{"start":1.5,"end":2,"callgraph":{}}', 'field', /start must be a whole number/)
  refused('{"start":-1,"end":2,"callgraph":{}}', 'field', /start must not be negative/)
  refused('{"start":"1","end":2,"callgraph":{}}', 'field', /start must be a number/)
  refused('{"start":1,"end":1e300,"callgraph":{}}', 'field', /end is too large/)
  refused('{"start":1,"end":8640000000000001,"callgraph":{}}', 'field', /end is too large/)
  refused('{"start":3,"end":2,"callgraph":{}}', 'field', /start must not be later than end/)
  assert.equal(decode('{"end":17e2,"start":1700.0,"callgraph":{}}').start, 1700)
})

test('callgraph is a struct', () => {
  refused('{"start":1,"end":2}', 'field', /callgraph is required/)
  refused(withGraph('null'), 'field', /callgraph is required/)
  refused(withGraph('[]'), 'field', /callgraph must be a struct/)
  refused(withGraph('"x"'), 'field', /callgraph must be a struct/)
  assert.deepEqual(tree('{}'), { '[]': nothing })
})

test('counts are whole numbers however they are written; zero means absent', () => {
  for (const count of [
    '5',
    '5.0',
    '5e0',
    '50e-1',
    '0.5e1',
    '5.',
    '0x5',
    '0b101',
    '5d0',
    '500000000000000000000e-20',
  ]) {
    assert.deepEqual(tree(`{"counts":{"R":${count}}}`), { '[]': oneRunning }, count)
  }
  for (const count of ['0', '-0', '0.0', '0e5', 'null', 'null.int']) {
    assert.deepEqual(tree(`{"counts":{"R":${count}}}`), { '[]': nothing }, count)
  }
  assert.deepEqual(tree('{"counts":{"R":4_000_000_000}}')['[]']!.counts, new Map([['R', 4e9]]))
})

test('a count that is none is refused, naming the counter and the field', () => {
  refused(withGraph('{"counts":{"R":5.5}}'), 'field', /counts\."R" must be a whole number/)
  refused(withGraph('{"counts":{"R":5e-1}}'), 'field', /must be a whole number/)
  refused(withGraph('{"counts":{"R":1e-999999999999999999999}}'), 'field', /must be a whole number/)
  refused(withGraph('{"counts":{"R":-5}}'), 'field', /must not be negative/)
  refused(withGraph('{"counts":{"R":nan}}'), 'field', /must be a number/)
  refused(withGraph('{"counts":{"R":+inf}}'), 'field', /must be a number/)
  refused(withGraph('{"counts":{"R":"5"}}'), 'field', /must be a number/)
  refused(withGraph('{"counts":{"R":{"a":[1]}}}'), 'field', /must be a number/)
  refused(withGraph('{"counts":{"R":2007-01-01T}}'), 'field', /must be a number/)
  refused(withGraph('{"counts":{"R":2007-01-01}}'), 'field', /must be a number/)
  refused(withGraph('{"counts":{"R":1e999999999999999999999}}'), 'field', /too large/)
  refused(withGraph(`{"counts":{"R":${'9'.repeat(100_000)}}}`), 'field', /too large/)
  refused(withGraph('{"counts":{"<b>\\n\u00e9":-5}}'), 'field', /counts\."<b>\\x0a\\xc3\\xa9" must/)
  refused(withGraph(`{"counts":{"${'x'.repeat(500)}":-5}}`), 'field', /counts\."x{40}…" must/)
  refused(withGraph('{"counts":[1]}'), 'field', /counts must be a struct/)
})

test('a counter repeated in one struct adds up', () => {
  assert.deepEqual(
    tree('{"counts":{"R":2,"B":1,"R":3}}')['[]']!.counts,
    new Map([
      ['R', 5],
      ['B', 1],
    ]),
  )
})

test('siblings repeated under one name are added by a merge', () => {
  const repeated = tree('{"children":{"a":{"counts":{"R":2}},"a":{"counts":{"R":3}}}}')
  assert.deepEqual(repeated['["a"]'], oneRunning)
})

test('a line is a list of one or two numbers, in any order, or one number', () => {
  for (const [line, lines] of [
    ['[7]', [7, 7]],
    ['[7,9]', [7, 9]],
    ['[ 9 , 7 ]', [7, 9]],
    ['[7, 9,]', [7, 9]],
    ['7', [7, 7]],
    ['[7.0]', [7, 7]],
    ['[0]', [0, 0]],
    ['[/*x*/]', null],
    ['[ //x\n 7 /*x*/ , /*x*/ 9 /*x*/]', [7, 9]],
    ['[]', null],
    ['null', null],
    ['null.list', null],
  ] as const) {
    assert.deepEqual(tree(`{"line":${line}}`)['[]']!.lines, lines, line)
  }
  refused(withGraph('{"line":[1,2,3]}'), 'field', /line must be a list of one or two/)
  refused(withGraph('{"line":["1"]}'), 'field', /line must be a list/)
  refused(withGraph('{"line":[-1]}'), 'field', /line must not be negative/)
  refused(withGraph('{"line":[1.5]}'), 'field', /line must be a whole/)
  refused(withGraph('{"line":[2147483648]}'), 'field', /line is too large/)
  refused(withGraph('{"line":{}}'), 'field', /line must be a list/)
  refused(withGraph('{"line":[1 2]}'), 'malformed', /comma or \]/)
})

test('null stands for an absent field of a node', () => {
  const nulls = '{"counts":null,"file":null,"line":null,"children":null}'
  assert.deepEqual(tree(`{"children":{"a":${nulls}}}`), { '[]': nothing, '["a"]': nothing })
  refused(withGraph('{"children":{"a":null}}'), 'field', /children must be a struct of structs/)
})

test('fields of a node that are not known are stepped over', () => {
  const node = '{"x":{"counts":{"R":1}},"counts":{"R":5},"start":[1,{"y":"}"}],"z":"\\u0000"}'
  assert.deepEqual(tree(node), { '[]': oneRunning })
})

test('a schema field repeated in one struct is refused', () => {
  refused('{"start":1,"start":1,"end":2,"callgraph":{}}', 'field', /start appears twice/)
  refused('{"start":1,"end":2,"callgraph":{},"callgraph":{}}', 'field', /callgraph appears twice/)
  for (const [field, value] of Object.entries({ counts: '{}', file: '"f"', line: '[1]', children: '{}' })) {
    refused(
      withGraph(`{"${field}":${value},"${field}":${value}}`),
      'field',
      new RegExp(`${field} appears twice`),
    )
    refused(withGraph(`{"children":{"a":{"${field}":null,'${field}':null}}}`), 'field', /appears twice/)
  }
})

test('names come back as they came: escapes, pairs, lone surrogates, NUL, __proto__', () => {
  for (const name of [
    '__proto__',
    '\0',
    '\x1f"\\/\b',
    '\u00e9',
    '😀',
    '\uD83D',
    '\uDE00x',
    'x\uD83Dy\uDE00',
    '',
  ]) {
    const { tree } = decode(withGraph(`{"children":{${JSON.stringify(name)}:{}}}`))
    assert.equal(nameAt(tree.names, 0), name)
  }
  const { tree } = decode(withGraph('{"children":{"\\uD83D\\uDE00":{},"😀":{}}}'))
  assert.equal(tree.names.length, 1)
  assert.equal(nameAt(tree.names, 0), '😀')
})

test('the tree may be written in Ion text', () => {
  const plain = tree(
    '{"counts":{"R":5},"children":{"a b":{"file":"f.js","line":[1,2],"children":{"c":{"counts":{"R":1}}}}}}',
  )
  for (const graph of [
    '{counts:{R:5},children:{\'a b\':{file:"f.js",line:[1,2],children:{c:{counts:{R:1}}}}}}',
    "{counts:{R:5,},children:{'''a''' ''' b''':{file:'f.js',line:[1,2,],children:{c:{counts:{R:1,},},},},},}",
    '/* x */{counts://y\n{R:x::5},children:note::{"a\\x20b":y::{file:x::"f.js",line:x::[1,z::2],children:{c:{counts:{R:1}}}}}}',
    "call::'graph'::{\"coun\\u0074s\":{'R':0x5},children:{'a b':{file:'''f.''' // z\n '''js''',line:[1,2],children:{c:{counts:{R:1}}}}}}",
  ]) {
    assert.deepEqual(tree(graph), plain, graph)
  }
})

test('an Ion text document may have version markers and annotations', () => {
  const body = ` $ion_1_0 // first\n $ion_1_0 a::'b c'::{start:1,end:2,callgraph:{}} `
  assert.equal(decode(body).end, 2)
  refused('$ion_1_1 {start:1,end:2,callgraph:{}}', 'malformed', /expected a struct/)
  refused('$ion_symbol_table::{symbols:["x"]} {start:1}', 'malformed', /symbol tables in Ion text/)
  refused('{start:1,end:2,callgraph:{children:{$10:{}}}}', 'malformed', /symbol id without text/)
})

test('a lone surrogate in anything but a double-quoted string is malformed', () => {
  refused(withGraph("{children:{'\\uD83D':{}}}"), 'malformed', /surrogate/)
  refused(withGraph("{children:{'''\\uD83D''':{}}}"), 'malformed', /surrogate/)
  refused(withGraph('{children:{"\\U0000D83D":{}}}'), 'malformed', /Unicode/)
})

test('other top-level fields are kept as they were written', () => {
  const body =
    '{"a": {"b" : [1, 2.50,"\\u0041"]}, "start":1, "end":2, "callgraph":{}, \'c\': x::{{ aGk= }} , a:5}'
  assert.equal(extras(body), '{"a":{"b" : [1, 2.50,"\\u0041"]},\'c\':x::{{ aGk= }},a:5}')
  assert.equal(extras(withGraph('{}')), '{}')
})

test('any Ion value may stand in a field that is not known', () => {
  for (const value of [
    'null',
    'null.timestamp',
    'true',
    'false',
    'nan',
    '+inf',
    '-inf',
    '-0',
    '1_000',
    '0xFF_ff',
    '-0b1_0',
    '1.5',
    '1.',
    '1d-5',
    '1.5E+3',
    '2007T',
    '2007-02T',
    '2008-02-29',
    '2008-02-29T',
    '2007-02-23T12:14Z',
    '2007-02-23T12:14:33.079-08:00',
    'symbol',
    "'a symbol'",
    '$4',
    '"s"',
    "'''long\r\n''' '''string'''",
    '{{}}',
    '{{ aGVsbG8= }}',
    '{{"clob\\x00"}}',
    "{{ '''a''' '''b\n''' }}",
    '[]',
    '[1,[2],]',
    '{}',
    '{a:1,"b":{},}',
    '()',
    '(a + b)',
    '(a+(-1 -x) [1] "s" \'q\' +inf)',
    'a::b::c',
    'a::[b::1]',
    "'a' :: /*x*/ {}",
    '/*x*/1//y\n',
  ]) {
    assert.doesNotThrow(() => decode(`{x:${value},start:1,end:2,callgraph:{}}`), value)
  }
})

test('what is no Ion value is malformed in a field that is not known', () => {
  for (const value of [
    '',
    'null.nothing',
    'null.',
    '1__0',
    '_1.',
    '0x',
    '0b2',
    '1.5.',
    '1e',
    '+5',
    '.5',
    '2007-13T',
    '2007-02-29',
    '2007-02-23T12Z',
    '2007-02-23T12:14',
    '0000T',
    '2007-02-23T24:00Z',
    "'x",
    "'''x",
    '"\\uD8"',
    '{{ aGVsbG8 }}',
    '{{ =aaa }}',
    '{{"é"}}',
    '{{"a"}',
    '{{"\\u0041"}}',
    '[1 2]',
    '{a}',
    '{a:}',
    '{1:2}',
    '(1,2)',
    '(',
    '[)',
    'a::',
    '/*',
    '$10',
    '$0x::',
    '\u00e9',
    '#',
    'tru\u00e9',
  ]) {
    refused(`{x:${value},start:1,end:2,callgraph:{}}`, 'malformed', /./)
  }
})

test('each limit is kept while decoding, and named', () => {
  const limits = {
    ...defaultLimits,
    maxDepth: 3,
    maxNodes: 4,
    maxNames: 3,
    maxNameBytes: 10,
    maxSamples: 100,
    maxCounters: 2,
    maxExtrasBytes: 30,
  }
  const limited = new ProfileDecoder(limits)
  const attempt = (body: string) => limited.decode(new TextEncoder().encode(body))
  const fails = (body: string, reason: ProfileErrorReason, message: RegExp) =>
    assert.throws(
      () => attempt(body),
      (error) => error instanceof ProfileError && error.reason === reason && message.test(error.message),
      body,
    )
  attempt(withGraph('{"children":{"a":{"children":{"a":{"children":{"a":{}}}}}}}'))
  fails(
    withGraph('{"children":{"a":{"children":{"a":{"children":{"a":{"children":{"a":{}}}}}}}}}'),
    'depth',
    /deeper than 3/,
  )
  attempt(withGraph('{"children":{"a":{},"a":{},"b":{},"c":{}}}'))
  fails(withGraph('{"children":{"a":{},"a":{},"b":{},"c":{},"a":{}}}'), 'nodes', /more than 4 nodes/)
  fails(withGraph('{"children":{"a":{},"b":{},"c":{},"d":{}}}'), 'names', /more than 3 distinct/)
  attempt(withGraph('{"children":{"0123456789":{},"\\u0041123456789":{}}}'))
  fails(withGraph('{"children":{"0123456789x":{}}}'), 'name-length', /frame name is longer than 10 bytes/)
  fails(withGraph('{"file":"0123456789x"}'), 'name-length', /file name/)
  fails(withGraph('{"counts":{"0123456789x":1}}'), 'name-length', /counter name/)
  attempt(withGraph('{"counts":{"a":60,"b":40}}'))
  fails(withGraph('{"counts":{"a":60,"b":41}}'), 'samples', /more than 100/)
  fails(withGraph('{"counts":{"a":1,"b":1,"c":0}}'), 'counters', /more than 2 distinct/)
  attempt(`{"extra":"012345678901234567",${withGraph('{}').slice(1)}`)
  fails(`{"extra":"0123456789012345678",${withGraph('{}').slice(1)}`, 'extras', /more than 30 bytes/)
  fails(`{"extra":[[[[]]]],${withGraph('{}').slice(1)}`, 'depth', /more|deeper/)
})

test('file names are not counted among the distinct names', () => {
  const limited = new ProfileDecoder({ ...defaultLimits, maxNames: 1 })
  const files = ['f', 'g', 'h'].map((file) => `"a":{"file":"${file}"}`).join()
  assert.equal(
    limited.decode(new TextEncoder().encode(withGraph(`{"children":{${files}}}`))).tree.files.length,
    3,
  )
})

test('depth 1024 is allowed, 1025 is not', () => {
  const nested = (depth: number) => withGraph(`${'{"children":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`)
  assert.equal(decode(nested(1024)).tree.parent.length, 1025)
  refused(nested(1025), 'depth', /deeper than 1024 frames/)
})
