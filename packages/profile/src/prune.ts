/**
 * The part of a large tree that a person looks at: its heaviest call paths, and for each of them exactly what is left
 * out below it. Works on dense columns, so that it costs a few passes over the nodes.
 */
import { Scratch } from './scratch.ts'

/** A tree to prune. Arrays may be longer than `nodeCount`; node 0 is the root, parents precede their children. */
export interface DenseTree {
  readonly nodeCount: number
  readonly parent: Int32Array
  readonly columns: readonly DenseColumn[]
}

/** Self samples by node, of one thread state on one side. */
export interface DenseColumn {
  /** 0; or 1 for the second of two trees that are compared. */
  readonly side: number
  readonly counter: string
  readonly self: Float64Array
}

export interface Pruning {
  /** Nodes of the whole tree, ascending; the root always. */
  readonly kept: Int32Array
  /** By place in `kept`: how many call paths with samples are left out below the node. */
  readonly hidden: Int32Array
  /** By column, then by place: samples of what is left out below the node. */
  readonly rest: readonly Float64Array[]
}

/**
 * Keeps the `maxNodes` heaviest call paths at or below `focus`, and the way from the root to it. A call path weighs its
 * inclusive samples over all thread states, on the side where it weighs more. For every kept node and column, self +
 * rest + what its kept children hold is the whole tree's inclusive sum.
 *
 * @param focus a node; the root for all
 * @param scratch what the columns of the result are in, too
 */
export function prune(tree: DenseTree, maxNodes: number, focus = 0, scratch = new Scratch()): Pruning {
  const weight = weights(tree, scratch)
  const isKept = choose(tree, weight, maxNodes, focus, scratch)
  let size = 0
  for (let node = 0; node < tree.nodeCount; node++) size += isKept[node]!
  const kept = scratch.integers(size)
  /** The place of the node, or of the nearest one above it that is kept. */
  const place = scratch.integers(tree.nodeCount)
  const hidden = scratch.integers(size)
  let isAnyHidden = false
  for (let node = 0, next = 0; node < tree.nodeCount; node++) {
    if (isKept[node] === 1) {
      kept[next] = node
      place[node] = next++
    } else {
      place[node] = place[tree.parent[node]!]!
      if (weight[node]! === 0) continue
      hidden[place[node]!]!++
      isAnyHidden = true
    }
  }
  // Nothing with samples is left out of most trees: then nothing is looked for, and one column of zeros is all of them.
  const nothing = isAnyHidden ? null : scratch.numbers(size)
  const rest = tree.columns.map(({ self }) => nothing ?? leftOut(self, isKept, place, scratch.numbers(size)))
  return { kept, hidden, rest }
}

/** Samples of nodes that are not kept, by the place of the nearest one above that is. @param left zeros, to add to */
function leftOut(
  self: Float64Array,
  isKept: Uint8Array,
  place: Int32Array,
  left: Float64Array,
): Float64Array {
  for (let node = 0; node < isKept.length; node++)
    if (isKept[node] === 0 && self[node]! > 0) left[place[node]!]! += self[node]!
  return left
}

/** Inclusive samples by node; of two sides, the greater. */
function weights(tree: DenseTree, scratch: Scratch): Float64Array {
  const { nodeCount, columns } = tree
  const sides = [...new Set(columns.map(({ side }) => side))].map((side) => totalsOf(tree, side, scratch))
  const [weight = scratch.numbers(nodeCount), ...others] = sides
  for (const other of others)
    for (let node = 0; node < nodeCount; node++) if (other[node]! > weight[node]!) weight[node] = other[node]!
  return weight
}

/** Inclusive samples by node of one side, over all its columns. */
function totalsOf({ nodeCount, parent, columns }: DenseTree, side: number, scratch: Scratch): Float64Array {
  const total = scratch.numbers(nodeCount)
  for (const column of columns) if (column.side === side) addColumn(total, column.self)
  for (let node = nodeCount - 1; node > 0; node--) total[parent[node]!]! += total[node]!
  return total
}

/** A function of its own: a loop within others is compiled anew with each of them, and boxes its numbers until then. */
function addColumn(total: Float64Array, self: Float64Array): void {
  for (let node = 0; node < total.length; node++) total[node]! += self[node]!
}

/** 1 for the nodes to keep. A node is never heavier than its parent, so they are a tree. */
function choose(
  { nodeCount, parent }: DenseTree,
  weight: Float64Array,
  maxNodes: number,
  focus: number,
  scratch: Scratch,
): Uint8Array {
  const isKept = scratch.bytes(nodeCount)
  /** 1 for nodes at or below the focus that have samples. */
  const isCandidate = scratch.bytes(nodeCount)
  let candidates = 0
  for (let node = focus; node < nodeCount; node++) {
    const isBelow = node === focus || (node > 0 && isCandidate[parent[node]!] === 1)
    if (!isBelow || weight[node] === 0) continue
    isCandidate[node] = 1
    candidates++
  }
  const threshold =
    candidates <= maxNodes ? 0 : nthLargest(weight, isCandidate, scratch.numbers(candidates), maxNodes)
  let heavier = 0
  for (let node = focus; node < nodeCount; node++)
    if (isCandidate[node] === 1 && weight[node]! > threshold) {
      isKept[node] = 1
      heavier++
    }
  // Of equals the first ones: a parent comes before its children.
  for (let node = focus; node < nodeCount && heavier < maxNodes; node++)
    if (isCandidate[node] === 1 && weight[node] === threshold) {
      isKept[node] = 1
      heavier++
    }
  for (let node = focus; node > 0; node = parent[node]!) isKept[node] = 1
  isKept[0] = 1
  return isKept
}

/** The n-th largest weight (from 1) of the candidates: quickselect. @param values room for those of all candidates */
function nthLargest(weight: Float64Array, isCandidate: Uint8Array, values: Float64Array, n: number): number {
  for (let node = 0, at = 0; node < isCandidate.length; node++)
    if (isCandidate[node] === 1) values[at++] = weight[node]!
  const target = values.length - n
  let low = 0
  let high = values.length - 1
  while (low < high) {
    // By lot: whoever sends the weights cannot make every division a bad one.
    const pivot = values[low + Math.floor(Math.random() * (high - low + 1))]!
    let i = low
    let j = high
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i <= j) {
        const swapped = values[i]!
        values[i++] = values[j]!
        values[j--] = swapped
      }
    }
    if (target <= j) high = j
    else if (target >= i) low = i
    else break
  }
  return values[target]!
}
