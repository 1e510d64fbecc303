import { setImmediate as nextTurn } from 'node:timers/promises'
import { keptSpan } from '../../storage/kept-since.ts'
import { type BlockRecord, levelMilliseconds } from '../../storage/manifest.ts'
import {
  CoarserThanSteps,
  type GroupKey,
  type Period,
  type Series,
  type SeriesQuery,
} from '../../storage/ports.ts'
import { dayOf } from '../day-epochs.ts'
import { totalsOfSums } from '../frame-totals.ts'
import { type Admits, admissionOf } from '../profile-filter.ts'
import type { ReadGate } from '../read-gate.ts'
import type { SegmentGroup } from '../segment-index.ts'
import { SeriesQuestion } from '../series-question.ts'
import type { Span } from '../series-section.ts'
import { SeriesSums } from '../series-sums.ts'
import { sumParts } from '../sum-parts.ts'
import { windowMilliseconds } from '../window.ts'
import { dayByDay } from './day-by-day.ts'
import { type QuerySources, refuseCoarse } from './sum-selection.ts'

/** Files that are read at a time. */
const abreast = 8
/** How long posts may have to wait for a series of many frames. */
const turnMilliseconds = 10

/**
 * How often frames were sampled, step by step: steps of different days may be of different moments.
 *
 * @throws UnfilterableTime, CoarserThanSteps
 */
export async function answerSeries(
  sources: QuerySources,
  gate: ReadGate,
  query: SeriesQuery,
): Promise<Series> {
  const { groupId, from, to, step, filter, metrics } = withCountersOf(query)
  const sums = new SeriesSums(new SeriesQuestion(metrics), { from, to, step })
  const admits = admissionOf(filter)
  // Whoever asks is told the end of all of it, not of its first day.
  if (admits !== null) await gate.read(() => refuseCoarseIn(sources, { groupId, from, to }))
  await dayByDay(gate, { from, to }, async (day) => {
    const group = sources.groups.get(groupId)
    if (group === undefined) return
    const period = { groupId, ...day }
    if (admits === null) await addAll(sources, group, period, step, sums)
    else await addAdmitted(sources, group, period, sums, admits)
  })
  return sums.take()
}

/** A filter may leave only some counters to count in. */
function withCountersOf(query: SeriesQuery): SeriesQuery {
  const left = query.filter?.counters ?? []
  if (left.length === 0) return query
  const metrics = query.metrics.map(({ frame, counters }) => ({
    frame,
    counters: counters?.filter((counter) => left.includes(counter)) ?? left,
  }))
  return { ...query, metrics }
}

async function addAll(
  sources: QuerySources,
  group: GroupKey,
  { groupId, from, to }: Period,
  step: number,
  sums: SeriesSums,
): Promise<void> {
  // Here, behind the gate, what is kept cannot become less before the day is added.
  const kept = keptSpan(from, await sources.manifest.keptSince(groupId))
  if (levelMilliseconds[kept.level] > step)
    throw new CoarserThanSteps(`Of ${new Date(kept.start).toISOString()} only longer steps are kept.`)
  // Whole hours: a roll-up tells the windows of its hour, so that those at the range's ends need not be read one by one.
  const blocks = await sources.manifest.blocks({
    groupId,
    from: floorTo(from, levelMilliseconds.PT1H),
    to: floorTo(to + levelMilliseconds.PT1H - 1, levelMilliseconds.PT1H),
  })
  const telling = blocks.filter(({ level, start }) => {
    // A day's roll-up does not tell its hours.
    if (level === 'P1D') return step >= levelMilliseconds.P1D
    return level === 'PT1H' || (start >= from && start < to)
  })
  for (const [day, ofDay] of Map.groupBy(telling, ({ start }) => dayOf(start)))
    await addDay(sources, group, day, ofDay, sums)
  for (const place of sources.index.covering(groupId, from, to)) {
    for (const window of windowsIn(place, from, to)) {
      const ofWindow = await sources.segments.sums(group, place, window, window + windowMilliseconds)
      if (ofWindow !== null) sums.addSpan(ofWindow.sums.epoch, spanOf(window), totalsOfSums(ofWindow.sums))
    }
  }
}

/** Profiles are told apart in windows only. */
async function addAdmitted(
  sources: QuerySources,
  group: GroupKey,
  { groupId, from, to }: Period,
  sums: SeriesSums,
  admits: Admits,
): Promise<void> {
  const { index, blocks, segments } = sources
  const sealed = await refuseCoarseIn(sources, { groupId, from, to })
  for (const [window, ofWindow] of Map.groupBy(sealed, ({ start }) => start)) {
    if (window < from || window >= to) continue
    const read = await blocks.filteredSums(group, ofWindow, admits)
    if (read.windows.length === 0) continue
    for (const some of read.sums) sums.addSpan(some.epoch, spanOf(window), totalsOfSums(some))
  }
  for (const place of index.covering(groupId, from, to)) {
    const { epoch, windows } = await segments.filtered(group, place, from, to, admits)
    for (const window of windows) {
      const ofWindow = epoch.sums(window, window + windowMilliseconds)
      if (ofWindow !== null) sums.addSpan(ofWindow.epoch, spanOf(window), totalsOfSums(ofWindow))
    }
  }
}

/** @returns every block of the period. @throws UnfilterableTime */
async function refuseCoarseIn(
  { manifest }: QuerySources,
  { groupId, from, to }: Period,
): Promise<readonly BlockRecord[]> {
  const sealed = await manifest.blocks({ groupId, from, to })
  refuseCoarse(sealed, { from, to }, await manifest.keptSince(groupId))
  return sealed
}

function spanOf(window: number): Span {
  return { start: window, end: window + windowMilliseconds }
}

function windowsIn({ records }: SegmentGroup, from: number, to: number): ReadonlySet<number> {
  return new Set(records.map(({ window }) => window).filter((window) => window >= from && window < to))
}

function floorTo(instant: number, length: number): number {
  return Math.floor(instant / length) * length
}

async function addDay(
  { blocks, series }: QuerySources,
  group: GroupKey,
  day: number,
  ofDay: readonly BlockRecord[],
  sums: SeriesSums,
): Promise<void> {
  const epoch = await blocks.epoch(group, day)
  if (epoch === null) return
  let turn = performance.now()
  const to = day + levelMilliseconds.P1D
  const { sum } = await sumParts(
    ofDay,
    day,
    to,
    () => sums.within(day, to),
    async (some, block) => {
      const read = await series.read(group, epoch, block, some.framesIn(epoch))
      const isAdded = read !== null && some.addBlock(epoch, read)
      if (performance.now() - turn > turnMilliseconds) {
        await nextTurn()
        turn = performance.now()
      }
      return isAdded
    },
    abreast,
  )
  sums.add(sum)
}
