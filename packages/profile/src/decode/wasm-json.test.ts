/** Call graphs in JSON: what the WebAssembly reads is what the reader in TypeScript reads; it leaves everything else to that one. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeJson } from '../encode-json.ts'
import type { ProfileLimits } from '../limits.ts'
import { arbitraryProfile } from '../testing/arbitrary-profile.ts'
import { type DecoderPair, pair, same } from '../testing/decoder-pair.ts'

const both = pair()
const captured = readFileSync(
  new URL('../../../../fixtures/agent-bodies/small-first-report.body.json', import.meta.url),
)

/** A whole profile around a call graph. */
function around(callgraph: string, others = ''): Uint8Array {
  return Buffer.from(`{"start":1,"end":2,${others}"callgraph":${callgraph}}`)
}

/** Whether the WebAssembly reads the call graph of a body. */
function isRead({ columns }: DecoderPair, body: Uint8Array): boolean {
  const at = Buffer.from(body).indexOf('"callgraph":') + '"callgraph":'.length
  columns.body.set(body)
  return columns.decodeJson(body[at] === 0x20 ? at + 1 : at, body.length) > 0
}

test('a body as agents post it is read by it, and alike', () => {
  assert.ok(isRead(both, captured))
  assert.equal(typeof same(both, captured), 'object')
})

test('profiles of every kind are read alike, however they are spaced', () => {
  const space = fc.constantFrom('', ' ', '\t', '\n  ')
  fc.assert(
    fc.property(arbitraryProfile({ allowsLoneSurrogates: true }), space, (profile, indent) => {
      const text = JSON.stringify(JSON.parse(Buffer.from(encodeJson(profile)).toString()), null, indent)
      assert.equal(typeof same(both, Buffer.from(text)), 'object')
    }),
    { numRuns: 500 },
  )
})

const usual: Readonly<Record<string, Uint8Array>> = {
  'an empty call graph': around('{}'),
  'white space wherever it may stand': around(
    ' {\n"counts"\t: { "R" :\r1 , "W": 2 } , "children" : { "a" : { "line" : [ 3 , 4 ] , "file" : "x" } , "b":{ } } } ',
  ),
  'nulls where something is absent': around(
    '{"counts":null,"file":null,"line":null,"children":{"a":{"counts":null,"line":null,"children":null}}}',
  ),
  'one line, two lines, the larger first, zero': around(
    '{"children":{"a":{"line":7},"b":{"line":[9]},"c":{"line":[3,5]},"d":{"line":[5,3]},"e":{"line":0}}}',
  ),
  'a frame with two files, one the beginning of the other': around(
    '{"file":"r","children":{"a":{"file":"x","children":{"a":{"file":"xy","children":{"a":{"file":"x"}}}}},"b":{"file":""},"c":{"file":"","children":{"c":{"file":""}}}}}',
  ),
  'siblings of one name': around('{"children":{"a":{"counts":{"R":1}},"a":{"counts":{"R":2}}}}'),
  'counters of one name in one node': around(
    '{"counts":{"R":1,"R":2,"W":3,"R":4},"children":{"a":{"counts":{"W":0}}}}',
  ),
  'counts up to nine digits': around('{"counts":{"A":255,"B":999999999}}'),
  'commas before closing braces': around('{"counts":{"A":1,},"children":{"a":{},},}'),
  'names of every length up to 70': around(
    `{"children":{${Array.from({ length: 70 }, (_, n) => `"${'x'.repeat(n)}":{"file":"${'y'.repeat(n)}"}`).join()}}}`,
  ),
  'names beyond ASCII': around(
    '{"children":{"é":{"file":"zażółć gęślą jaźń"},"abcdefghijklmnoé":{},"😀":{}}}',
  ),
  'no names, and then many': around(
    `{"children":{${Array.from({ length: 5000 }, (_, n) => `"function ${n}":{"line":[${n}]}`).join()}}}`,
  ),
}
for (const [what, body] of Object.entries(usual)) {
  test(`it reads ${what}`, () => {
    assert.ok(isRead(both, body))
    assert.equal(typeof same(both, body), 'object')
  })
}

const left: Readonly<Record<string, Uint8Array>> = {
  'names with escapes': around('{"children":{"a\\u00e9\\n":{"file":"a\\/b"}}}'),
  comments: around('{"children":{/* here */"a":{}}}'),
  'fields of nodes that are not known': around('{"children":{"a":{"colour":[{"a":"}"}],"counts":{"R":1}}}}'),
  'fields without quotes, as Ion has them': around('{children:{a:{counts:{R:1}}}}'),
  'annotations and nulls with a type': around('{"children":{"a":x::{},"b":{"line":null.list}}}'),
  'fractions, signs and numbers in other forms': around('{"counts":{"A":5.0,"B":5e0,"C":1_0,"D":0x10}}'),
  'counts of more than nine digits': around('{"counts":{"R":1000000000}}'),
  'a null among counts': around('{"counts":{"R":null}}'),
  'negative counts': around('{"counts":{"R":-1}}'),
  'numbers that begin with zero': around('{"counts":{"R":01}}'),
  'no call graph': around('null'),
  'a list where a struct belongs': around('[]'),
  'a node that is no struct': around('{"children":{"a":1}}'),
  'a field that comes twice': around('{"children":{},"children":{}}'),
  'more than two lines': around('{"children":{"a":{"line":[1,2,3]}}}'),
  'no lines': around('{"children":{"a":{"line":[]}}}'),
  'names that are not UTF-8': Buffer.from(around('{"children":{"a":{}}}')).fill(0xff, 38, 39),
  'control characters in names': around('{"children":{"\n":{}}}'),
  'nothing behind an opening brace': Buffer.from('{"start":1,"end":2,"callgraph":{'),
}
for (const [what, body] of Object.entries(left)) {
  test(`it leaves ${what} to the other reader`, () => {
    assert.ok(!isRead(both, body))
    same(both, body)
  })
}

