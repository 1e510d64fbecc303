import { nameAt } from '@wick/profile'
import type { SearchAnswer, SearchQuery } from '../../storage/ports.ts'
import type { EpochSums } from '../epoch-sums.ts'
import { type QuerySources, sumSelection } from './sum-selection.ts'

/** The frames whose name holds a text, heaviest first, with what they cost. Null where there is no profile. */
export async function answerSearch(
  sources: QuerySources,
  { text, orderBy, maxResults, ...selection }: SearchQuery,
): Promise<SearchAnswer | null> {
  const found = await sumSelection(sources, selection)
  if (found === null) return null
  return { start: found.start, end: found.end, ...search(found.sums, { text, orderBy, maxResults }) }
}

function search(
  sums: EpochSums,
  { text, orderBy, maxResults }: Pick<SearchQuery, 'text' | 'orderBy' | 'maxResults'>,
): Omit<SearchAnswer, 'start' | 'end'> {
  const { trie } = sums.epoch
  const isMatch = matching(sums, text.toLowerCase())
  const { self, total } = samples(sums)
  const frames = trie.frames.length
  const selfOf = new Float64Array(frames)
  const totalOf = new Float64Array(frames)
  const pathsOf = new Int32Array(frames)
  let matched = 0
  for (let node = 1; node < trie.nodeCount; node++) {
    const frame = trie.frame[node]!
    if (isMatch[frame] === 0 || total[node] === 0) continue
    pathsOf[frame]!++
    selfOf[frame]! += self[node]!
    const above = whatIsAbove(sums, node, isMatch)
    // Recursion is counted once: at the topmost occurrence.
    if (!above.isRepeated) totalOf[frame]! += total[node]!
    if (!above.isBelowMatch) matched += total[node]!
  }
  const found = Array.from(totalOf.keys()).filter((frame) => pathsOf[frame]! > 0)
  const [first, second] = orderBy === 'self' ? [selfOf, totalOf] : [totalOf, selfOf]
  found.sort((a, b) => first[b]! - first[a]! || second[b]! - second[a]! || a - b)
  const names = trie.frames.table()
  const hits = found.slice(0, maxResults).map((frame) => ({
    name: nameAt(names, frame),
    self: selfOf[frame]!,
    total: totalOf[frame]!,
    paths: pathsOf[frame]!,
  }))
  return { samples: total[0]!, matched, frames: found.length, hits }
}

/** By frame: 1 where the name holds the text. */
function matching({ epoch }: EpochSums, text: string): Uint8Array {
  const names = epoch.trie.frames.table()
  return Uint8Array.from({ length: names.length }, (_, frame) =>
    nameAt(names, frame).toLowerCase().includes(text) ? 1 : 0,
  )
}

/** By node, over all thread states. */
function samples(sums: EpochSums): { readonly self: Float64Array; readonly total: Float64Array } {
  const { nodeCount, parent } = sums.epoch.trie
  const self = new Float64Array(nodeCount)
  for (const counter of sums.counters()) {
    const column = sums.column(counter)
    for (let node = 0; node < nodeCount; node++) self[node]! += column[node]!
  }
  const total = self.slice()
  for (let node = nodeCount - 1; node > 0; node--) total[parent[node]!]! += total[node]!
  return { self, total }
}

/** Whether the node's own frame, or any that matches, is on the way up. */
function whatIsAbove(
  { epoch: { trie } }: EpochSums,
  node: number,
  isMatch: Uint8Array,
): { readonly isRepeated: boolean; readonly isBelowMatch: boolean } {
  const frame = trie.frame[node]!
  let isBelowMatch = false
  for (let at = trie.parent[node]!; at > 0; at = trie.parent[at]!) {
    if (trie.frame[at] === frame) return { isRepeated: true, isBelowMatch: true }
    if (isMatch[trie.frame[at]!] === 1) isBelowMatch = true
  }
  return { isRepeated: false, isBelowMatch }
}
