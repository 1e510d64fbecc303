import type { Manifest } from '../../storage/manifest.ts'
import type { GroupKey, Selection } from '../../storage/ports.ts'
import type { BlockReader } from '../block-reader.ts'
import { spans } from '../cover.ts'
import { EpochSums } from '../epoch-sums.ts'
import type { SegmentIndex } from '../segment-index.ts'
import type { SegmentReader } from '../segment-reader.ts'
import { windowMilliseconds } from '../window.ts'
import type { GroupEpochs } from './group-epochs.ts'

/** What questions are answered from. To be read behind the store's gate. */
export interface QuerySources {
  readonly manifest: Manifest
  readonly index: SegmentIndex
  readonly blocks: BlockReader
  readonly segments: SegmentReader
  readonly groups: ReadonlyMap<string, GroupKey>
  readonly epochs: GroupEpochs
}

/** What the profiles of a selection are, before they are added up. */
export interface SelectionParts {
  /** Oldest first; each in the numbers of an epoch of its own. */
  readonly parts: readonly EpochSums[]
  /** First and last instant of the windows that hold data, epoch milliseconds. */
  readonly start: number
  readonly end: number
}

/** Null where there is nothing. */
export async function readSelection(
  { manifest, index, blocks, segments, groups }: QuerySources,
  { groupId, from, to, filter }: Selection,
): Promise<SelectionParts | null> {
  const group = groups.get(groupId)
  if (group === undefined) return null
  const sealed = await manifest.blocks({ groupId, from, to })
  const bounds = boundsOf(spans(sealed, from, to), index.windows(groupId, from, to))
  if (bounds === null) return null
  const parts = await blocks.sums(group, sealed, from, to)
  for (const place of index.covering(groupId, from, to)) {
    const sums = await segments.sums(group, place, from, to)
    if (sums !== null) parts.push(sums)
  }
  if (filter !== undefined && filter.counters.length > 0)
    for (const sums of parts) sums.keepCounters(new Set(filter.counters))
  return { parts, ...bounds }
}

/**
 * Adds up what was read for one or more selections of a group: for each a sum, all in the numbers of one epoch. Nothing is
 * awaited here: no other question can come between.
 */
export function addUp(
  epochs: GroupEpochs,
  groupId: string,
  selections: readonly SelectionParts[],
): EpochSums[] {
  const [first, ...others] = selections.flatMap(({ parts }) => parts)
  // All of it in one epoch: nothing to be mapped.
  if (selections.length === 1 && first !== undefined && others.length === 0) return [first]
  const groupEpoch = epochs.get(groupId)
  const sums = selections.map(({ parts }) => {
    const sum = new EpochSums(groupEpoch.epoch)
    for (const part of parts) sum.add(part, groupEpoch.mapFrom(part.epoch))
    return sum
  })
  epochs.trim()
  return sums
}

/** First and last instant of the times with data; null where there are none. */
function boundsOf(
  sealed: readonly { readonly start: number; readonly end: number }[],
  windows: Float64Array,
): { readonly start: number; readonly end: number } | null {
  const starts = [...sealed.slice(0, 1).map(({ start }) => start), ...windows.subarray(0, 1)]
  const ends = [
    ...sealed.slice(-1).map(({ end }) => end),
    ...[...windows.slice(-1)].map((w) => w + windowMilliseconds),
  ]
  return starts.length === 0 ? null : { start: Math.min(...starts), end: Math.max(...ends) }
}
