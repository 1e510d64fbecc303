/** Alarms on the metrics of a group (docs/alarms.md). */
import { request } from './request.ts'

/** What DescribeAlarms tells of one; the part that is shown. */
export interface GroupAlarm {
  readonly AlarmName: string
  readonly StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
  readonly StateReason: string
  /** Seconds since 1970. */
  readonly StateTransitionedTimestamp: number
  readonly ActionsEnabled: boolean
  readonly Namespace: string
  readonly MetricName: string
  readonly Statistic: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum'
  readonly ComparisonOperator:
    | 'GreaterThanOrEqualToThreshold'
    | 'GreaterThanThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold'
  readonly Threshold: number
  /** Seconds. */
  readonly Period: number
  readonly EvaluationPeriods: number
  /** Left out where it is all of them. */
  readonly DatapointsToAlarm?: number
}

interface GroupAlarms {
  /** Those that went off first. */
  readonly alarms: readonly GroupAlarm[]
  readonly hasMore: boolean
}

export async function fetchAlarms(name: string, signal: AbortSignal): Promise<GroupAlarms> {
  return (await request(`/v1/profilingGroups/${encodeURIComponent(name)}/alarms`, { signal })).json()
}
