import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CallTree } from './call-tree.ts'
import { type DenseColumn, type DenseTree, prune } from './prune.ts'
import { arbitraryTree } from './testing/arbitrary-profile.ts'

/** The tree's counters as one side's columns; with `scale`, as another side's of the same shape. */
function columnsOf(tree: CallTree, side = 0, scale = 1): DenseColumn[] {
  return tree.counters.map(({ name, nodes, counts }) => {
    const self = new Float64Array(tree.parent.length)
    for (const [k, node] of nodes.entries()) self[node]! += counts[k]! * scale
    return { side, counter: name, self }
  })
}

function dense(tree: CallTree, columns = columnsOf(tree)): DenseTree {
  return { nodeCount: tree.parent.length, parent: tree.parent, columns }
}

/** Inclusive samples of a node, the slow way: those of every node from which the way up passes it. */
function inclusive({ parent, nodeCount }: DenseTree, self: Float64Array, node: number): number {
  let sum = 0
  for (let other = 0; other < nodeCount; other++) {
    let at = other
    while (at > node) at = parent[at]!
    if (at === node) sum += self[other]!
  }
  return sum
}

function weight(tree: DenseTree, node: number): number {
  const sides = [0, 1].map((side) =>
    tree.columns
      .filter((column) => column.side === side)
      .reduce((sum, { self }) => sum + inclusive(tree, self, node), 0),
  )
  return Math.max(...sides)
}

const sizes = fc.integer({ min: 1, max: 40 })

test('for every kept call path, self, rest and its kept children make up the inclusive sum of the whole tree', () => {
  fc.assert(
    fc.property(arbitraryTree(), sizes, (tree, maxNodes) => {
      const whole = dense(tree)
      const { kept, rest } = prune(whole, maxNodes)
      for (const [c, { self }] of whole.columns.entries()) {
        const total = Float64Array.from(kept, (node, at) => self[node]! + rest[c]![at]!)
        for (let at = kept.length - 1; at > 0; at--)
          total[kept.indexOf(tree.parent[kept[at]!]!)]! += total[at]!
        assert.deepEqual(
          [...total],
          Array.from(kept, (node) => inclusive(whole, self, node)),
        )
      }
    }),
  )
})

test('nothing that is left out is heavier than what is kept, on the side where it weighs more', () => {
  fc.assert(
    fc.property(arbitraryTree(), sizes, fc.integer({ min: 0, max: 5 }), (tree, maxNodes, scale) => {
      const whole = dense(tree, [...columnsOf(tree), ...columnsOf(tree, 1, scale).slice(0, 1)])
      const { kept } = prune(whole, maxNodes)
      assert.ok(kept.length <= maxNodes)
      const isKept = new Set(kept)
      const lightest = Math.min(...Array.from(kept, (node) => weight(whole, node)))
      for (let node = 0; node < whole.nodeCount; node++)
        if (!isKept.has(node)) assert.ok(weight(whole, node) <= lightest)
      for (const node of kept) assert.ok(node === 0 || isKept.has(tree.parent[node]!))
    }),
  )
})

test('every call path with samples is kept or counted as hidden below the nearest one that is kept', () => {
  fc.assert(
    fc.property(arbitraryTree(), sizes, (tree, maxNodes) => {
      const whole = dense(tree)
      const { kept, hidden } = prune(whole, maxNodes)
      const expected = new Map(Array.from(kept, (node) => [node, 0]))
      for (let node = 0; node < whole.nodeCount; node++) {
        let at = node
        while (!expected.has(at)) at = tree.parent[at]!
        if (at !== node && weight(whole, node) > 0) expected.set(at, expected.get(at)! + 1)
      }
      assert.deepEqual([...hidden], [...expected.values()])
    }),
  )
})

test('a focus spends the nodes on what is below it, and keeps the way there', () => {
  fc.assert(
    fc.property(arbitraryTree(), sizes, fc.nat(), (tree, maxNodes, chosen) => {
      const whole = dense(tree)
      const focus = chosen % whole.nodeCount
      const { kept } = prune(whole, maxNodes, focus)
      const way = new Set<number>([0])
      for (let node = focus; node > 0; node = tree.parent[node]!) way.add(node)
      for (const node of way) assert.ok(kept.includes(node))
      const below = kept.filter((node) => !way.has(node) || node === focus)
      assert.ok(below.length <= maxNodes)
      for (const node of below) {
        let at = node
        while (at > focus) at = tree.parent[at]!
        assert.equal(at, focus)
      }
      const wanted = Array.from({ length: whole.nodeCount }, (_, node) => node).filter((node) => {
        let at = node
        while (at > focus) at = tree.parent[at]!
        return at === focus && weight(whole, node) > 0
      })
      assert.ok(below.length >= Math.min(maxNodes, wanted.length))
    }),
  )
})

test('of equally heavy call paths the first ones are kept, parents before children', () => {
  const parent = Int32Array.of(-1, 0, 1, 2, 3)
  const self = Float64Array.of(0, 0, 0, 0, 7)
  const { kept, hidden, rest } = prune(
    { nodeCount: 5, parent, columns: [{ side: 0, counter: 'RUNNABLE', self }] },
    3,
  )
  assert.deepEqual([...kept], [0, 1, 2])
  assert.deepEqual([...hidden], [0, 0, 2])
  assert.deepEqual([...rest[0]!], [0, 0, 7])
})

test('no order of weights makes choosing slow', () => {
  const length = 60_000
  // Each time the one in the middle of what is left is the smallest: the worst for a selection that always divides there.
  // The root is among them, and the largest.
  const places = Int32Array.from({ length: length + 1 }, (_, at) => at)
  const worst = new Float64Array(length)
  for (let low = 0, high = length, next = 1; low <= high; ) {
    const middle = (low + high) >> 1
    const place = places[middle]!
    const end = place === 0 ? high-- : low++
    places[middle] = places[end]!
    places[end] = place
    if (place > 0) worst[place - 1] = next++
  }
  const milliseconds = (weights: Float64Array): number => {
    // All of them below the root, which is heavier than any.
    const self = Float64Array.from({ length: length + 1 }, (_, node) => (node === 0 ? 0 : weights[node - 1]!))
    const parent = new Int32Array(length + 1).fill(0)
    parent[0] = -1
    const started = process.cpuUsage()
    const { kept } = prune(
      { nodeCount: length + 1, parent, columns: [{ side: 0, counter: 'R', self }] },
      length / 2,
    )
    assert.equal(kept.length, length / 2)
    const { user } = process.cpuUsage(started)
    return user / 1000
  }
  milliseconds(worst.toSorted())
  assert.ok(milliseconds(worst) < 50 + 20 * milliseconds(worst.toSorted()))
})
