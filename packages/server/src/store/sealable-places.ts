import type { GroupKey } from '../storage/ports.ts'
import { type DayEpoch, type DayEpochs, dayOf } from './day-epochs.ts'
import type { SegmentGroup } from './segment-index.ts'

/** One group's records, by segment: which can be sealed now. */
export interface SealablePlaces {
  readonly sealable: readonly SegmentGroup[]
  /** With records of a day whose dictionary cannot be read. Whole: from a segment a group is sealed at once. */
  readonly left: readonly SegmentGroup[]
  /** The dictionaries of all other days. */
  readonly days: ReadonlyMap<number, DayEpoch>
  /** Why there are others. */
  readonly failures: readonly Error[]
}

/** @param epochs the sealer's */
export async function sealablePlaces(
  epochs: DayEpochs,
  group: GroupKey,
  places: readonly SegmentGroup[],
): Promise<SealablePlaces> {
  const days = new Map<number, DayEpoch>()
  const failures: Error[] = []
  for (const day of daysOf(places)) {
    try {
      days.set(day, await epochs.get(group, day))
    } catch (error) {
      failures.push(error as Error)
    }
  }
  const isReadable = (place: SegmentGroup): boolean => [...daysOf([place])].every((day) => days.has(day))
  const { true: sealable = [], false: left = [] } = Object.groupBy(places, (place) => `${isReadable(place)}`)
  return { sealable, left, days, failures }
}

function daysOf(places: readonly SegmentGroup[]): ReadonlySet<number> {
  return new Set(places.flatMap(({ records }) => records.map(({ window }) => dayOf(window))))
}
