import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Heap } from '../api/group.ts'
import { heapFigures, typeFigures } from './heap-figures.ts'

const step = (start: number, reports: number, usedBytes: number, maxUsedBytes = usedBytes) => ({
  start,
  end: start + 300,
  reports,
  capacityBytes: 1000,
  usedBytes,
  maxUsedBytes,
})

function heap(types: Record<string, readonly number[]>): Heap {
  return {
    steps: [step(0, 1, 100), step(300, 3, 200, 350), step(600, 1, 300)],
    types: Object.entries(types).map(([name, bytes]) => ({ name, bytes, count: bytes.map((b) => b / 10) })),
    others: { bytes: [0, 0, 0], count: [0, 0, 0] },
  }
}

test('means count each heap summary once, the peak is the greatest one', () => {
  assert.deepEqual(heapFigures(heap({})), {
    averageUsed: 200,
    averageCapacity: 1000,
    peakUsed: 350,
    reports: 5,
  })
})

test('a type that takes more and more grows, one that stays does not', () => {
  const [growing, steady] = typeFigures(heap({ List: [10, 20, 30], Map: [40, 40, 40] }))
  assert.deepEqual(growing, { name: 'List', bytes: 20, count: 2, share: 0.1, growth: 20, relativeGrowth: 1 })
  assert.equal(steady!.growth, 0)
  assert.equal(steady!.share, 0.2)
})

test('two steps show no trend, none at all no figures', () => {
  const short: Heap = {
    steps: [step(0, 1, 100), step(300, 1, 200)],
    types: [{ name: 'List', bytes: [10, 90], count: [1, 9] }],
    others: { bytes: [0, 0], count: [0, 0] },
  }
  assert.equal(typeFigures(short)[0]!.growth, 0)
  const empty: Heap = { steps: [], types: [], others: { bytes: [], count: [] } }
  assert.equal(heapFigures(empty), null)
  assert.deepEqual(typeFigures(empty), [])
})
