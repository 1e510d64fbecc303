import type { CallTree } from './call-tree.ts'
import { addMapped, takeVector } from './dense-vector.ts'

/**
 * Cuts the tree at `maxDepth` frames below the root (0 leaves the root alone). Samples of what is cut go to the
 * frame where the cut is, so sums stay equal. Order is kept; vectors come out ascending and without repeats.
 */
export function foldDepth(tree: CallTree, maxDepth: number): CallTree {
  const count = tree.parent.length
  const depth = new Int32Array(count)
  /** New id of a node, or of the node at the cut that takes its samples. */
  const target = new Int32Array(count)
  const kept = new Int32Array(count)
  let size = 1
  for (let node = 1; node < count; node++) {
    const parent = tree.parent[node]!
    depth[node] = depth[parent]! + 1
    if (depth[node]! > maxDepth) {
      target[node] = target[parent]!
    } else {
      target[node] = size
      kept[size++] = node
    }
  }
  const ids = kept.subarray(0, size)
  const dense = new Float64Array(size)
  return {
    names: tree.names,
    files: tree.files,
    parent: ids.map((node) => (node === 0 ? -1 : target[tree.parent[node]!]!)),
    frame: ids.map((node) => tree.frame[node]!),
    file: ids.map((node) => tree.file[node]!),
    firstLine: ids.map((node) => tree.firstLine[node]!),
    lastLine: ids.map((node) => tree.lastLine[node]!),
    counters: tree.counters.map((vector) => takeVector(vector.name, dense, addMapped(vector, target, dense))),
  }
}
