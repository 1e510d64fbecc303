import type { CounterVector } from './call-tree.ts'

/** Takes the `size` counts above zero out of a dense column, which is left all zero: a vector with ascending nodes. */
export function takeVector(name: string, dense: Float64Array, size: number): CounterVector {
  const nodes = new Int32Array(size)
  const counts = new Float64Array(size)
  for (let node = 0, at = 0; at < size; node++) {
    if (dense[node] === 0) continue
    nodes[at] = node
    counts[at++] = dense[node]!
    dense[node] = 0
  }
  return { name, nodes, counts }
}

/** Adds a vector to a dense column, its nodes renumbered by `map`; returns how many nodes had nothing before. */
export function addMapped({ nodes, counts }: CounterVector, map: Int32Array, dense: Float64Array): number {
  let added = 0
  for (let k = 0; k < nodes.length; k++) {
    const node = map[nodes[k]!]!
    if (dense[node] === 0 && counts[k]! > 0) added++
    dense[node]! += counts[k]!
  }
  return added
}
