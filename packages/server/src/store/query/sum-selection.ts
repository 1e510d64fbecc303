import { type KeptSince, wholeRange } from '../../storage/kept-since.ts'
import type { BlockRecord, Manifest } from '../../storage/manifest.ts'
import { type GroupKey, type Selection, UnfilterableTime } from '../../storage/ports.ts'
import type { BlockReader } from '../block-reader.ts'
import { spans } from '../cover.ts'
import type { EpochSums } from '../epoch-sums.ts'
import { type Admits, admissionOf } from '../profile-filter.ts'
import type { SegmentIndex } from '../segment-index.ts'
import type { SegmentReader } from '../segment-reader.ts'
import type { SeriesReader } from '../series-reader.ts'
import { windowMilliseconds } from '../window.ts'
import type { GroupEpoch, GroupEpochs } from './group-epochs.ts'
import { RunningSum } from './running-sum.ts'
import { SealedDays } from './sealed-days.ts'

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

/** The profiles of a selection, added up. */
export interface SelectionSum {
  readonly sums: EpochSums
  /** First and last instant of the windows that hold data, epoch milliseconds. */
  readonly start: number
  readonly end: number
}

/** What a selection adds up to; null where there is nothing. @throws UnfilterableTime */
export async function sumSelection(
  sources: QuerySources,
  { groupId, ...selection }: Selection,
): Promise<SelectionSum | null> {
  const found = await sumSelections(sources, groupId, [selection])
  return found.empty === null ? found.sums[0]! : null
}

type Sums =
  | { readonly empty: null; readonly sums: readonly SelectionSum[] }
  | { readonly empty: number; readonly sums: null }

/**
 * What each of some selections of one group adds up to, all in the numbers of one epoch.
 *
 * @returns also the place of the first in which there is nothing. @throws UnfilterableTime
 */
export async function sumSelections(
  sources: QuerySources,
  groupId: string,
  selections: readonly Omit<Selection, 'groupId'>[],
): Promise<Sums> {
  const { epochs } = sources
  try {
    const shared = epochs.get(groupId)
    const sums = shared.isFull ? null : await sumIn(sources, shared, groupId, selections)
    if (sums !== null && !shared.isFull) return sums
    // Other questions may have taken the room of this one, so with nobody else's call paths.
    return await sumIn(sources, epochs.apart(), groupId, selections)
  } finally {
    epochs.trim()
  }
}

async function sumIn(
  sources: QuerySources,
  groupEpoch: GroupEpoch,
  groupId: string,
  selections: readonly Omit<Selection, 'groupId'>[],
): Promise<Sums> {
  const isOnly = selections.length === 1
  const all: Found[] = []
  for (const [place, selection] of selections.entries()) {
    const running = new RunningSum(groupEpoch)
    const found = await readSelection(sources, running, isOnly, { groupId, ...selection })
    if (found === null) return { empty: place, sums: null }
    all.push({ ...found, running })
  }
  // Other questions may have made the epoch larger meanwhile: columns are as long as it is when they are asked for.
  const sums = all.map(({ running, start, end }, place) => {
    const sum = isOnly ? running.inOwnNumbers() : running.inGroupNumbers()
    const counters = new Set(selections[place]!.filter?.counters)
    if (counters.size > 0) sum.keepCounters(counters)
    return { sums: sum, start, end }
  })
  return { empty: null, sums }
}

interface Found extends Span {
  readonly running: RunningSum
}

/** @param isOnly whether the sum may be in the numbers of a day */
async function readSelection(
  sources: QuerySources,
  running: RunningSum,
  isOnly: boolean,
  selection: Selection,
): Promise<Span | null> {
  const group = sources.groups.get(selection.groupId)
  if (group === undefined) return null
  const admits = admissionOf(selection.filter)
  return admits === null
    ? readAll(sources, group, running, isOnly, selection)
    : readAdmitted(sources, group, running, selection, admits)
}

async function readAll(
  { manifest, index, blocks, segments }: QuerySources,
  group: GroupKey,
  running: RunningSum,
  isOnly: boolean,
  { groupId, ...asked }: Selection,
): Promise<Span | null> {
  // Here, behind the gate, what is kept cannot become less before the answer is given.
  const kept = await manifest.keptSince(groupId)
  const { from, to } = wholeRange(asked.from, asked.to, kept)
  const sealed = await manifest.blocks({ groupId, from, to })
  const unsealed = new Set(index.windows(groupId, from, to))
  if (spans(sealed, unsealed, { from, to }, kept).length === 0) return null
  const places = index.covering(groupId, from, to)
  const days = new SealedDays(blocks, group, sealed, { from, to })
  await days.addTo(running, isOnly && places.length === 0)
  for (const place of places) {
    const open = await segments.sums(group, place, from, to)
    if (open === null) continue
    running.add(open.sums)
    // Also those of what was posted until it was read.
    for (const window of open.windows) unsealed.add(window)
  }
  const times = spans(sealed, unsealed, { from, to }, kept)
  return { start: times[0]!.start, end: times.at(-1)!.end }
}

async function readAdmitted(
  { manifest, index, blocks, segments }: QuerySources,
  group: GroupKey,
  running: RunningSum,
  { groupId, ...asked }: Selection,
  admits: Admits,
): Promise<Span | null> {
  const kept = await manifest.keptSince(groupId)
  const { from, to } = wholeRange(asked.from, asked.to, kept)
  const sealed = await manifest.blocks({ groupId, from, to })
  refuseCoarse(sealed, { from, to }, kept)
  const inside = sealed.filter(({ start }) => start >= from && start < to)
  const { sums: parts, windows } = await blocks.filteredSums(group, inside, admits)
  for (const sums of parts) running.add(sums)
  // Files and lines do not depend on who shows them: of the roll-ups, where there are any. After the samples, so that only
  // what is shown is asked for.
  if (windows.length > 0) {
    const days = new SealedDays(blocks, group, sealed, { from, to })
    for await (const { sums } of days.sums()) {
      sums?.keepCounters(new Set())
      if (sums !== null) running.add(sums)
    }
  }
  const bounds = spansOf(windows)
  for (const place of index.covering(groupId, from, to)) {
    const open = await segments.filtered(group, place, from, to, admits)
    const sums = open.windows.size === 0 ? null : open.epoch.sums(from, to)
    if (sums !== null) running.add(sums)
    bounds.push(...spansOf(open.windows))
  }
  return boundsOf(bounds)
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
