/**
 * From a call tree and chosen counters to the boxes of a flame graph: a struct of arrays in preorder, heaviest
 * sibling first, without call paths that have no sample in those counters. Everything is in samples; pixels come
 * in only when it is drawn. All passes are linear, so a million nodes take a fraction of a second in a worker.
 */
import { type CallTree, selfCounts } from '@wick/profile'
import type { Shape } from '../call-shape/shape.ts'
import { heaviestFirst } from './heaviest-first.ts'

/** Box i; box 0 is the root (ALL). Parents precede children, and a subtree is the boxes i … end[i] - 1. */
export interface FlameLayout {
  /** Index into the tree's names; -1 for a root without one, -2 for what is not told apart (`restFrame`). */
  readonly name: Int32Array<ArrayBuffer>
  /** Index into the tree's files; -1 where unknown. */
  readonly file: Int32Array<ArrayBuffer>
  /** First and last source line; -1 where unknown. */
  readonly firstLine: Int32Array<ArrayBuffer>
  readonly lastLine: Int32Array<ArrayBuffer>
  readonly depth: Int32Array<ArrayBuffer>
  /** -1 for the root. */
  readonly parent: Int32Array<ArrayBuffer>
  /** First box after the subtree. */
  readonly end: Int32Array<ArrayBuffer>
  /** Left edge and width, in samples. Children stand at the left of their parent, its own samples at the right. */
  readonly x: Float64Array<ArrayBuffer>
  readonly width: Float64Array<ArrayBuffer>
  readonly self: Float64Array<ArrayBuffer>
  /** Row d is rowBoxes[rowStart[d] … rowStart[d + 1]): the boxes of depth d from left to right. */
  readonly rowStart: Int32Array<ArrayBuffer>
  readonly rowBoxes: Int32Array<ArrayBuffer>
}

/** @param counters names of the thread states to count; all without */
export function layOut(tree: CallTree, counters?: ReadonlySet<string>): FlameLayout {
  return placed(tree, selfCounts(tree, counters)).layout
}

/** @param self samples whose innermost frame is the node @returns also the box of each node; -1 for those without samples */
export function placed(
  tree: Shape,
  self: Float64Array,
): { readonly layout: FlameLayout; readonly boxOf: Int32Array } {
  const total = self.slice()
  const size = new Int32Array(total.length).fill(1)
  for (let node = total.length - 1; node > 0; node--) {
    const parent = tree.parent[node]!
    total[parent]! += total[node]!
    if (total[node]! > 0) size[parent]! += size[node]!
  }
  const { start, children } = childrenByWeight(tree.parent, total)
  const count = size[0]!
  const layout = emptyLayout(count)
  const place = new Int32Array(total.length).fill(-1)
  place[0] = 0
  layout.parent[0] = -1
  layout.end[0] = count
  for (let node = 0; node < total.length; node++) {
    const box = place[node]!
    if (box < 0) continue
    layout.name[box] = tree.frame[node]!
    layout.file[box] = tree.file[node]!
    layout.firstLine[box] = tree.firstLine[node]!
    layout.lastLine[box] = tree.lastLine[node]!
    layout.width[box] = total[node]!
    layout.self[box] = self[node]!
    let next = box + 1
    let x = layout.x[box]!
    for (let k = start[node]!; k < start[node + 1]!; k++) {
      const child = children[k]!
      // Heaviest first: the first child without samples ends the list.
      if (total[child] === 0) break
      place[child] = next
      layout.parent[next] = box
      layout.depth[next] = layout.depth[box]! + 1
      layout.x[next] = x
      x += total[child]!
      next += size[child]!
      layout.end[place[child]!] = next
    }
  }
  return { layout: { ...layout, ...rowsOf(layout.depth) }, boxOf: place }
}

/** Children of node n, heaviest first: children[start[n] … start[n + 1]). Equal weights keep the tree's order. */
function childrenByWeight(
  parent: Int32Array,
  total: Float64Array,
): { start: Int32Array; children: Int32Array } {
  const start = new Int32Array(parent.length + 1)
  for (let node = 1; node < parent.length; node++) start[parent[node]! + 1]!++
  for (let node = 0; node < parent.length; node++) start[node + 1]! += start[node]!
  const next = start.slice()
  const children = new Int32Array(parent.length)
  for (let node = 1; node < parent.length; node++) children[next[parent[node]!]!++] = node
  const spare = new Int32Array(parent.length)
  for (let node = 0; node < parent.length; node++)
    if (start[node + 1]! - start[node]! > 1)
      sortByWeight(children, start[node]!, start[node + 1]!, total, spare)
  return { start, children }
}

/** The very many children of a few are sorted in linear time. */
const manyChildren = 8192
/** Up to so many are sorted by insertion; more by merging what was. */
const runLength = 16

/** Heaviest first; equal ones keep their order. @param spare as long as `children` */
function sortByWeight(
  children: Int32Array,
  from: number,
  to: number,
  weight: Float64Array,
  spare: Int32Array,
): void {
  if (to - from > manyChildren) {
    const list = children.slice(from, to)
    const order = heaviestFirst(Float64Array.from(list, (child) => weight[child]!))
    for (let k = 0; k < list.length; k++) children[from + k] = list[order[k]!]!
    return
  }
  for (let run = from; run < to; run += runLength)
    insertionSort(children, run, Math.min(to, run + runLength), weight)
  for (let length = runLength; length < to - from; length *= 2) {
    for (let left = from; left + length < to; left += 2 * length)
      mergeRuns(children, left, left + length, Math.min(to, left + 2 * length), weight, spare)
  }
}

function insertionSort(children: Int32Array, from: number, to: number, weight: Float64Array): void {
  for (let k = from + 1; k < to; k++) {
    const child = children[k]!
    const heavy = weight[child]!
    let at = k
    for (; at > from && weight[children[at - 1]!]! < heavy; at--) children[at] = children[at - 1]!
    children[at] = child
  }
}

/** Two sorted neighbours as one. */
function mergeRuns(
  children: Int32Array,
  from: number,
  middle: number,
  to: number,
  weight: Float64Array,
  spare: Int32Array,
): void {
  for (let k = from; k < middle; k++) spare[k] = children[k]!
  let left = from
  let right = middle
  for (let at = from; left < middle; at++) {
    if (right < to && weight[children[right]!]! > weight[spare[left]!]!) children[at] = children[right++]!
    else children[at] = spare[left++]!
  }
}

function emptyLayout(count: number) {
  return {
    name: new Int32Array(count),
    file: new Int32Array(count),
    firstLine: new Int32Array(count),
    lastLine: new Int32Array(count),
    depth: new Int32Array(count),
    parent: new Int32Array(count),
    end: new Int32Array(count),
    x: new Float64Array(count),
    width: new Float64Array(count),
    self: new Float64Array(count),
  }
}

function rowsOf(depth: Int32Array) {
  let deepest = 0
  for (let box = 0; box < depth.length; box++) if (depth[box]! > deepest) deepest = depth[box]!
  const rowStart = new Int32Array(deepest + 2)
  for (let box = 0; box < depth.length; box++) rowStart[depth[box]! + 1]!++
  for (let row = 0; row <= deepest; row++) rowStart[row + 1]! += rowStart[row]!
  const next = rowStart.slice()
  const rowBoxes = new Int32Array(depth.length)
  // Preorder visits the boxes of one row from left to right.
  for (let box = 0; box < depth.length; box++) rowBoxes[next[depth[box]!]!++] = box
  return { rowStart, rowBoxes }
}

/** How many rows there are, the root's included. */
export function rowCount(layout: FlameLayout): number {
  return layout.rowStart.length - 1
}
