import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { VectorAccumulator } from './vector-accumulator.ts'

function sum(accumulator: VectorAccumulator, size: number): number[] {
  const dense = new Float64Array(size)
  accumulator.scatterInto(dense)
  return [...dense]
}

test('the accumulated vector is the sum of those added, whatever their order', () => {
  // Close to each other, and far apart.
  const node = fc.oneof(fc.nat(400), fc.nat(400), fc.constantFrom(9_000, 29_999))
  const entry = fc.tuple(node, fc.integer({ min: 1, max: 2 ** 40 }))
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 400 }), { maxLength: 6 }), (vectors) => {
      const accumulator = new VectorAccumulator()
      const expected = new Float64Array(30_000)
      for (const vector of vectors) {
        accumulator.add(
          Int32Array.from(vector, ([node]) => node),
          Float64Array.from(vector, ([, count]) => count),
        )
        for (const [node, count] of vector) expected[node]! += count
      }
      assert.deepEqual(sum(accumulator, 30_000), [...expected])
      const { nodes, counts } = accumulator.vector()
      const present = [...expected.keys()].filter((node) => expected[node]! > 0)
      assert.deepEqual([...nodes], present)
      assert.deepEqual(
        [...counts],
        present.map((node) => expected[node]),
      )
      assert.deepEqual(sum(accumulator, 30_000), [...expected])
    }),
  )
})

test('memory follows the distinct nodes, not how many vectors were added', () => {
  const accumulator = new VectorAccumulator()
  const nodes = Int32Array.from({ length: 1000 }, (_, i) => 1_000_000_000 + i * 1000)
  const counts = new Float64Array(1000).fill(1)
  for (let i = 0; i < 500; i++) accumulator.add(nodes, counts)
  assert.ok(accumulator.byteLength <= 12 * 1000 * 4, `${accumulator.byteLength}`)
  assert.deepEqual([...new Set(accumulator.vector().counts)], [500])
})

test('adding to one dense vector from several accumulators adds up', () => {
  const dense = new Float64Array(3)
  for (const count of [1, 2]) {
    const accumulator = new VectorAccumulator()
    accumulator.add(Int32Array.of(2, 0, 2), Float64Array.of(count, 10, count))
    accumulator.scatterInto(dense)
  }
  assert.deepEqual([...dense], [20, 0, 6])
})
