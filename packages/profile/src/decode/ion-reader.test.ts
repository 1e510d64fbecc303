import assert from 'node:assert/strict'
import { test } from 'node:test'
import ion from 'ion-js'
import { encodeIon } from '../encode-ion.ts'
import { defaultLimits } from '../limits.ts'
import { ProfileDecoder } from '../profile-decoder.ts'
import { ProfileError, type ProfileErrorReason } from '../profile-error.ts'
import { ionBinary } from '../testing/ion-binary.ts'
import { naiveFromTree } from '../testing/naive.ts'
import { showStacks, stacks } from '../text-stacks.ts'
import { encodeName } from '../wtf8.ts'

const decoder = new ProfileDecoder()
const marker = [0xe0, 0x01, 0x00, 0xea]

type Bytes = readonly number[]

/** A value: type code and content. */
function value(type: number, ...content: readonly Bytes[]): number[] {
  const bytes = content.flat()
  return bytes.length < 14
    ? [(type << 4) | bytes.length, ...bytes]
    : [(type << 4) | 14, ...varUint(bytes.length), ...bytes]
}

function varUint(number: number): number[] {
  const bytes = [0x80 | (number & 0x7f)]
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) bytes.unshift(rest & 0x7f)
  return bytes
}

function int(number: number): number[] {
  const bytes: number[] = []
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return value(2, bytes)
}

function string(text: string): number[] {
  return value(8, [...encodeName(text)])
}

function list(...items: readonly Bytes[]): number[] {
  return value(11, ...items)
}

function struct(...fields: readonly (readonly [number, Bytes])[]): number[] {
  return value(13, ...fields.map(([symbol, content]) => [...varUint(symbol), ...content]))
}

function annotated(symbol: number, content: Bytes): number[] {
  const symbols = varUint(symbol)
  return value(14, varUint(symbols.length), symbols, content)
}

function symbolTable(...fields: readonly (readonly [number, Bytes])[]): number[] {
  return annotated(3, struct(...fields))
}

const shape = ['start', 'end', 'callgraph', 'counts', 'file', 'line', 'children', 'R', 'a', 'x']
const shapeTable = symbolTable([7, list(...shape.map(string))])
const [start, end, callgraph, counts, file, line, children, running, a, x] = shape.map((_, i) => 10 + i) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

function body(...values: readonly Bytes[]): Uint8Array {
  return Uint8Array.from([...marker, ...values.flat()])
}

/** A body whose profile has this call graph, and these fields beside the times. */
function withGraph(graph: Bytes, ...more: readonly (readonly [number, Bytes])[]): Uint8Array {
  return body(shapeTable, struct([start, int(1)], [end, int(2)], [callgraph, graph], ...more))
}

function tree(bytes: Uint8Array) {
  return Object.fromEntries(naiveFromTree(decoder.decode(bytes).tree))
}

function extras(bytes: Uint8Array): string {
  return new TextDecoder().decode(decoder.decode(bytes).extras)
}

function refused(bytes: Uint8Array, reason: ProfileErrorReason, message: RegExp): void {
  assert.throws(
    () => decoder.decode(bytes),
    (error) => error instanceof ProfileError && error.reason === reason && message.test(error.message),
    Buffer.from(bytes.subarray(0, 200)).toString('hex'),
  )
}

const nothing = { counts: new Map(), file: null, lines: null }
const fiveRunning = { '[]': { counts: new Map([['R', 5]]), file: null, lines: null } }
const count = (number: Bytes) => withGraph(struct([counts, struct([running, number])]))

test('counts are whole numbers of any numeric type', () => {
  const float32 = [0x44, 0x40, 0xa0, 0, 0]
  const float64 = [0x48, 0x40, 0x14, 0, 0, 0, 0, 0, 0]
  for (const number of [
    int(5),
    float32,
    float64,
    [0x52, 0xc1, 0x32],
    [0x52, 0x80, 0x05],
    value(2, [0, 0, 0, 0, 0, 0, 0, 5]),
    annotated(x, int(5)),
    value(5, [0xd2], [0x45, 0x63, 0x91, 0x82, 0x44, 0xf4, 0x00, 0x00]),
  ]) {
    assert.deepEqual(tree(count(number)), fiveRunning)
  }
  for (const zero of [[0x20], [0x40], [0x50], [0x51, 0x80], [0x44, 0x80, 0, 0, 0], [0x2f], [0x0f], [0x4f]]) {
    assert.deepEqual(tree(count(zero)), { '[]': nothing })
  }
})

