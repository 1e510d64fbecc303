import type { CallTree } from './call-tree.ts'

/** Self samples of every node, summed over the given counters (all without). */
export function selfCounts(tree: CallTree, counters?: ReadonlySet<string>): Float64Array {
  const self = new Float64Array(tree.parent.length)
  for (const { name, nodes, counts } of tree.counters) {
    if (counters !== undefined && !counters.has(name)) continue
    for (let k = 0; k < nodes.length; k++) self[nodes[k]!]! += counts[k]!
  }
  return self
}

/** Inclusive samples of every node: its own and those of everything it called. The root's is the sum of all. */
export function totals(tree: CallTree, counters?: ReadonlySet<string>): Float64Array {
  const total = selfCounts(tree, counters)
  const parent = tree.parent
  // Parents precede children, so a node is finished before it is added to its parent.
  for (let node = total.length - 1; node > 0; node--) total[parent[node]!]! += total[node]!
  return total
}
