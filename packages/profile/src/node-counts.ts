import type { CallTree } from './call-tree.ts'

/** The counts of a tree by node: entry lists as columns, in the order of the counters. */
export interface NodeCounts {
  /** First entry of a node, -1 without any. */
  readonly first: Int32Array
  /** Next entry of the same node, -1 for the last. */
  readonly next: Int32Array
  /** Index into `tree.counters`. */
  readonly counter: Int32Array
  readonly count: Float64Array
}

export function countsByNode(tree: CallTree): NodeCounts {
  const size = tree.counters.reduce((sum, vector) => sum + vector.nodes.length, 0)
  const first = new Int32Array(tree.parent.length).fill(-1)
  const next = new Int32Array(size)
  const counter = new Int32Array(size)
  const count = new Float64Array(size)
  let entry = 0
  for (let c = tree.counters.length - 1; c >= 0; c--) {
    const { nodes, counts } = tree.counters[c]!
    for (let k = nodes.length - 1; k >= 0; k--) {
      next[entry] = first[nodes[k]!]!
      first[nodes[k]!] = entry
      counter[entry] = c
      count[entry++] = counts[k]!
    }
  }
  return { first, next, counter, count }
}
