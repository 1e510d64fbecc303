import { type Alarm, ruleOf } from './alarm.ts'
import type { NewState } from './change-alarm.ts'
import { type Datapoint, evaluationRange, judgeAlarm } from './judge-alarm.ts'
import { everyPeriod, type PeriodSum } from './period-values.ts'
import { stateReason } from './state-reason.ts'

/** Of these are steps in which metrics come, and windows that alarms look at. */
export const metricStep = 300_000
/** What is measured of a step is there so long after it. */
const settlingTime = 120_000

/** The time an alarm looks at, in whole periods back from the last step that is settled. */
export function evaluatedTime(
  { definition }: Alarm,
  now: number,
): { readonly from: number; readonly to: number } {
  const settled = now - settlingTime
  const to = settled - (settled % metricStep)
  return { from: to - evaluationRange(definition) * definition.period * 1000, to }
}

/**
 * What an alarm says now; null where that is what it says already.
 *
 * What Wick itself was not there to measure is nobody's fault: an alarm that would change for nothing but missing datapoints
 * of such a time stays as it is. (It may become OK where it knew nothing.)
 *
 * @param points of the evaluated time
 * @param measuredSince since when metrics are collected without a pause
 */
export function evaluateAlarm(
  alarm: Alarm,
  points: readonly PeriodSum[],
  measuredSince: number,
  now: number,
): NewState | null {
  const { definition, status } = alarm
  const { from, to } = evaluatedTime(alarm, now)
  const period = definition.period * 1000
  const rule = ruleOf(definition)
  const periods = everyPeriod(points, definition.statistic, from, to, period)
  const judgement = judgeAlarm(rule, periods, status.state)
  const { state, restsOnMissing, datapoints } = judgement
  if (state === status.state) return null
  const isWhole = measuredSince <= to - definition.evaluationPeriods * period
  const isFirst = status.state === 'INSUFFICIENT_DATA' && state === 'OK'
  if (restsOnMissing && !isWhole && !isFirst) return null
  const reason = stateReason(rule, judgement)
  return { state, reason, reasonData: reasonData(alarm, datapoints, to, now), at: now }
}

/** Of more datapoints the newest are told. */
const toldDatapoints = 30

function reasonData(
  { definition }: Alarm,
  datapoints: readonly Datapoint[],
  to: number,
  now: number,
): string {
  const { statistic, period, threshold } = definition
  const told = datapoints.slice(-toldDatapoints)
  return JSON.stringify({
    version: '1.0',
    queryDate: awsTime(now),
    startDate: awsTime(told[0]?.at ?? to),
    statistic,
    period,
    recentDatapoints: told.map(({ value }) => value),
    threshold,
    evaluatedDatapoints: told.map(({ at, value }) => ({ timestamp: awsTime(at), value })),
  })
}

/** `2026-11-26T12:00:00.000+0000` */
export function awsTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}
