import { childrenOf } from './children.ts'

/**
 * Whether each node is the first of its frame on its path: 1, else 0 (so is the root). Adding up such nodes counts a
 * frame once for each sample, however often it stands on the stack. One walk over the tree, whatever its depth: to look
 * up from each node would let a deep recursion take the square of its depth.
 *
 * @param parent, frame columns of a CallTree or the filled part of a CallPathTrie's
 * @param frames number of distinct frames
 */
export function topmostNodes(parent: Int32Array, frame: Int32Array, frames: number): Uint8Array {
  const { first, next } = childrenOf(parent)
  const topmost = new Uint8Array(parent.length)
  /** How often each frame stands on the path to the node at hand. */
  const open = new Int32Array(frames)
  let node = parent.length === 0 ? -1 : first[0]!
  while (node > 0) {
    if (open[frame[node]!]!++ === 0) topmost[node] = 1
    if (first[node]! > 0) {
      node = first[node]!
      continue
    }
    open[frame[node]!]!--
    while (node > 0 && next[node]! < 0) {
      node = parent[node]!
      if (node > 0) open[frame[node]!]!--
    }
    node = node > 0 ? next[node]! : -1
  }
  return topmost
}