test('what stands behind and before the call graph is read as ever', () => {
  const others = ['"a":[1,{"callgraph":{}}],', '"agentMetadata":{"é":"\\n"},', '/* text */', "'b':x::sym,"]
  for (const before of others)
    for (const after of others) {
      const text = `{${before}"start":1,"callgraph":{"counts":{"R":1}},${after}"end":2}`
      assert.equal(typeof same(both, Buffer.from(text)), 'object')
    }
  for (const text of [
    '{"start":1,"end":2,"callgraph":{},"callgraph":{}}',
    '{"start":1,"end":2,"callgraph":{}}}',
  ])
    assert.equal(typeof same(both, Buffer.from(text)), 'string')
})

test('a body longer than its memory is left to the other reader, and later ones are not', () => {
  const larger = pair({ maxExtrasBytes: 16 * 1024 * 1024 })
  const long = around('{"counts":{"R":1}}', `"x":"${'x'.repeat(8 * 1024 * 1024)}",`)
  for (const body of [captured, long, captured, around('{}', `"x":"${'x'.repeat(8 * 1024 * 1024 - 100)}",`)])
    assert.equal(typeof same(larger, body), 'object')
})

test('limits hold alike, on both sides of each', () => {
  const body = around(
    '{"counts":{"A":1,"B":2},"children":{"a":{"file":"xyz","children":{"bcd":{"counts":{"C":3}}}},"e":{}}}',
  )
  const limits: readonly (readonly [keyof ProfileLimits, number])[] = [
    ['maxDepth', 2],
    ['maxNodes', 3],
    ['maxNames', 3],
    ['maxNameBytes', 3],
    ['maxCounters', 3],
    ['maxSamples', 6],
  ]
  for (const [limit, least] of limits) {
    assert.equal(typeof same(pair({ [limit]: least }), body), 'object', limit)
    assert.equal(typeof same(pair({ [limit]: least - 1 }), body), 'string', limit)
  }
})

test('what is larger than its columns is left to the other reader, and alike', () => {
  const names = (count: number): string => Array.from({ length: count }, (_, i) => `"n${i}":{}`).join()
  const files = Array.from({ length: 8193 }, (_, i) => `"a":{"file":"${i}"}`).join()
  const nodes = Array.from({ length: 70_000 }, () => '"a":{}').join()
  for (const children of [names(65_600), files, nodes]) {
    const body = around(`{"children":{${children}}}`)
    assert.ok(!isRead(both, body))
    assert.equal(typeof same(both, body), 'object')
  }
})

const bodies = [
  captured,
  ...Object.values(usual).filter(({ length }) => length < 10_000),
  ...Object.values(left),
]

test('nothing of a body is left in the next one, whether it was read, refused or left', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(bodies.length - 1), { minLength: 2, maxLength: 6 }), (order) => {
      for (const i of order) same(both, bodies[i]!)
    }),
  )
})

test('a body cut at any byte is refused alike', () => {
  for (const body of [captured, usual['white space wherever it may stand']!])
    for (let length = 0; length < body.length; length++) same(both, body.subarray(0, length))
})

test('bodies with bytes changed, cut out or doubled are read or refused alike', () => {
  let read = 0
  fc.assert(
    fc.property(
      fc.nat(bodies.length - 1),
      fc.array(fc.tuple(anywhere, fc.oneof(fc.nat(255), interesting)), { minLength: 1, maxLength: 3 }),
      fc.option(fc.tuple(anywhere, fc.integer({ min: -6, max: 6 })), { freq: 1 }),
      (which, changes, cut) => {
        let body = Uint8Array.from(bodies[which]!)
        for (const [at, byte] of changes) body[at % body.length] = byte
        if (cut !== null) {
          const at = cut[0] % body.length
          body = Uint8Array.from([...body.subarray(0, at), ...body.subarray(Math.max(at + cut[1], 0))])
        }
        same(both, body)
        if (isRead(both, body)) read++
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(read > 1_000, `only ${read} of them were read by it`)
})

const anywhere = fc.noBias(fc.nat())
const interesting = fc.constantFrom(...Buffer.from('{}[]":,0129 nul\\/\t\0é'))
