import type { AnomalyAnswer } from '@wick/wire'
import { groupHref } from '../app/routes.ts'
import { type CompareView, withCompare } from '../compare/compare-view.ts'
import { type Bounds, rangeQuery } from '../range/page-range.ts'
import { withTimeline } from '../timeline/timeline-view.ts'

const hour = 3_600_000
const day = 24 * hour

/** Whole hours: enough before the change to see what was usual, and what came of it. @param now epoch milliseconds */
export function around({ startTime, endTime }: AnomalyAnswer, now: number): Bounds {
  const since = Date.parse(startTime)
  const until = endTime === null ? now : Date.parse(endTime) + day
  const whole = (at: number): number => Math.ceil(at / hour) * hour
  return { from: whole(since - 3 * day), to: whole(Math.min(now, until, since + 11 * day)) }
}

/** The two hours in which it was found. */
export function foundIn({ compare: { after } }: AnomalyAnswer) {
  return { kind: 'between', from: Date.parse(after.startTime), to: Date.parse(after.endTime) } as const
}

/** Like hours of before, and those in which it was found, as one flame graph. */
export function compareHref(group: string, anomaly: AnomalyAnswer): string {
  const { before } = anomaly.compare
  const search = `?${new URLSearchParams(rangeQuery(foundIn(anomaly)))}`
  const all = { kind: 'all', value: '' } as const
  const view: CompareView = {
    earlier: { kind: 'between', from: Date.parse(before.startTime), to: Date.parse(before.endTime) },
    before: all,
    after: all,
    isLatency: anomaly.metric === 'LATENCY',
    by: 'total',
    shows: 'tree',
  }
  return groupHref(group, 'compare') + withCompare(search, view)
}

export function timelineHref(group: string, anomaly: AnomalyAnswer): string {
  const range = { kind: 'between', ...around(anomaly, Date.now()) } as const
  const search = `?${new URLSearchParams(rangeQuery(range))}`
  const view = { frames: [anomaly.frameName], isLatency: anomaly.metric === 'LATENCY' }
  return groupHref(group, 'timeline') + withTimeline(search, view)
}
