import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallPathTrie } from '@wick/profile'
import fc from 'fast-check'
import { SegmentPaths } from './segment-paths.ts'

test('the nodes of a tree are those that a trie finds or makes one by one, whatever was known before', () => {
  const tree = fc.array(fc.tuple(fc.nat(), fc.nat(4)), { maxLength: 100 }).map((steps) => ({
    parent: Int32Array.of(-1, ...steps.map(([above], i) => above % (i + 1))),
    frame: Int32Array.of(-1, ...steps.map(([, frame]) => frame)),
  }))
  const frameOf = Int32Array.of(3, 0, 70_000, 3, 1)
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), (trees) => {
      const paths = new SegmentPaths()
      const naive = new CallPathTrie()
      for (const { parent, frame } of trees) {
        const expected = [0]
        for (let node = 1; node < parent.length; node++)
          expected.push(naive.child(expected[parent[node]!]!, frameOf[frame[node]!]!))
        assert.deepEqual([...paths.nodesOf(parent, frame, frameOf)], expected)
      }
      assert.equal(paths.nodeCount, naive.nodeCount)
    }),
  )
})

test('more call paths than two bytes can number are kept, in memory that is counted', () => {
  const paths = new SegmentPaths()
  const size = 200_000
  const frameOf = Int32Array.from({ length: size }, (_, i) => i)
  // A chain would be a thousand deep at most; here each node hangs from one of the last few hundred.
  const parent = Int32Array.from({ length: size }, (_, i) =>
    i === 0 ? -1 : i - 1 - ((i * 7919) % Math.min(i, 300)),
  )
  const nodes = Int32Array.from(paths.nodesOf(parent, frameOf, frameOf))
  assert.deepEqual(
    nodes,
    Int32Array.from({ length: size }, (_, i) => i),
  )
  assert.deepEqual(paths.nodesOf(parent, frameOf, frameOf), nodes)
  for (const node of [1, 65_535, 65_536, size - 1])
    assert.deepEqual([paths.parent.at(node), paths.frame.at(node)], [parent[node], node])
  assert.equal(paths.nodeCount, size)
  assert.ok(paths.byteLength > size * 10)
})
