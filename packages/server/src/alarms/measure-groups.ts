import type { Catalog, GroupRecord } from '../storage/catalog.ts'
import type { Measurement } from '../storage/metric-store.ts'
import type { ProfileStore } from '../storage/ports.ts'
import { metricStep } from './evaluate-alarm.ts'
import { type GroupMetric, groupMeasurement, maxMetricSeries } from './group-metrics.ts'

export interface GroupMeasures {
  /** Measures all groups, where a step is over since the last time. What of one group cannot be known is passed over. */
  measure(now: number, signal: AbortSignal): Promise<void>
}

export interface GroupMeasuresParts {
  readonly catalog: Pick<
    Catalog,
    'allGroups' | 'recordMetrics' | 'metricSeries' | 'metricPoints' | 'anomaliesOf'
  >
  readonly store: Pick<ProfileStore, 'status' | 'fleet' | 'series'>
  /** Told the newest values of all groups that have any. */
  readonly onMeasured: (groups: readonly MeasuredGroup[]) => void
  readonly onTrouble: (message: string) => void
}

export interface MeasuredGroup {
  readonly group: GroupRecord
  readonly values: ReadonlyMap<GroupMetric, number>
}

/** A step is measured once it is over for so long, and once more after the next, for what came late. */
const lateness = 60_000
const stepsAgain = 2
/** Who has been silent for so long is not measured any more. */
const longestSilence = 15 * 86_400_000
const maxInstances = 10_000
/** The last report's number of recommendations counts for so long: an hour without profiles has none. */
const longestReport = 26 * 3_600_000
/** More are as alarming. */
const maxAnomalies = 1000

export function groupMeasures({ catalog, store, onMeasured, onTrouble }: GroupMeasuresParts): GroupMeasures {
  /** End of the last step that is measured. */
  let measuredTo = 0

  const stepOf = async (group: GroupRecord, start: number): Promise<Map<GroupMetric, number>> => {
    const range = { groupId: group.id, from: start, to: start + metricStep }
    const series = await store.series({
      ...range,
      step: metricStep,
      metrics: [{ frame: null, counters: null }],
    })
    const fleet = fleetOf(await store.fleet({ ...range, maxInstances }))
    const values = new Map<GroupMetric, number>([
      ['ProfilesIngested', fleet.profiles],
      ['SamplesIngested', sumOf(series.metrics[0]!.totals)],
      ['FleetInstances', fleet.instances],
    ])
    if (fleet.overhead !== null) values.set('AgentOverhead', 100 * fleet.overhead)
    return values
  }

  const lastRecommendations = async (group: GroupRecord, now: number): Promise<number | null> => {
    const measurement = groupMeasurement(group, 'Recommendations', now, 0)
    const { accountId, region, namespace, name, dimensions } = measurement
    const [series] = await catalog.metricSeries({
      accountId,
      region,
      namespace,
      name,
      dimensions,
      after: 0,
      limit: 1,
    })
    if (series === undefined || series.latestAt < now - longestReport) return null
    const points = await catalog.metricPoints(series.id, series.latestAt, series.latestAt + 1)
    return points.at(-1)?.maximum ?? null
  }

  const measureGroup = async (
    group: GroupRecord,
    to: number,
    now: number,
  ): Promise<{ readonly measured: readonly Measurement[]; readonly values: Map<GroupMetric, number> }> => {
    const { lastReportedAt, latestWindow } = await store.status(group.id)
    if (lastReportedAt === null || now - lastReportedAt > longestSilence)
      return { measured: [], values: new Map() }
    const measured: Measurement[] = []
    let newest: ReadonlyMap<GroupMetric, number> = quiet
    for (let start = to - stepsAgain * metricStep; start < to; start += metricStep) {
      const isQuiet = latestWindow === null || latestWindow < start
      newest = isQuiet ? quiet : await stepOf(group, start)
      for (const [name, value] of newest) measured.push(groupMeasurement(group, name, start, value))
    }
    const age = Math.max(0, now - lastReportedAt) / 1000
    const anomalies = await catalog.anomaliesOf({
      groupId: group.id,
      from: now,
      to: now + 1,
      limit: maxAnomalies,
    })
    const current = [
      ['LastProfileAge', age],
      ['OpenAnomalies', anomalies.filter(({ until }) => until === null).length],
    ] as const
    for (const [name, value] of current) measured.push(groupMeasurement(group, name, to - metricStep, value))
    const values = new Map<GroupMetric, number>([...newest, ...current])
    const recommendations = await lastRecommendations(group, now)
    if (recommendations !== null) values.set('Recommendations', recommendations)
    return { measured, values }
  }

  return {
    measure: async (now, signal) => {
      const settled = now - lateness
      const to = settled - (settled % metricStep)
      if (to === measuredTo) return
      let passedOver = 0
      const all: MeasuredGroup[] = []
      for (const group of await catalog.allGroups()) {
        if (signal.aborted) return
        try {
          const { measured, values } = await measureGroup(group, to, now)
          passedOver += await catalog.recordMetrics(measured, maxMetricSeries)
          if (values.size > 0) all.push({ group, values })
        } catch (error) {
          onTrouble(`${group.name} is not measured: ${(error as Error).message}`)
        }
      }
      measuredTo = to
      onMeasured(all)
      if (passedOver > 0)
        onTrouble(`${passedOver} measurements are not kept: there are ${maxMetricSeries} series already`)
    },
  }
}

/** Nothing came. */
const quiet: ReadonlyMap<GroupMetric, number> = new Map([
  ['ProfilesIngested', 0],
  ['SamplesIngested', 0],
  ['FleetInstances', 0],
])

interface FleetAnswer {
  readonly instances: readonly {
    readonly profiles: number
    readonly sampledInMs: number | null
    readonly overhead: { readonly timeShare: number | null }
  }[]
  readonly others: { readonly instances: number; readonly profiles: number } | null
  readonly unattributed: { readonly profiles: number } | null
}

function fleetOf(body: Uint8Array): { profiles: number; instances: number; overhead: number | null } {
  const { instances, others, unattributed }: FleetAnswer = JSON.parse(Buffer.from(body).toString())
  let profiles = (others?.profiles ?? 0) + (unattributed?.profiles ?? 0)
  let [own, sampled] = [0, 0]
  for (const { profiles: sent, sampledInMs, overhead } of instances) {
    profiles += sent
    if (sampledInMs === null || overhead.timeShare === null) continue
    own += overhead.timeShare * sampledInMs
    sampled += sampledInMs
  }
  return {
    profiles,
    instances: instances.length + (others?.instances ?? 0),
    overhead: sampled > 0 ? own / sampled : null,
  }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