test('a count that is none is refused, naming the counter', () => {
  refused(count([0x48, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0]), 'field', /counts\."R" must be a whole number/)
  refused(count([0x52, 0xc1, 0x33]), 'field', /must be a whole number/)
  refused(count([0x31, 5]), 'field', /must not be negative/)
  refused(count([0x44, 0xc0, 0xa0, 0, 0]), 'field', /must not be negative/)
  refused(count([0x48, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]), 'field', /must be a number/)
  refused(count([0x48, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]), 'field', /must be a number/)
  refused(count(string('5')), 'field', /must be a number/)
  refused(count(value(2, Array(9).fill(0xff))), 'field', /too large/)
  refused(count([0x52, 0xa0, 0x01]), 'field', /too large/)
  refused(count(value(5, [0x80], Array(9).fill(0x7f))), 'field', /too large/)
  refused(count([0x31, 0]), 'malformed', /minus zero/)
  refused(count([0x43, 0, 0, 0]), 'malformed', /impossible length/)
})

test('threat 2: an integer of 192 kB is refused at once, wherever it stands in the schema', () => {
  const huge = value(2, Array(192 * 1024).fill(0xff))
  const before = performance.now()
  refused(count(huge), 'field', /too large/)
  refused(withGraph(struct([line, list(huge)])), 'field', /too large/)
  refused(
    body(shapeTable, struct([start, huge], [end, int(2)], [callgraph, struct()])),
    'field',
    /start is too large/,
  )
  assert.match(extras(withGraph(struct(), [x, huge])), /^\{"x":0xffff/)
  refused(withGraph(struct(), [x, value(5, [0x80], Array(192 * 1024).fill(0x7f))]), 'malformed', /decimal/)
  // Turning one such integer into digits takes most of a minute.
  assert.ok(performance.now() - before < 20_000)
})

test('padding is stepped over everywhere', () => {
  const pad = value(0, [1, 2, 3])
  const node = struct(
    [x, pad],
    [counts, struct([x, pad], [running, int(5)])],
    [line, list(pad, int(1), pad)],
    [x, [0]],
  )
  const bytes = body(
    pad,
    shapeTable,
    [0],
    struct([x, pad], [start, int(1)], [end, int(2)], [callgraph, node], [x, list(pad, int(1))]),
    pad,
  )
  assert.deepEqual(tree(bytes)['[]'], { counts: new Map([['R', 5]]), file: null, lines: [1, 1] })
  assert.equal(extras(bytes), '{"x":[1]}')
})

test('files are strings or symbols, lines a list or a number', () => {
  const known = { counts: new Map(), file: 'a', lines: [3, 300] }
  for (const text of [string('a'), [0x71, a]]) {
    assert.deepEqual(tree(withGraph(struct([file, text], [line, list(int(300), int(3))])))['[]'], known)
  }
  assert.deepEqual(tree(withGraph(struct([line, int(7)])))['[]']!.lines, [7, 7])
  refused(withGraph(struct([file, int(1)])), 'field', /file must be a string/)
  refused(
    withGraph(struct([line, list(int(1), int(2), int(3))])),
    'field',
    /line must be a list of one or two/,
  )
  refused(withGraph(struct([line, string('1')])), 'field', /line must be/)
  refused(withGraph(struct([file, value(8, [0xff])])), 'malformed', /UTF-8/)
  refused(withGraph(struct([file, value(8, [0xed, 0xa0, 0x80])])), 'malformed', /UTF-8/)
  refused(withGraph(struct([file, [0x71, 99]])), 'malformed', /file name without text/)
})

test('nulls of any type stand for absent fields of a node', () => {
  const nulls = struct([counts, [0xdf]], [file, [0x0f]], [line, [0xbf]], [children, [0xdf]])
  assert.deepEqual(tree(withGraph(struct([children, struct([a, nulls])]))), {
    '[]': nothing,
    '["a"]': nothing,
  })
  refused(withGraph(struct([children, struct([a, [0xdf]])])), 'field', /children must be a struct of structs/)
  refused(withGraph([0xdf]), 'field', /callgraph is required/)
})

test('a schema field repeated in one struct is refused, a repeated counter adds', () => {
  refused(withGraph(struct(), [start, int(1)]), 'field', /start appears twice/)
  refused(withGraph(struct([line, list()], [line, list()])), 'field', /line appears twice/)
  refused(withGraph(struct([children, struct()], [children, [0xdf]])), 'field', /children appears twice/)
  assert.deepEqual(
    tree(withGraph(struct([counts, struct([running, int(2)], [running, int(3)])]))),
    fiveRunning,
  )
})

test('symbol tables may be appended to, replaced, and start again after a marker', () => {
  const more = symbolTable([6, [0x71, 3]], [7, list(string('b'))])
  const profile = struct(
    [start, int(1)],
    [end, int(2)],
    [callgraph, struct([children, struct([20, struct()])])],
  )
  assert.deepEqual(tree(body(shapeTable, more, profile)), { '[]': nothing, '["b"]': nothing })
  refused(body(shapeTable, profile), 'malformed', /symbol 20 is not in the symbol table/)
  refused(
    body(shapeTable, symbolTable([7, list(string('b'))]), profile),
    'malformed',
    /not in the symbol table/,
  )
  refused(body(shapeTable, more, marker, profile), 'malformed', /not in the symbol table/)
})

test('symbols of the system table and of a table that imports it are known', () => {
  const table = symbolTable([6, list(struct([4, string('$ion')]))], [7, list(...shape.map(string))])
  const graph = struct([children, struct([4, struct()])])
  const bytes = body(table, struct([start, int(1)], [end, int(2)], [callgraph, graph]))
  assert.deepEqual(tree(bytes), { '[]': nothing, '["name"]': nothing })
})

test('a shared symbol table is refused by name', () => {
  const table = symbolTable([6, list(struct([4, string('com.example<x>')], [5, int(1)]))])
  refused(body(table, shapeTable), 'malformed', /shared symbol table "com.example<x>" is not known/)
})

test('a frame or counter name without text is malformed', () => {
  const table = symbolTable([7, list(...shape.map(string), int(5))])
  const node = (graph: Bytes) => body(table, struct([start, int(1)], [end, int(2)], [callgraph, graph]))
  refused(node(struct([children, struct([20, struct()])])), 'malformed', /frame name without text/)
  refused(node(struct([children, struct([0, struct()])])), 'malformed', /frame name without text/)
  refused(node(struct([counts, struct([20, int(1)])])), 'malformed', /counter name without text/)
})

test('anything but one struct is malformed', () => {
  refused(body(), 'malformed', /at byte 4:/)
  refused(body(shapeTable), 'malformed', /expected a struct/)
  refused(body([0x20]), 'malformed', /expected a struct/)
  refused(body([0xdf]), 'malformed', /expected a struct/)
  refused(body(list()), 'malformed', /expected a struct/)
  refused(Uint8Array.from([...withGraph(struct()), 0x20]), 'malformed', /nothing after/)
  refused(Uint8Array.from([0xe0, 1, 1, 0xea, 0xd0]), 'malformed', /./)
})

test('lengths that do not fit are malformed', () => {
  const graphs: Bytes[] = [
    [0xd5, 0x91],
    [0xde, 0xff],
    [0xde, 0x01, 0x01],
    [0xde, ...Array(12).fill(0x7f), 0xff],
    [0xd1, 0x80],
    [0xd2, 0x8d],
    [0xd2, 0x8d, 0xd3],
    [0xd2, 0x0d, 0x0d],
    [0xd2, 0x90, 0xf0],
    [0xd2, 0x99, 0xe1],
    [0xd2, 0x99, 0x13],
    [0xd4, 0x99, 0xe3, 0x81, 0x93, 0x20],
    [0xd5, 0x99, 0xe4, 0x81, 0x93, 0x20],
    [0xd6, 0x99, 0xe4, 0x81, 0x93, 0x20, 0x20],
    [0xd5, 0x99, 0xe3, 0x81, 0x93, 0x00],
    [0xd5, 0x99, 0xe3, 0x80, 0x93, 0x20],
  ]
  for (const graph of graphs) refused(withGraph(graph), 'malformed', /at byte/)
})

test('a struct may be marked as sorted', () => {
  assert.deepEqual(
    tree(withGraph([0xd1, 0x85, ...varUint(counts), 0xd3, ...varUint(running), 0x21, 5])),
    fiveRunning,
  )
})

test('other top-level fields are kept as Ion text with everything Ion can say', () => {
  const values = [
    'null',
    'null.bool',
    'null.int',
    'null.float',
    'null.decimal',
    'null.timestamp',
    'null.symbol',
    'null.string',
    'null.clob',
    'null.blob',
    'null.list',
    'null.sexp',
    'null.struct',
    'true',
    'false',
    '0',
    '12345678901234567890',
    '-17',
    '9007199254740993',
    '0x112233445566778899aabb',
    '1e0',
    '-0e0',
    '1.5e300',
    '1e-7',
    'nan',
    '+inf',
    '-inf',
    '0d0',
    '1.50',
    '-0.5',
    '-0.0',
    '12d30',
    '5d-40',
    '30.',
    '2007T',
    '2007-02T',
    '2008-02-29',
    '2007-02-23T12:14Z',
    '2007-02-23T12:14:33-00:00',
    '2007-02-23T23:59:33.079-08:00',
    '2007-01-01T00:30+01:00',
    'symbol',
    "'a \\' symbol'",
    '"s\\"\\\\\\0\\n\\x7f é 😀"',
    "'''long'''",
    '{{aGVsbG8=}}',
    '{{aGVsbA==}}',
    '{{}}',
    '{{"clob\\x00\\xff\\""}}',
    '[]',
    '[1,[2,[3]],{}]',
    '{a:1,"b c":{d:[]}}',
    '(a (b 1) "c")',
    'x::y::1',
    "'an x'::[z::{a:q::null}]",
    '()',
  ]
  for (const text of values) {
    const kept = extras(ionBinary(`{start:1,end:2,x:${text},callgraph:{},'y z':1}`))
    const expected = ion.load(`{x:${text},'y z':1}`)
    assert.ok(ion.load(kept)?.equals(expected), `${text} became ${kept}`)
  }
})

test('impossible timestamps in other fields are malformed', () => {
  for (const content of [
    [],
    [0x80],
    [0x80, 0x0f, 0xd7, 0x8d],
    [0x80, 0x0f, 0xd7, 0x82, 0x9d],
    [0x80, 0x0f, 0xd7, 0x82, 0x81, 0x8c],
  ]) {
    refused(withGraph(struct(), [x, value(6, content)]), 'malformed', /at byte/)
  }
  const second = [0x80, 0x0f, 0xd7, 0x82, 0x81, 0x8c, 0x81, 0x81]
  for (const fraction of [
    [0xc1, 0x0a],
    [0xc1, 0x81],
    [0x81, 0x01],
    [0x7f, 0xff, 0x01],
  ]) {
    refused(withGraph(struct(), [x, value(6, second, fraction)]), 'malformed', /fraction/)
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
  }
  const limited = new ProfileDecoder(limits)
  const attempt = (text: string) => limited.decode(encodeIon({ start: 1, end: 2, tree: stacks(text) }))
  const fails = (text: string, reason: ProfileErrorReason) =>
    assert.throws(
      () => attempt(text),
      (error) => error instanceof ProfileError && error.reason === reason,
      text,
    )
  assert.equal(showStacks(attempt('a;a;a 1 | b 60').tree), 'a;a;a 1 | b 60')
  fails('a;a;a;a 1', 'depth')
  fails('a;a;a 1 | b;b 1', 'nodes')
  fails('a 1 | b 1 | c 1 | d 1', 'names')
  fails('a 60 | b 41', 'samples')
  fails('a A=1 B=1 C=1', 'counters')
  fails('0123456789x 1', 'name-length')
  fails('a 0123456789x=1', 'name-length')
})

test('a million symbols are refused', () => {
  // Wrapper, struct and list, each with room for a length of four bytes.
  const size = 2_000_000
  const long = (length: number) => [
    length >> 21,
    (length >> 14) & 0x7f,
    (length >> 7) & 0x7f,
    0x80 | (length & 0x7f),
  ]
  const heads = [
    ...marker,
    0xee,
    ...long(size + 13),
    0x81,
    0x83,
    0xde,
    ...long(size + 6),
    0x87,
    0xbe,
    ...long(size),
  ]
  const bytes = new Uint8Array(heads.length + size)
  bytes.set(heads)
  for (let at = heads.length; at < bytes.length; at += 2) bytes.set([0x81, 0x61], at)
  refused(bytes, 'names', /more than 265536 symbols/)
})
