/**
 * A call tree without its samples. Transforms make one shape of another and say where each node's samples went, so a
 * chain of them is one map from the tree that was loaded to the one on view, and counts are added up once, at its end.
 */
import type { CounterVector } from '@wick/profile'

/** Node 0 is the root; parents precede their children. A call tree is one, too. */
export interface Shape {
  /** -1 for the root. */
  readonly parent: Int32Array
  /** Index into the names; -1 where a root has none; `restFrame`. */
  readonly frame: Int32Array
  /** Index into the files; -1 where unknown. */
  readonly file: Int32Array
  /** First and last source line; -1 where unknown. */
  readonly firstLine: Int32Array
  readonly lastLine: Int32Array
}

/** The frame of a node that stands for call paths which are not told apart. It has no name. */
export const restFrame = -2

export interface Reshaped {
  readonly shape: Shape
  /** By node of the shape before: the node that has its samples now; -1 where they are left out. */
  readonly nodeOf: Int32Array
}

/** Two steps as one. @param first null for none */
export function compose(first: Int32Array | null, second: Int32Array): Int32Array {
  if (first === null) return second
  const both = new Int32Array(first.length)
  for (let node = 0; node < both.length; node++) both[node] = first[node]! < 0 ? -1 : second[first[node]!]!
  return both
}

/** Self samples of the nodes of a shape, from counters of the tree that it was made of. @param nodeOf null: as it is */
export function selfIn(
  size: number,
  counters: readonly CounterVector[],
  nodeOf: Int32Array | null,
): Float64Array<ArrayBuffer> {
  const self = new Float64Array(size)
  for (const { nodes, counts } of counters) {
    for (let k = 0; k < nodes.length; k++) {
      const node = nodeOf === null ? nodes[k]! : nodeOf[nodes[k]!]!
      if (node >= 0) self[node]! += counts[k]!
    }
  }
  return self
}

/** The samples of every node and of all it called; `self` becomes them. */
export function addUp(parent: Int32Array, self: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  for (let node = self.length - 1; node > 0; node--) self[parent[node]!]! += self[node]!
  return self
}
