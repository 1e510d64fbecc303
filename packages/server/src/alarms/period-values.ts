import type { Statistic } from './alarm.ts'
import type { Datapoint } from './judge-alarm.ts'

/** What came within a step of a metric. */
interface MeasuredPoint {
  /** Start, epoch milliseconds. */
  readonly at: number
  readonly samples: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** What came within one period. */
export type PeriodSum = MeasuredPoint

/**
 * Points added up over the periods of [from, to), which start at `from`; periods in which nothing came are left out.
 *
 * @param points in any order
 * @param period milliseconds
 */
export function sumPeriods(
  points: readonly MeasuredPoint[],
  from: number,
  to: number,
  period: number,
): PeriodSum[] {
  const sums = new Map<number, PeriodSum>()
  for (const point of points) {
    if (point.at < from || point.at >= to) continue
    const at = point.at - ((point.at - from) % period)
    const known = sums.get(at)
    sums.set(at, known === undefined ? { ...point, at } : added(known, point))
  }
  return [...sums.values()].sort((a, b) => a.at - b.at)
}

function added(a: PeriodSum, b: MeasuredPoint): PeriodSum {
  return {
    at: a.at,
    samples: a.samples + b.samples,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  }
}

export function statisticOf({ samples, sum, minimum, maximum }: PeriodSum, statistic: Statistic): number {
  switch (statistic) {
    case 'SampleCount':
      return samples
    case 'Average':
      return sum / samples
    case 'Sum':
      return sum
    case 'Minimum':
      return minimum
    case 'Maximum':
      return maximum
  }
}

/** One for each period of [from, to), oldest first; null where nothing came. */
export function everyPeriod(
  points: readonly MeasuredPoint[],
  statistic: Statistic,
  from: number,
  to: number,
  period: number,
): (Datapoint | null)[] {
  const byStart = new Map(sumPeriods(points, from, to, period).map((sum) => [sum.at, sum]))
  return Array.from({ length: Math.round((to - from) / period) }, (_, index) => {
    const at = from + index * period
    const sum = byStart.get(at)
    return sum === undefined ? null : { at, value: statisticOf(sum, statistic) }
  })
}
