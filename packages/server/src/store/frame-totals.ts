import { type CallPathTrie, topmostNodes } from '@wick/profile'
import type { EpochSums } from './epoch-sums.ts'
import type { SparseVector } from './record-content.ts'

/** One counter's samples of some time: all of them, and those with a frame anywhere on the stack. */
interface CounterTotals {
  readonly total: number
  /** Frames with samples, ascending. */
  readonly frames: Int32Array
  /** Of each of them. */
  readonly counts: Float64Array
}

/** Counter → totals. */
export type FrameTotals = ReadonlyMap<number, CounterTotals>

/** @param vectors of each counter one, in the numbers of the trie */
export function totalsOfVectors(trie: CallPathTrie, vectors: readonly SparseVector[]): FrameTotals {
  const self = new Float64Array(trie.nodeCount)
  return new Map(
    vectors.map(({ counter, nodes, counts }) => {
      for (let i = 0; i < nodes.length; i++) self[nodes[i]!] = counts[i]!
      return [counter, frameTotals(trie, self)]
    }),
  )
}

/** @param sums used up: its samples are zero afterwards */
export function totalsOfSums(sums: EpochSums): FrameTotals {
  const { trie } = sums.epoch
  return new Map(sums.counters().map((counter) => [counter, frameTotals(trie, sums.column(counter))]))
}

/**
 * Adds self samples up to the frames that they are under. A frame is counted once for each sample, however often it
 * stands on the stack.
 *
 * @param self samples by node, at least as long as the trie has nodes; left all zero
 */
function frameTotals(trie: CallPathTrie, self: Float64Array): CounterTotals {
  const { nodeCount, parent, frame } = trie
  const isTopmost = topmostOf(trie)
  const byFrame = new Float64Array(trie.frames.length)
  let size = 0
  // Parents precede children, so a node is finished before it is added to its parent.
  for (let node = nodeCount - 1; node > 0; node--) {
    const samples = self[node]!
    if (samples === 0) continue
    self[node] = 0
    self[parent[node]!]! += samples
    if (isTopmost[node] === 0) continue
    if (byFrame[frame[node]!] === 0) size++
    byFrame[frame[node]!]! += samples
  }
  const total = self[0]!
  self[0] = 0
  const frames = new Int32Array(size)
  const counts = new Float64Array(size)
  for (let at = 0, next = 0; at < size; next++) {
    if (byFrame[next] === 0) continue
    frames[at] = next
    counts[at++] = byFrame[next]!
  }
  return { total, frames, counts }
}

/** As far as each trie had grown when it was asked about last. */
const known = new WeakMap<CallPathTrie, Uint8Array>()

/** By node: 1 where it is the first of its frame on its path. */
export function topmostOf(trie: CallPathTrie): Uint8Array {
  const before = known.get(trie)
  if (before?.length === trie.nodeCount) return before
  const { nodeCount, parent, frame, frames } = trie
  const topmost = topmostNodes(parent.subarray(0, nodeCount), frame.subarray(0, nodeCount), frames.length)
  known.set(trie, topmost)
  return topmost
}
