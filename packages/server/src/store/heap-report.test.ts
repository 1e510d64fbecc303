import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProfileDecoder } from '@wick/profile'
import fc from 'fast-check'
import { heapOf, heapSummaryOf } from './heap-report.ts'
import { type Heap, HeapSum } from './heap-sum.ts'

const decoder = new ProfileDecoder()

/** What is kept of a profile with this heap summary. */
function extras(heapSummary: unknown): Uint8Array {
  const body = { start: 1, end: 2, agentMetadata: { a: 1 }, heapSummary, callgraph: {} }
  return Uint8Array.from(decoder.decode(Buffer.from(JSON.stringify(body))).extras)
}

/** By type: bytes, objects. */
function typesOf({ names, types, bytes, counts }: Heap): Record<string, [number, number]> {
  return Object.fromEntries([...types].map((type, i) => [names.list[type]!, [bytes[i]!, counts[i]!]]))
}

const whole = {
  time: 1_764_000_000_000,
  capacityBytes: 4_294_967_296,
  usedBytes: 1_000_000,
  types: [
    { name: 'byte[]', bytes: 600_000, count: 1200 },
    { name: 'java.lang.String', bytes: 24_000, count: 1000 },
  ],
}

test('a heap summary is read whole', () => {
  const heap = heapOf(extras(whole))!
  assert.deepEqual(typesOf(heap), { 'byte[]': [600_000, 1200], 'java.lang.String': [24_000, 1000] })
  const { reports, capacityBytes, usedBytes, maxUsedBytes, otherBytes, otherCount } = heap
  assert.deepEqual(
    [reports, capacityBytes, usedBytes, maxUsedBytes, otherBytes, otherCount],
    [1, 4_294_967_296, 1_000_000, 1_000_000, 0, 0],
  )
})

test('fields that are not known change nothing, and types may be missing', () => {
  const more = { ...whole, gc: { young: 3 }, types: whole.types.map((type) => ({ ...type, age: 2 })) }
  assert.deepEqual(heapOf(extras(more)), heapOf(extras(whole)))
  const { types: _, ...without } = whole
  assert.deepEqual(typesOf(heapOf(extras(without))!), {})
})

test('types of one name are added; one of a very long name counts among the others', () => {
  const types = [
    { name: 'a', bytes: 5, count: 1 },
    { name: 'x'.repeat(1025), bytes: 7, count: 2 },
    { name: 'a', bytes: 6, count: 3 },
    { name: '__proto__', bytes: 1, count: 1 },
  ]
  const heap = heapOf(extras({ ...whole, types }))!
  assert.deepEqual(
    new Map(Object.entries(typesOf(heap))),
    new Map(Object.entries({ a: [11, 4], ['__proto__']: [1, 1] })),
  )
  assert.deepEqual([heap.otherBytes, heap.otherCount], [7, 2])
})

test('of very many types the heaviest are told apart, and nothing is lost', () => {
  const types = Array.from({ length: 3000 }, (_, i) => ({
    name: `t${i}`,
    bytes: (i * 7919) % 3001,
    count: i,
  }))
  const heap = heapOf(extras({ ...whole, types }))!
  assert.equal(heap.types.length, 1000)
  const kept = Object.values(typesOf(heap))
  const lightest = Math.min(...kept.map(([bytes]) => bytes))
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  assert.equal(lightest, types.map(({ bytes }) => bytes).sort((a, b) => b - a)[999])
  assert.equal(sum(kept.map(([bytes]) => bytes)) + heap.otherBytes, sum(types.map(({ bytes }) => bytes)))
  assert.equal(sum(kept.map(([, count]) => count)) + heap.otherCount, sum(types.map(({ count }) => count)))
})

test('a sum of summaries is read as the same sum', () => {
  const types = Array.from({ length: 1500 }, (_, i) => ({ name: `t${i}`, bytes: 2 ** 47 + i, count: i }))
  const sum = new HeapSum()
  for (const usedBytes of [5, 2 ** 48, 7]) {
    sum.add(heapOf(extras({ ...whole, usedBytes, types }))!)
    const heap = sum.heap()
    const read = heapOf(extras(heapSummaryOf(heap)))!
    assert.deepEqual(typesOf(read), typesOf(heap))
    assert.deepEqual({ ...read, names: null }, { ...heap, names: null })
  }
  assert.deepEqual([sum.reports, sum.heap().maxUsedBytes], [3, 2 ** 48])
})

test('another shape is no heap summary', () => {
  const type = whole.types[0]!
  for (const shape of [
    undefined,
    null,
    [],
    7,
    'text',
    {},
    { ...whole, capacityBytes: -1 },
    { ...whole, capacityBytes: 1.5 },
    { ...whole, usedBytes: '5' },
    { ...whole, usedBytes: 2 ** 49 },
    { ...whole, reports: 0 },
    { ...whole, reports: 1.5 },
    { ...whole, reports: 2 ** 28 + 1 },
    { ...whole, reports: 2 ** 28, usedBytes: 2 ** 65 },
    { ...whole, maxUsedBytes: -1 },
    { ...whole, otherBytes: '5' },
    { ...whole, otherCount: -1 },
    { ...whole, types: {} },
    { ...whole, types: ['byte[]'] },
    { ...whole, types: [type, { ...type, name: 5 }] },
    { ...whole, types: [{ ...type, bytes: null }] },
    { ...whole, types: [{ ...type, count: -1 }] },
    { ...whole, types: JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`) },
    { ...whole, types: Array(130_000).fill({ name: '', bytes: 0, count: 0 }) },
  ])
    assert.equal(heapOf(extras(shape)), null)
  fc.assert(fc.property(fc.jsonValue(), (any) => void heapOf(extras(any))))
  fc.assert(fc.property(fc.string(), (any) => void heapOf(Buffer.from(`{heapSummary:${any}}`))))
})
