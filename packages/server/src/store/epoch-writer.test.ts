import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AgentProfile, ProfileDecoder } from '@wick/profile'
import { type NaiveProfile, naiveFromJson, naiveFromTree, naiveSum } from '@wick/profile/testing'
import fc from 'fast-check'
import { EpochReader } from './epoch-reader.ts'
import { EpochWriter } from './epoch-writer.ts'
import { PayloadError, PayloadWriter } from './payload-codec.ts'

/** What EpochWriter writes, EpochReader reads: one group's records in one segment. */

const windowLength = 300_000
const form = 'packed'

interface JsonNode {
  readonly counts?: Readonly<Record<string, number>>
  readonly file?: string
  readonly line?: readonly number[]
  readonly children?: Readonly<Record<string, JsonNode>>
}

const names = ['main', 'run', 'parse', '__proto__', '', 'x\0y', '\ud800', '😀']

function record<T>(keys: readonly string[], value: fc.Arbitrary<T>, maxLength: number) {
  const entry = fc.tuple(fc.constantFrom(...keys), value)
  return fc
    .uniqueArray(entry, { maxLength, selector: ([key]) => key })
    .map((entries): Readonly<Record<string, T>> => Object.fromEntries(entries))
}

const { node } = fc.letrec<{ node: JsonNode }>((tie) => ({
  node: fc.record(
    {
      counts: record(['RUNNABLE', 'WAITING', '__proto__', '\ud800'], fc.nat(2 ** 24), 2),
      file: fc.constantFrom('a.py', 'b.py', 'ü\0.py'),
      line: fc
        .array(fc.nat(1000), { minLength: 1, maxLength: 2 })
        .map((lines) => lines.sort((a, b) => a - b)),
      children: fc.oneof({ maxDepth: 4 }, fc.constant({}), record(names, tie('node'), 3)),
    },
    { requiredKeys: ['counts', 'children'], noNullPrototype: true },
  ),
}))
/** The root has neither file nor lines. */
const callgraph = node.map(({ counts = {}, children = {} }): JsonNode => ({ counts, children }))
const records = fc.array(fc.record({ window: fc.nat(5), callgraph }), { minLength: 1, maxLength: 12 })

const decoder = new ProfileDecoder()

function bodyOf(callgraph: JsonNode): Uint8Array {
  return Uint8Array.from(
    Buffer.from(JSON.stringify({ start: 1000, end: 2000, callgraph, agent: { a: 'b' } })),
  )
}

function profile(callgraph: JsonNode): AgentProfile {
  return decoder.decode(bodyOf(callgraph))
}

/** Call paths with samples on or below them, as an answer shows them. */
function withSamples(nodes: NaiveProfile): NaiveProfile {
  const kept = new Set(['[]'])
  for (const [path, { counts }] of nodes) {
    if (counts.size === 0) continue
    const frames: string[] = JSON.parse(path)
    for (let depth = 1; depth <= frames.length; depth++) kept.add(JSON.stringify(frames.slice(0, depth)))
  }
  return new Map([...nodes].filter(([path]) => kept.has(path)))
}

test('latecomers of many windows cost what they say, however much else their segment says', () => {
  const writer = new EpochWriter(true)
  const reader = new EpochReader()
  const children = (count: number): Record<string, JsonNode> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`f${i}`, { counts: { R: 1 }, file: 'a', line: [i] }]),
    )
  reader.apply({ window: 0, form }, writer.encode(0, profile({ children: children(20_000) })))
  const ofOne = reader.byteLength
  for (let window = 1; window <= 288; window++) {
    const at = window * windowLength
    reader.apply({ window: at, form }, writer.encode(at, profile({ children: children(1) })))
  }
  const each = (reader.byteLength - ofOne) / 288
  assert.ok(each < 8000, `${each} bytes for each window`)
})

test('any sum of windows read back is the sum of what was written to them: counts, files and lines', () => {
  const range = fc.tuple(fc.nat(6), fc.nat(6))
  fc.assert(
    fc.property(records, range, fc.nat(12), (written, [from, to], readEarly) => {
      const writer = new EpochWriter(true)
      const reader = new EpochReader()
      for (const [i, each] of written.entries()) {
        const start = each.window * windowLength
        reader.apply({ window: start, form }, Uint8Array.from(writer.encode(start, profile(each.callgraph))))
        // Asking in between changes nothing of what is answered later.
        if (i === readEarly) reader.sums(0, Number.MAX_SAFE_INTEGER)?.tree()
      }
      const inRange = written
        .filter(({ window }) => window >= from && window < to)
        .sort((a, b) => a.window - b.window)
      const tree = reader.sums(from * windowLength, to * windowLength)?.tree() ?? null
      if (inRange.length === 0) {
        assert.equal(tree, null)
        return
      }
      const sum = naiveSum(inRange.map((each) => naiveFromJson(bodyOf(each.callgraph))))
      assert.deepEqual(naiveFromTree(tree!), withSamples(sum))
    }),
    { numRuns: 300 },
  )
})

