import { setImmediate as nextTurn } from 'node:timers/promises'
import { type BlockRecord, levelMilliseconds } from '../../storage/manifest.ts'
import type { GroupKey, Series, SeriesQuery } from '../../storage/ports.ts'
import { dayOf } from '../day-epochs.ts'
import { totalsByCounter } from '../frame-totals.ts'
import type { SegmentGroup } from '../segment-index.ts'
import { SeriesSums } from '../series-sums.ts'
import { sumParts } from '../sum-parts.ts'
import { windowMilliseconds } from '../window.ts'
import type { QuerySources } from './sum-selection.ts'

/** Files that are read at a time. */
const abreast = 8
/** How long posts may have to wait for a series of many frames. */
const turnMilliseconds = 10

/** How often frames were sampled, step by step. */
export async function answerSeries(sources: QuerySources, query: SeriesQuery): Promise<Series> {
  const { manifest, index, groups } = sources
  const { groupId, from, to, step } = query
  const group = groups.get(groupId)
  const sums = new SeriesSums(query)
  if (group === undefined) return sums.take()
  // Whole hours: a roll-up tells the windows of its hour, so that those at the range's ends need not be read one by one.
  const blocks = await manifest.blocks({
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
  for (const place of index.covering(groupId, from, to)) await addSegment(sources, group, place, sums, query)
  return sums.take()
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
      const section = await series.section(group, epoch, block)
      const isAdded = section !== null && some.addSection(epoch, section)
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

/** What is not sealed yet. */
async function addSegment(
  { segments }: QuerySources,
  group: GroupKey,
  place: SegmentGroup,
  sums: SeriesSums,
  { from, to }: SeriesQuery,
): Promise<void> {
  const windows = new Set(place.records.map(({ window }) => window))
  for (const window of windows) {
    if (window < from || window >= to) continue
    const ofWindow = await segments.sums(group, place, window, window + windowMilliseconds)
    if (ofWindow !== null) sums.addWindow(ofWindow.epoch, window, totalsByCounter(ofWindow))
  }
}
