import { nameAt } from '@wick/profile'
import type { SearchAnswer, SearchQuery } from '../../storage/ports.ts'
import type { EpochSums } from '../epoch-sums.ts'
import { topmostOf } from '../frame-totals.ts'
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
  const isTopmost = topmostOf(trie)
  const isBelowMatch = belowMatches(sums, isMatch)
  let matched = 0
  for (let node = 1; node < trie.nodeCount; node++) {
    const frame = trie.frame[node]!
    if (isMatch[frame] === 0 || total[node] === 0) continue
    pathsOf[frame]!++
    selfOf[frame]! += self[node]!
    // Recursion is counted once: at the topmost occurrence.
    if (isTopmost[node] === 1) totalOf[frame]! += total[node]!
    if (isBelowMatch[node] === 0) matched += total[node]!
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

/** By node: 1 where a frame that matches is on the way up. Parents precede children. */
function belowMatches({ epoch: { trie } }: EpochSums, isMatch: Uint8Array): Uint8Array {
  const { nodeCount, parent, frame } = trie
  const isBelow = new Uint8Array(nodeCount)
  for (let node = 1; node < nodeCount; node++) {
    const above = parent[node]!
    if (above > 0) isBelow[node] = isBelow[above]! | isMatch[frame[above]!]!
  }
  return isBelow
}
