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
import type { GroupEpoch, GroupEpochs } from './group-epochs.ts'

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
  /** Oldest first, what is sealed before the rest; each in the numbers of an epoch of its own. */
  readonly parts: readonly EpochSums[]
  /** Of the first parts, which blocks they are the sum of; null where it is not all that these hold. */
  readonly sealed: { readonly key: string; readonly parts: number } | null
  /** Thread states that count; none, all do. */
  readonly counters: ReadonlySet<string>
  /** First and last instant of the windows that hold data, epoch milliseconds. */
  readonly start: number
  readonly end: number
}

/** Null where there is nothing. @param groupEpoch what it will be added up in; @throws UnfilterableTime */
export async function readSelection(
  sources: QuerySources,
  groupEpoch: GroupEpoch,
  selection: Selection,
): Promise<SelectionParts | null> {
  const group = sources.groups.get(selection.groupId)
  if (group === undefined) return null
  const admits = admissionOf(selection.filter)
  const read =
    admits === null
      ? await readAll(sources, group, groupEpoch, selection)
      : await readAdmitted(sources, group, selection, admits)
  return read === null ? null : { ...read, counters: new Set(selection.filter?.counters) }
}

type ReadParts = Omit<SelectionParts, 'counters'>

async function readAll(
  { manifest, index, blocks, segments }: QuerySources,
  group: GroupKey,
  groupEpoch: GroupEpoch,
  { groupId, ...asked }: Selection,
): Promise<ReadParts | null> {
  // Here, behind the gate, what is kept cannot become less before the answer is given.
  const kept = await manifest.keptSince(groupId)
  const { from, to } = wholeRange(asked.from, asked.to, kept)
  const sealed = await manifest.blocks({ groupId, from, to })
  const times = spans(sealed, index.windows(groupId, from, to), { from, to }, kept)
  if (times.length === 0) return null
  const key = `${from} ${to} ${sealed.map(({ id }) => id).join(' ')}`
  const known = groupEpoch.recall(key)
  const { days, isWhole } =
    known === null ? await blocks.sums(group, sealed, from, to) : { days: [known], isWhole: true }
  const parts = [...days]
  for (const place of index.covering(groupId, from, to)) {
    const sums = await segments.sums(group, place, from, to)
    if (sums !== null) parts.push(sums)
  }
  // What could not be read now may be read next time.
  const remembered = isWhole ? { key, parts: days.length } : null
  return { parts, sealed: remembered, start: times[0]!.start, end: times.at(-1)!.end }
}

async function readAdmitted(
  { manifest, index, blocks, segments }: QuerySources,
  group: GroupKey,
  { groupId, ...asked }: Selection,
  admits: Admits,
): Promise<ReadParts | null> {
  const kept = await manifest.keptSince(groupId)
  const { from, to } = wholeRange(asked.from, asked.to, kept)
  const sealed = await manifest.blocks({ groupId, from, to })
  refuseCoarse(sealed, { from, to }, kept)
  const inside = sealed.filter(({ start }) => start >= from && start < to)
  const { sums: parts, windows } = await blocks.filteredSums(group, inside, admits)
  // Files and lines do not depend on who shows them: of the roll-ups, where there are any. After the samples, so that only
  // what is shown is asked for.
  const known = windows.length === 0 ? null : await blocks.sums(group, sealed, from, to)
  for (const sums of known?.days ?? []) {
    sums.keepCounters(new Set())
    parts.push(sums)
  }
  const bounds = spansOf(windows)
  for (const place of index.covering(groupId, from, to)) {
    const open = await segments.filtered(group, place, from, to, admits)
    const sums = open.windows.size === 0 ? null : open.epoch.sums(from, to)
    if (sums !== null) parts.push(sums)
    bounds.push(...spansOf(open.windows))
  }
  const found = boundsOf(bounds)
  return found === null ? null : { parts, sealed: null, ...found }
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
  groupEpoch: GroupEpoch,
  selections: readonly SelectionParts[],
): EpochSums[] {
  const [first, ...others] = selections.flatMap(({ parts }) => parts)
  // All of it in one epoch: nothing to be mapped.
  const isOne = selections.length === 1 && first !== undefined && others.length === 0
  const sums = isOne ? [first] : selections.map((selection) => addParts(groupEpoch, selection))
  for (const [i, { counters }] of selections.entries()) if (counters.size > 0) sums[i]!.keepCounters(counters)
  epochs.trim()
  return sums
}

function addParts(groupEpoch: GroupEpoch, { parts, sealed }: SelectionParts): EpochSums {
  const [first] = parts
  const isRecalled = first?.epoch === groupEpoch.epoch
  const sum = isRecalled ? first : new EpochSums(groupEpoch.epoch)
  for (const [i, part] of parts.entries()) {
    if (part !== sum) sum.add(part, groupEpoch.mapFrom(part.epoch))
    if (!isRecalled && i + 1 === sealed?.parts) groupEpoch.remember(sealed.key, sum)
  }
  return sum
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
