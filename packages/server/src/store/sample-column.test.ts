import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SampleColumn } from './sample-column.ts'

const addition = fc.record({
  first: fc.nat(9000),
  length: fc.nat(9000),
  every: fc.integer({ min: 1, max: 9 }),
  samples: fc.nat(3),
})

test('few nodes or many, in one piece or in pieces: the sum is that of a plain array', () => {
  fc.assert(
    fc.property(fc.array(addition, { maxLength: 8 }), (additions) => {
      const column = new SampleColumn()
      const plain: number[] = []
      let nodeCount = 1
      for (const { first, length, every, samples } of additions) {
        const nodes = Int32Array.from({ length: Math.ceil(length / every) }, (_, i) => first + i * every)
        nodeCount = Math.max(nodeCount, first + length)
        column.add(nodes, new Float64Array(nodes.length).fill(samples), nodeCount)
        for (const node of nodes) plain[node] = (plain[node] ?? 0) + samples
        const expected = Float64Array.from({ length: nodeCount }, (_, node) => plain[node] ?? 0)
        assert.deepEqual(column.dense(nodeCount).slice(0, nodeCount), expected)
        const { nodes: found, counts } = column.vector()
        const there = Array.from(expected.keys()).filter((node) => expected[node]! > 0)
        assert.deepEqual([...found], there)
        assert.deepEqual(
          [...counts],
          there.map((node) => expected[node]!),
        )
      }
    }),
  )
})

test('a column with a few nodes of a million takes memory for those', () => {
  const column = new SampleColumn()
  const nodes = Int32Array.from({ length: 1000 }, (_, i) => i * 1000)
  for (let time = 0; time < 100; time++) column.add(nodes, new Float64Array(1000).fill(1), 1_000_000)
  assert.ok(column.byteLength < 64 * 1024, `${column.byteLength}`)
  assert.equal(column.dense(1_000_000)[999_000], 100)
})
