import type { GroupRecord } from '../storage/catalog.ts'
import type { Measurement } from '../storage/metric-store.ts'
import { metricStep } from './evaluate-alarm.ts'

/** What is measured of each profiling group, named once. */
export const groupMetrics = {
  /** Of the last report. The name that users of CodeGuru Profiler know. */
  Recommendations: { namespace: 'AWS/CodeGuruProfiler', unit: 'Count' },
  ProfilesIngested: { namespace: 'Wick', unit: 'Count' },
  SamplesIngested: { namespace: 'Wick', unit: 'Count' },
  FleetInstances: { namespace: 'Wick', unit: 'Count' },
  /** What agents report of their own time, of the time they sampled. */
  AgentOverhead: { namespace: 'Wick', unit: 'Percent' },
  LastProfileAge: { namespace: 'Wick', unit: 'Seconds' },
  OpenAnomalies: { namespace: 'Wick', unit: 'Count' },
} as const

export type GroupMetric = keyof typeof groupMetrics

/** Over all accounts and regions. What would be the first of one more is not measured. */
export const maxMetricSeries = 20_000

type MeasuredGroup = Pick<GroupRecord, 'id' | 'accountId' | 'region' | 'name'>

/** One value of a step, for `catalog.recordMetrics`. @param at any instant of the step */
export function groupMeasurement(
  { id: groupId, accountId, region, name: group }: MeasuredGroup,
  name: GroupMetric,
  at: number,
  value: number,
): Measurement {
  return {
    ...{ accountId, region, groupId, name, ...groupMetrics[name] },
    dimensions: { ProfilingGroupName: group },
    at: at - (at % metricStep),
    value,
  }
}
