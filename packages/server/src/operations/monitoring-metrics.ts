import { type monitoringService, QueryError, type QueryInput, type QueryOutput } from '@wick/wire/query'
import { type Statistic, statistics } from '../alarms/alarm.ts'
import { type PeriodSum, statisticOf, sumPeriods } from '../alarms/period-values.ts'
import type { MetricSeriesRecord } from '../storage/metric-store.ts'
import type { OperationContext } from './context.ts'
import { dimensionsOf } from './monitoring-alarms.ts'
import { cursorOf, tokenOf } from './monitoring-token.ts'

/** CloudWatch's operations on metrics: what Wick measures, of the caller's account and in the region that is asked. */

type Operations = typeof monitoringService.operations
type Input<K extends keyof Operations> = QueryInput<Operations[K]>
type Output<K extends keyof Operations> = QueryOutput<Operations[K]>

/** AWS's own numbers. */
const maxQueries = 500
const maxDatapoints = 100_800
const maxStatisticsDatapoints = 1440
const metricsAtOnce = 500

const recentMilliseconds = 3 * 3_600_000

interface Range {
  readonly from: number
  readonly to: number
  /** Milliseconds. */
  readonly period: number
}

export async function listMetrics(
  context: OperationContext,
  input: Input<'ListMetrics'>,
): Promise<Output<'ListMetrics'>> {
  const {
    Namespace: namespace,
    MetricName: name,
    Dimensions,
    NextToken,
    RecentlyActive,
    OwningAccount,
  } = input
  const filters = Dimensions ?? []
  const call = ['ListMetrics', JSON.stringify([namespace, name, filters, RecentlyActive])]
  const since = RecentlyActive === null ? 0 : context.now() - recentMilliseconds
  let after = NextToken === null ? 0 : Number(cursorOf(NextToken, call))
  if (OwningAccount !== null && OwningAccount !== context.scope.accountId) return { Metrics: [] }
  const found: MetricSeriesRecord[] = []
  for (;;) {
    const rows = await context.catalog.metricSeries({
      ...{ ...context.scope, namespace, name, dimensions: null, after, limit: metricsAtOnce },
    })
    for (const row of rows) {
      const isMeant =
        row.latestAt >= since &&
        filters.every(({ Name, Value }) =>
          Value === null ? Object.hasOwn(row.dimensions, Name) : row.dimensions[Name] === Value,
        )
      if (!isMeant) continue
      if (found.length === metricsAtOnce)
        return { Metrics: found.map(metricOf), NextToken: tokenOf(String(found.at(-1)!.id), call) }
      found.push(row)
    }
    if (rows.length < metricsAtOnce) return { Metrics: found.map(metricOf) }
    after = rows.at(-1)!.id
  }
}

function metricOf({ namespace, name, dimensions }: MetricSeriesRecord) {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  }
}

export async function getMetricData(
  context: OperationContext,
  input: Input<'GetMetricData'>,
): Promise<Output<'GetMetricData'>> {
  const { MetricDataQueries: queries, StartTime: start, EndTime: end, ScanBy, NextToken } = input
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.')
  if (queries.length > maxQueries)
    throw invalid(`At most ${maxQueries} MetricDataQueries are taken in one call.`)
  if (new Set(queries.map(({ Id }) => Id)).size < queries.length)
    throw invalid('The values of the parameter Id in the MetricDataQueries must be unique.')
  const asked = queries.map((query) => ({ ...query, ...askedMetric(query, start, end) }))
  const room = Math.min(input.MaxDatapoints ?? maxDatapoints, maxDatapoints)
  if (room < 1) throw invalid('MaxDatapoints must be at least 1.')
  const possible = asked.reduce((sum, { range }) => sum + (range.to - range.from) / range.period, 0)
  if (possible > maxDatapoints)
    throw invalid(
      `The call asks for ${Math.round(possible)} datapoints, more than ${maxDatapoints}: use longer periods.`,
    )
  const call = ['GetMetricData', JSON.stringify([queries, start, end, ScanBy])]
  let passed = NextToken === null ? 0 : Number(cursorOf(NextToken, call))
  let left = room
  let isPartial = false
  const results = []
  for (const { Id, Label, ReturnData, metric, stat, range } of asked) {
    if (ReturnData === false) continue
    const sums = await sumsOf(context, metric, range)
    if (ScanBy !== 'TimestampAscending') sums.reverse()
    const skipped = Math.min(passed, sums.length)
    passed -= skipped
    const told = sums.slice(skipped, skipped + left)
    left -= told.length
    const isWhole = skipped + told.length === sums.length
    isPartial ||= !isWhole
    results.push({
      Id,
      Label: Label ?? metric.name,
      Timestamps: told.map(({ at }) => at),
      Values: told.map((sum) => statisticOf(sum, stat)),
      StatusCode: isWhole ? ('Complete' as const) : ('PartialData' as const),
    })
  }
  const before = NextToken === null ? 0 : Number(cursorOf(NextToken, call))
  return {
    MetricDataResults: results,
    ...(isPartial && { NextToken: tokenOf(String(before + room - left), call) }),
  }
}

interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  /** Null for any. */
  readonly unit: string | null
}

/** @throws QueryError */
function askedMetric(
  { Id, MetricStat, Expression }: Input<'GetMetricData'>['MetricDataQueries'][number],
  start: number,
  end: number,
): { readonly metric: Metric; readonly stat: Statistic; readonly range: Range } {
  if (MetricStat === null || Expression !== null)
    throw invalid(`The query ${Id} must have a MetricStat: expressions are not supported here.`)
  const { Metric, Period, Stat, Unit } = MetricStat
  const stat = statistics.find((one) => one === Stat)
  if (stat === undefined)
    throw invalid(
      `Stat of the query ${Id} must be one of ${statistics.join(', ')}: percentiles are not kept here.`,
    )
  if (Metric.Namespace === null || Metric.MetricName === null)
    throw invalid(`The query ${Id} must name Namespace and MetricName.`)
  const dimensions = dimensionsOf(Metric.Dimensions)
  const metric = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions, unit: Unit }
  return { metric, stat, range: rangeOf(start, end, Period) }
}

export async function getMetricStatistics(
  context: OperationContext,
  input: Input<'GetMetricStatistics'>,
): Promise<Output<'GetMetricStatistics'>> {
  const {
    Namespace: namespace,
    MetricName: name,
    Statistics,
    ExtendedStatistics,
    StartTime,
    EndTime,
    Unit,
  } = input
  if (ExtendedStatistics !== null && ExtendedStatistics.length > 0)
    throw new QueryError(
      'InvalidParameterCombination',
      'ExtendedStatistics are not kept here: use Statistics.',
    )
  if (Statistics === null || Statistics.length === 0)
    throw new QueryError('MissingParameter', 'Must specify either Statistics or ExtendedStatistics.')
  if (StartTime >= EndTime)
    throw new QueryError(
      'InvalidParameterValue',
      'The parameter StartTime must be less than the parameter EndTime.',
    )
  const range = rangeOf(StartTime, EndTime, input.Period)
  const possible = (range.to - range.from) / range.period
  if (possible > maxStatisticsDatapoints)
    throw new QueryError(
      'InvalidParameterCombination',
      `You have requested up to ${Math.round(possible)} datapoints, which exceeds the limit of ${maxStatisticsDatapoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    )
  const metric = { namespace, name, dimensions: dimensionsOf(input.Dimensions), unit: Unit }
  const series = await seriesOf(context, metric)
  const sums = series === null ? [] : await sumsOfSeries(context, series, range)
  return {
    Label: name,
    Datapoints: sums.map((sum) => ({
      Timestamp: sum.at,
      ...Object.fromEntries(Statistics.map((statistic) => [statistic, statisticOf(sum, statistic)])),
      Unit: series!.unit as 'Count',
    })),
  }
}

/** Whole periods since 1970: the one that holds the start is the first. @throws QueryError */
function rangeOf(start: number, end: number, seconds: number): Range {
  if (seconds % 60 !== 0) throw invalid('Period must be a multiple of 60.')
  const period = seconds * 1000
  const from = Math.floor(start / period) * period
  return { from, to: from + Math.ceil((end - from) / period) * period, period }
}

async function sumsOf(context: OperationContext, metric: Metric, range: Range): Promise<PeriodSum[]> {
  const series = await seriesOf(context, metric)
  return series === null ? [] : sumsOfSeries(context, series, range)
}

async function sumsOfSeries(
  context: OperationContext,
  { id }: MetricSeriesRecord,
  range: Range,
): Promise<PeriodSum[]> {
  const { from, to, period } = range
  return sumPeriods(await context.catalog.metricPoints(id, from, to), from, to, period)
}

async function seriesOf(
  { catalog, scope }: OperationContext,
  metric: Metric,
): Promise<MetricSeriesRecord | null> {
  const { unit, ...name } = metric
  const [series] = await catalog.metricSeries({ ...scope, ...name, after: 0, limit: 1 })
  return series === undefined || (unit !== null && unit !== series.unit) ? null : series
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}
