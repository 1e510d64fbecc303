import { type AnomalyAnswer, type ApiAnomaly, formatTimestamp } from '@wick/wire'
import { reasonOf, titleOf } from './anomaly.ts'
import type { KeptAnomaly } from './kept-anomalies.ts'
import { statesOf } from './metrics.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** As the API tells them: those of one frame are one, the reason is the latest one's. @param kept the latest first */
export function apiAnomalies(kept: readonly KeptAnomaly[]): ApiAnomaly[] {
  const byFrame = Map.groupBy(kept, ({ anomaly: { metric, frame } }) => `${metric} ${frame}`)
  return [...byFrame.values()].map((some) => {
    const { metric, frame } = some[0]!.anomaly
    return {
      metric: { frameName: frame, type: 'AggregatedRelativeTotalTime', threadStates: statesOf[metric] },
      reason: reasonOf(some[0]!.anomaly),
      instances: some.map(({ row: { id, since, until, feedback } }) => ({
        id,
        startTime: formatTimestamp(since),
        ...(until !== null && { endTime: formatTimestamp(until) }),
        ...(feedback !== null && { userFeedback: { type: feedback.type } }),
      })),
    }
  })
}

/** As `/v1/` tells of it. */
export function anomalyAnswer({ row, anomaly }: KeptAnomaly): AnomalyAnswer {
  const { metric, frame, since, foundAt, kind, feedback } = { ...anomaly, feedback: row.feedback }
  // The like hours of a week before are a like day, whatever day it is; a drift is a week long itself.
  const ago = kind === 'drift' ? 14 * dayMs : 7 * dayMs
  const time = (end: number) => ({
    startTime: formatTimestamp(end - 2 * hourMs),
    endTime: formatTimestamp(end),
  })
  return {
    id: row.id,
    metric,
    threadStates: statesOf[metric],
    frameName: frame,
    kind,
    startTime: formatTimestamp(since),
    foundTime: formatTimestamp(foundAt),
    endTime: row.until === null ? null : formatTimestamp(row.until),
    before: anomaly.before,
    after: anomaly.after,
    change: anomaly.change,
    deviations: anomaly.deviations,
    shownBy: anomaly.shownBy,
    appVersion: anomaly.appVersion,
    yearlyCost: anomaly.yearlyCost,
    currency: anomaly.currency,
    title: titleOf(anomaly),
    reason: reasonOf(anomaly),
    compare: { before: time(foundAt - ago), after: time(foundAt) },
    feedback:
      feedback === null
        ? null
        : {
            type: feedback.type,
            comment: feedback.comment,
            at: formatTimestamp(feedback.at),
            by: feedback.by,
          },
  }
}
