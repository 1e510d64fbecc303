import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PayloadReader, PayloadWriter } from './payload-codec.ts'
import { readPackedVector } from './record-content.ts'
import { VectorWriter } from './vector-writer.ts'

/** What the writer wrote, as [node, count] in the order written. */
function written(writer: VectorWriter, nodes: number[], counts: number[], nodeOf: number[]): number[][] {
  const out = new PayloadWriter()
  out.uint(0)
  const vector = { name: 'A', nodes: Int32Array.from(nodes), counts: Float64Array.from(counts) }
  writer.write(out, vector, Int32Array.from(nodeOf))
  const read = readPackedVector(new PayloadReader(out.take()))
  return [...read.nodes].map((node, i) => [node, read.counts[i]!])
}

test('a vector is written by ascending nodes; the counts of nodes that become one are added', () => {
  const writer = new VectorWriter()
  const entries = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 2 ** 32 })), { maxLength: 3000 })
  const nodeOf = fc.array(fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1)), { minLength: 31, maxLength: 31 })
  fc.assert(
    fc.property(entries, nodeOf, (vector, map) => {
      const sums = new Map<number, number>()
      for (const [node, count] of vector) sums.set(map[node]!, (sums.get(map[node]!) ?? 0) + count)
      const nodes = vector.map(([node]) => node)
      const counts = vector.map(([, count]) => count)
      assert.deepEqual(
        written(writer, nodes, counts, map),
        [...sums].sort(([a], [b]) => a - b),
      )
    }),
  )
})

test('a long vector leaves nothing behind in a short one', () => {
  const writer = new VectorWriter()
  const many = Array.from({ length: 200_000 }, (_, i) => i)
  assert.equal(
    written(
      writer,
      many,
      many.map(() => 7),
      many.toReversed(),
    ).length,
    200_000,
  )
  assert.deepEqual(written(writer, [1, 0], [5, 6], [9, 3]), [
    [3, 5],
    [9, 6],
  ])
})