test('a call path is spelled out once: its next record is a few bytes', () => {
  const writer = new EpochWriter(true)
  const deep: JsonNode = {
    children: {
      'a.long.frame.name': { children: { 'another.long.frame.name': { counts: { RUNNABLE: 1 } } } },
    },
  }
  const plain = { ...profile(deep), extras: new Uint8Array(0) }
  const first = writer.encode(0, plain).length
  const second = writer.encode(0, { ...profile(deep), extras: new Uint8Array(0) }).length
  assert.ok(first > 45 && second < 20, `${first} bytes, then ${second}`)
})

/** Two lambdas of one line, each with a child of its own and one that both have. */
const lambdas: JsonNode = {
  children: {
    'a.B$$Lambda$1/0x0000000800c0a440.run': {
      counts: { RUNNABLE: 1 },
      line: [7],
      children: { sum: { counts: { RUNNABLE: 10 } }, first: { counts: { RUNNABLE: 100 } } },
    },
    'a.B$$Lambda$2/0x0000000800c0a880.run': {
      counts: { RUNNABLE: 2 },
      line: [9],
      children: { sum: { counts: { RUNNABLE: 20 } }, second: { counts: { RUNNABLE: 200 } } },
    },
    'a.B$1.run': { counts: { RUNNABLE: 3 } },
  },
}

test('names that differ in generated parts alone become one, with what lies below them', () => {
  const writer = new EpochWriter(true)
  const reader = new EpochReader()
  for (let time = 0; time < 2; time++)
    reader.apply({ window: 0, form }, Uint8Array.from(writer.encode(0, profile(lambdas))))
  const expected = naiveFromJson(
    bodyOf({
      children: {
        'a.B$$Lambda.run': {
          counts: { RUNNABLE: 6 },
          line: [7, 9],
          children: {
            sum: { counts: { RUNNABLE: 60 } },
            first: { counts: { RUNNABLE: 200 } },
            second: { counts: { RUNNABLE: 400 } },
          },
        },
        'a.B$1.run': { counts: { RUNNABLE: 6 } },
      },
    }),
  )
  assert.deepEqual(naiveFromTree(reader.sums(0, windowLength)!.tree()), expected)
})

test('where it is switched off names come back as they came', () => {
  const reader = new EpochReader()
  reader.apply({ window: 0, form }, new EpochWriter(false).encode(0, profile(lambdas)))
  assert.deepEqual(naiveFromTree(reader.sums(0, windowLength)!.tree()), naiveFromJson(bodyOf(lambdas)))
})

test('large extras are compressed, small ones are not', () => {
  const size = (length: number): number =>
    new EpochWriter(true).encode(0, { ...profile({}), extras: new Uint8Array(length) }).length
  assert.equal(size(2047) - size(1000), 1047)
  assert.ok(size(2048) < 100)
  assert.ok(size(100_000) < 150)
})

test('a record cut off at any byte before its extras is refused', () => {
  fc.assert(
    fc.property(callgraph, (each) => {
      const payload = Uint8Array.from(
        new EpochWriter(true).encode(0, { ...profile(each), extras: new Uint8Array(0) }),
      )
      // The last two bytes say that there are no extras; a sum does not need them.
      for (let length = 0; length < payload.length - 2; length++)
        assert.throws(
          () => new EpochReader().apply({ window: 0, form }, payload.slice(0, length)),
          PayloadError,
        )
    }),
    { numRuns: 50 },
  )
})

test('memory that reader and writer hold is counted, and grows with what they learn', () => {
  const writer = new EpochWriter(true)
  const reader = new EpochReader()
  const wide: JsonNode = {
    children: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${i}`, { counts: { A: 1 } }])),
  }
  const before = [writer.byteLength, reader.byteLength]
  reader.apply({ window: 0, form }, Uint8Array.from(writer.encode(0, profile(wide))))
  assert.ok(writer.byteLength > before[0]! + 20_000 * 12)
  assert.ok(reader.byteLength > before[1]! + 20_000 * 12)
})

test('payloads of format version 1 are read as they were written then', () => {
  const out = new PayloadWriter()
  for (const number of [1000, 500]) out.uint(number)
  // Names: two frames, one file, one counter.
  out.uint(2)
  for (const name of ['main', 'run']) out.bytes(Buffer.from(name))
  out.uint(1)
  out.bytes(Buffer.from('m.py'))
  out.uint(1)
  out.bytes(Buffer.from('"RUNNABLE"'))
  // Nodes: main below the root, run below main; attributes of run; its samples; no extras.
  for (const number of [2, 1, 0, 1, 1, 1]) out.uint(number)
  out.int(2)
  for (const number of [1, 8, 2]) out.uint(number)
  for (const number of [1, 0, 1, 2, 300, 0]) out.uint(number)
  out.bytes(new Uint8Array(0))
  const reader = new EpochReader()
  reader.apply({ window: 0, form: 'plain' }, out.take())
  const run = { counts: { RUNNABLE: 300 }, file: 'm.py', line: [7, 9] }
  const expected = naiveFromJson(bodyOf({ children: { main: { children: { run } } } }))
  assert.deepEqual(naiveFromTree(reader.sums(0, windowLength)!.tree()), expected)
})
