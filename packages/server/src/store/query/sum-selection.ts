import { type KeptSince, wholeRange } from '../../storage/kept-since.ts'
import type { BlockRecord, Manifest } from '../../storage/manifest.ts'
import { type GroupKey, type Selection, UnfilterableTime } from '../../storage/ports.ts'
import type { BlockReader } from '../block-reader.ts'
import { spans } from '../cover.ts'
import { EpochSums } from '../epoch-sums.ts'
import { type Admits, admissionOf } from '../profile-filter.ts'
import type { SegmentIndex } from '../segment-index.ts'
import type { SegmentReader } from '../segment-reader.ts'
import type { SeriesReader } from '../series-reader.ts'
import { windowMilliseconds } from '../window.ts'
import type { GroupEpochs } from './group-epochs.ts'

/** What questions are answered from. To be read behind the store's gate. */
export interface QuerySources {
  readonly manifest: Manifest
  readonly index: SegmentIndex
  readonly blocks: BlockReader
  readonly segments: SegmentReader
  readonly series: SeriesReader
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

/** Null where there is nothing. @throws UnfilterableTime */
export async function readSelection(
  sources: QuerySources,
  selection: Selection,
): Promise<SelectionParts | null> {
  const group = sources.groups.get(selection.groupId)
  if (group === undefined) return null
  const admits = admissionOf(selection.filter)
  const read =
    admits === null
      ? await readAll(sources, group, selection)
      : await readAdmitted(sources, group, selection, admits)
  const counters = new Set(selection.filter?.counters)
  if (read !== null && counters.size > 0) for (const sums of read.parts) sums.keepCounters(counters)
  return read
}

async function readAll(
  { manifest, index, blocks, segments }: QuerySources,
  group: GroupKey,
  { groupId, ...asked }: Selection,
): Promise<SelectionParts | null> {
  // Here, behind the gate, what is kept cannot become less before the answer is given.
  const kept = await manifest.keptSince(groupId)
  const { from, to } = wholeRange(asked.from, asked.to, kept)
  const sealed = await manifest.blocks({ groupId, from, to })
  const times = spans(sealed, index.windows(groupId, from, to), { from, to }, kept)
  if (times.length === 0) return null
  const parts = await blocks.sums(group, sealed, from, to)
  for (const place of index.covering(groupId, from, to)) {
    const sums = await segments.sums(group, place, from, to)
    if (sums !== null) parts.push(sums)
  }
  return { parts, start: times[0]!.start, end: times.at(-1)!.end }
}

async function readAdmitted(
  { manifest, index, blocks, segments }: QuerySources,
  group: GroupKey,
  { groupId, ...asked }: Selection,
  admits: Admits,
): Promise<SelectionParts | null> {
  const kept = await manifest.keptSince(groupId)
  const { from, to } = wholeRange(asked.from, asked.to, kept)
  const sealed = await manifest.blocks({ groupId, from, to })
  refuseCoarse(sealed, { from, to }, kept)
  const inside = sealed.filter(({ start }) => start >= from && start < to)
  const { sums: parts, windows } = await blocks.filteredSums(group, inside, admits)
  // Files and lines do not depend on who shows them: of the roll-ups, where there are any. After the samples, so that only
  // what is shown is asked for.
  const known = windows.length === 0 ? [] : await blocks.sums(group, sealed, from, to)
  for (const sums of known) sums.keepCounters(new Set())
  parts.push(...known)
  const bounds = spansOf(windows)
  for (const place of index.covering(groupId, from, to)) {
    const open = await segments.filtered(group, place, from, to, admits)
    const sums = open.windows.size === 0 ? null : open.epoch.sums(from, to)
    if (sums !== null) parts.push(sums)
    bounds.push(...spansOf(open.windows))
  }
  const found = boundsOf(bounds)
  return found === null ? null : { parts, ...found }
}

/** @throws UnfilterableTime where there is data of which the windows are gone */
export function refuseCoarse(
  sealed: readonly BlockRecord[],
  range: { readonly from: number; readonly to: number },
  kept: KeptSince,
): void {
  const coarse = spans(sealed, [], range, kept).filter(({ start, end }) => end - start > windowMilliseconds)
  if (coarse.length > 0) throw new UnfilterableTime(coarse.at(-1)!.end)
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

interface Span {
  readonly start: number
  readonly end: number
}

function spansOf(windows: Iterable<number>): Span[] {
  return Array.from(windows, (start) => ({ start, end: start + windowMilliseconds }))
}

/** From the first instant to the last; null where there are none. */
function boundsOf(spans: readonly Span[]): Span | null {
  if (spans.length === 0) return null
  return spans.reduce((a, b) => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }))
}
