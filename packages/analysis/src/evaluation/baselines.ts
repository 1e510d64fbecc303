import type { FrameHistory } from '../frame-history.ts'
import { appendHour, emptyHistories } from '../frame-hour.ts'
import type { Alarm, Detector } from './evaluate.ts'

/** What people write first: a share half as high again as its mean of the day before, and by half a point. */
export function fixedThreshold(): Detector {
  return perFrame('fixed threshold', (history, row, hour) => {
    const mean = meanOf(hoursBack(history, row, hour, 1, 24))
    const change = history.share(row, hour) - mean
    return change >= 0.005 && change >= 0.5 * mean ? change : null
  })
}

/** What people write second: four standard deviations above the same hour of the last 14 days. */
export function seasonalZScore(): Detector {
  return perFrame('seasonal z-score', (history, row, hour) => {
    const past = hoursBack(history, row, hour, 24, 14)
    if (past.length < 5) return null
    const mean = meanOf(past)
    const deviation = Math.sqrt(meanOf(past.map((one) => (one - mean) ** 2)))
    const change = history.share(row, hour) - mean
    return change >= 0.001 && change >= 4 * deviation ? change : null
  })
}

/** Each frame by itself; told again after a day at the earliest. */
function perFrame(
  name: string,
  judge: (history: FrameHistory, row: number, hour: number) => number | null,
): Detector {
  const histories = emptyHistories()
  const told = new Map<string, number>()
  return {
    name,
    hour(hour, profiles) {
      if (profiles === null) return []
      appendHour(histories, hour, profiles.whole)
      return histories.total.names.flatMap((frame, row): Alarm[] => {
        const change = judge(histories.total, row, hour)
        if (change === null) return []
        const before = told.get(frame) ?? Number.NEGATIVE_INFINITY
        told.set(frame, hour)
        return hour - before > 24 ? [{ hour, frame, change, kind: 'level' }] : []
      })
    },
  }
}

/** Known shares of the hours `step`, 2 × `step`, … `count` × `step` ago. */
function hoursBack(history: FrameHistory, row: number, hour: number, step: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => history.share(row, hour - (i + 1) * step)).filter(
    (share) => !Number.isNaN(share),
  )
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length
}
