/**
 * From a call tree and chosen counters to the boxes of a flame graph: a struct of arrays in preorder, siblings by weight
 * or by name, without call paths that have no sample in those counters. Everything is in samples; pixels come
 * in only when it is drawn. All passes are linear, so a million nodes take a fraction of a second in a worker.
 */
import { type CallTree, selfCounts } from '@wick/profile'
import type { Shape } from '../call-shape/shape.ts'
import { type Workspace, workspace } from '../call-shape/workspace.ts'
import { heaviestFirst } from './heaviest-first.ts'

/** Which sibling comes first: the heaviest one, or, so that two profiles look alike, that of the first name. */
export type SiblingOrder = 'weight' | 'name'

/** Box i; box 0 is the root (ALL). Parents precede children, and a subtree is the boxes i … end[i] - 1. */
export interface FlameLayout {
  readonly order: SiblingOrder
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

/**
 * @param self samples whose innermost frame is the node
 * @param nameKeys those of `nameKeys`, for siblings by name; by weight without
 * @returns also the box of each node; -1 for those without samples
 */
export function placed(
  tree: Shape,
  self: Float64Array,
  nameKeys?: Float64Array,
): { readonly layout: FlameLayout; readonly boxOf: Int32Array } {
  const { parent, frame, file, firstLine, lastLine } = tree
  const memory = workspace.begin()
  const total = memory.float64(self.length)
  total.set(self)
  // Of nodes with samples: how many of them stand below, itself included, and how many it calls.
  const size = memory.int32(total.length).fill(1)
  const start = memory.int32(total.length + 2).fill(0)
  for (let node = total.length - 1; node > 0; node--) {
    const samples = total[node]!
    if (samples === 0) continue
    const above = parent[node]!
    total[above]! += samples
    size[above]! += size[node]!
    start[above + 2]!++
  }
  const keys = nameKeys === undefined ? total : keysOf(frame, nameKeys, memory)
  const children = sortedChildren(parent, total, keys, start, memory)
  const count = size[0]!
  const layout = emptyLayout(count, nameKeys === undefined ? 'weight' : 'name')
  const { name, depth, end, x, width } = layout
  const boxOf = new Int32Array(total.length).fill(-1)
  /** By box: where its next child begins. */
  const nextX = memory.float64(count)
  nextX[0] = 0
  const open = memory.int32(count)
  open[0] = 0
  layout.parent[0] = -1
  let waiting = 1
  // In preorder, so that boxes are written one after the other.
  for (let box = 0; waiting > 0; box++) {
    const node = open[--waiting]!
    boxOf[node] = box
    name[box] = frame[node]!
    layout.file[box] = file[node]!
    layout.firstLine[box] = firstLine[node]!
    layout.lastLine[box] = lastLine[node]!
    width[box] = total[node]!
    layout.self[box] = self[node]!
    end[box] = box + size[node]!
    if (box > 0) {
      const above = boxOf[parent[node]!]!
      layout.parent[box] = above
      depth[box] = depth[above]! + 1
      x[box] = nextX[box] = nextX[above]!
      nextX[above]! += total[node]!
    }
    for (let k = start[node + 1]! - 1; k >= start[node]!; k--) open[waiting++] = children[k]!
  }
  return { layout: { ...layout, ...rowsOf(depth) }, boxOf }
}

/** By name: a number that is the greater, the earlier the name comes. */
export function nameKeys(names: readonly string[]): Float64Array {
  const order = Int32Array.from(names.keys()).sort((a, b) =>
    names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0,
  )
  const keys = new Float64Array(names.length)
  for (let rank = 0; rank < order.length; rank++) keys[order[rank]!] = order.length - rank
  return keys
}

/** By node; what has no name comes last. */
function keysOf(frame: Int32Array, nameKeys: Float64Array, memory: Workspace): Float64Array {
  const keys = memory.float64(frame.length)
  for (let node = 0; node < frame.length; node++) keys[node] = frame[node]! < 0 ? 0 : nameKeys[frame[node]!]!
  return keys
}

/**
 * Children with samples of node n, greatest key first: children[start[n] … start[n + 1]). Equal keys keep the tree's order.
 *
 * @param start how many children node n has, at n + 2; becomes where they begin
 */
function sortedChildren(
  parent: Int32Array,
  total: Float64Array,
  keys: Float64Array,
  start: Int32Array,
  memory: Workspace,
): Int32Array {
  for (let node = 1; node < start.length; node++) start[node]! += start[node - 1]!
  const children = memory.int32(start.at(-1)!)
  // Each is counted where the next node's begin, which makes that of it.
  for (let node = 1; node < parent.length; node++)
    if (total[node]! > 0) children[start[parent[node]! + 1]!++] = node
  const spare = new Int32Array(Math.min(children.length, manyChildren))
  for (let node = 0; node < parent.length; node++)
    if (start[node + 1]! - start[node]! > 1) sortByKey(children, start[node]!, start[node + 1]!, keys, spare)
  return children
}

/** The very many children of a few are sorted in linear time. */
const manyChildren = 8192
/** Up to so many are sorted by insertion; more by merging what was. */
const runLength = 16

/** Greatest key first; equal ones keep their order. @param spare room for as many as are merged */
function sortByKey(
  children: Int32Array,
  from: number,
  to: number,
  keys: Float64Array,
  spare: Int32Array,
): void {
  if (to - from > manyChildren) {
    const list = children.slice(from, to)
    const order = heaviestFirst(Float64Array.from(list, (child) => keys[child]!))
    for (let k = 0; k < list.length; k++) children[from + k] = list[order[k]!]!
    return
  }
  for (let run = from; run < to; run += runLength)
    insertionSort(children, run, Math.min(to, run + runLength), keys)
  for (let length = runLength; length < to - from; length *= 2) {
    for (let left = from; left + length < to; left += 2 * length)
      mergeRuns(children, left, left + length, Math.min(to, left + 2 * length), keys, spare)
  }
}

function insertionSort(children: Int32Array, from: number, to: number, keys: Float64Array): void {
  for (let k = from + 1; k < to; k++) {
    const child = children[k]!
    const key = keys[child]!
    let at = k
    for (; at > from && keys[children[at - 1]!]! < key; at--) children[at] = children[at - 1]!
    children[at] = child
  }
}

/** Two sorted neighbours as one. */
function mergeRuns(
  children: Int32Array,
  from: number,
  middle: number,
  to: number,
  keys: Float64Array,
  spare: Int32Array,
): void {
  const leftCount = middle - from
  for (let k = 0; k < leftCount; k++) spare[k] = children[from + k]!
  let left = 0
  let right = middle
  for (let at = from; left < leftCount; at++) {
    if (right < to && keys[children[right]!]! > keys[spare[left]!]!) children[at] = children[right++]!
    else children[at] = spare[left++]!
  }
}

function emptyLayout(count: number, order: SiblingOrder) {
  return {
    order,
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
