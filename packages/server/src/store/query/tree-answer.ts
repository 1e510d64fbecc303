import {
  type CallPathTrie,
  type CallTree,
  encodeName,
  encodePrunedTree,
  type PrunedTree,
  prune,
  prunedTreeJson,
  Scratch,
  usedNames,
} from '@wick/profile'
import type { TreeOutcome, TreeQuery } from '../../storage/ports.ts'
import type { Epoch } from '../epoch.ts'
import type { EpochSums } from '../epoch-sums.ts'
import { type QuerySources, type SelectionSum, sumSelections } from './sum-selection.ts'
import { treeColumns } from './tree-columns.ts'

/** Nothing is awaited between the first column of an answer and its last byte. */
const scratch = new Scratch()

/** The heaviest call paths of one selection, or of two beside each other. */
export async function answerTree(sources: QuerySources, query: TreeQuery): Promise<TreeOutcome> {
  const { groupId, maxNodes, focus, encoding } = query
  const found = await sumSelections(sources, groupId, query.sides)
  if (found.empty !== null) return { kind: 'empty', side: found.empty }
  const node = findPath(found.sums[0]!.sums.epoch, focus)
  if (node === null) return { kind: 'unknown-path' }
  scratch.begin()
  const tree = prunedTree(found.sums, maxNodes, node)
  // Numbers of paths are shared with other times: there it may have been met.
  if (node > 0 && hasNoSamples(tree)) return { kind: 'unknown-path' }
  const body =
    encoding === 'binary'
      ? encodePrunedTree(tree, scratch)
      : Buffer.from(JSON.stringify(prunedTreeJson(tree)))
  return { kind: 'tree', body }
}

function hasNoSamples({ columns }: PrunedTree): boolean {
  return columns.every(({ self, rest }) => self.every(isZero) && rest.every(isZero))
}

function isZero(count: number): boolean {
  return count === 0
}

/** The node at the end of a path of frame names; null where no profile shows it. */
function findPath({ trie }: Epoch, path: readonly string[]): number | null {
  let node = 0
  for (const name of path) {
    const bytes = encodeName(name)
    const frame = trie.frames.find(bytes, 0, bytes.length)
    const child = frame < 0 ? -1 : trie.find(node, frame)
    if (child < 0) return null
    node = child
  }
  return node
}

function prunedTree(sides: readonly SelectionSum[], maxNodes: number, focus: number): PrunedTree {
  const sums = sides.map((side) => side.sums)
  const { trie } = sums[0]!.epoch
  const columns = treeColumns(sums)
  const { kept, hidden, rest } = prune(
    { nodeCount: trie.nodeCount, parent: trie.parent, columns },
    maxNodes,
    focus,
    scratch,
  )
  const attributes = attributesOf(sums, kept)
  const frames = usedNames(trie.frames.table(), framesOf(trie, kept), scratch)
  const files = usedNames(trie.files.table(), attributes.file, scratch)
  return {
    sides: sides.map(({ start, end }) => ({ start, end })),
    names: frames.table,
    files: files.table,
    parent: parentsOf(trie, kept),
    frame: frames.index,
    file: files.index,
    firstLine: attributes.firstLine,
    lastLine: attributes.lastLine,
    hidden,
    columns: columns.map(({ side, counter, self }, c) => ({
      side,
      counter,
      self: picked(self, kept),
      rest: rest[c]!,
    })),
  }
}

/** By place in `kept`; the root has none. */
function framesOf({ frame }: CallPathTrie, kept: Int32Array): Int32Array {
  const frames = scratch.integers(kept.length)
  for (let at = 0; at < kept.length; at++) frames[at] = frame[kept[at]!]!
  return frames
}

/** By place in `kept`: the parent's; of the root -1. */
function parentsOf({ nodeCount, parent }: CallPathTrie, kept: Int32Array): Int32Array {
  const placeOf = scratch.integers(nodeCount)
  for (let at = 0; at < kept.length; at++) placeOf[kept[at]!] = at
  const parents = scratch.integers(kept.length)
  parents[0] = -1
  for (let at = 1; at < kept.length; at++) parents[at] = placeOf[parent[kept[at]!]!]!
  return parents
}

/** By place in `kept`. */
function picked(column: Float64Array, kept: Int32Array): Float64Array {
  const values = scratch.numbers(kept.length)
  for (let at = 0; at < kept.length; at++) values[at] = column[kept[at]!]!
  return values
}

/** Of the kept nodes: what the last side knows, where it knows something, with the lines of all. -1 is unknown. */
function attributesOf(
  sums: readonly EpochSums[],
  kept: Int32Array,
): Pick<CallTree, 'file' | 'firstLine' | 'lastLine'> {
  const file = scratch.integers(kept.length).fill(-1)
  const firstLine = scratch.integers(kept.length).fill(-1)
  const lastLine = scratch.integers(kept.length).fill(-1)
  for (const { attributes } of sums) {
    const { file: files, firstLine: firsts, lastLine: lasts } = attributes
    for (let at = 0; at < kept.length; at++) {
      const node = kept[at]!
      const known = files.at(node) - 1
      if (known >= 0) file[at] = known
      const first = firsts.at(node) - 1
      if (first < 0) continue
      if (firstLine[at]! < 0 || first < firstLine[at]!) firstLine[at] = first
      const last = lasts.at(node) - 1
      if (last > lastLine[at]!) lastLine[at] = last
    }
  }
  return { file, firstLine, lastLine }
}
