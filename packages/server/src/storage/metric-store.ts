import type { Scope } from './catalog.ts'

/** What is measured over time. Part of the catalog port. */
export interface MetricStore {
  /**
   * Each takes the place of what its series has at that instant. Those of groups that are gone are passed over, and those
   * that would be the first of a series where there are `maxSeries` already.
   *
   * @returns how many were passed over for want of room
   */
  recordMetrics(measurements: readonly Measurement[], maxSeries: number): Promise<number>
  /** In the order they began, those after `after`, at most `limit`. */
  metricSeries(query: SeriesQuestion): Promise<readonly MetricSeriesRecord[]>
  /** Ascending, in [from, to): the finest that is kept of each time. */
  metricPoints(series: number, from: number, to: number): Promise<readonly MetricPoint[]>
  /** Points from before become one for each hour; hours from before, and series without points, are forgotten. */
  compactMetrics(before: { readonly points: number; readonly hours: number }): Promise<void>
  /**
   * Notes that metrics are being collected at this instant. After a pause of more than `longestPause`, or where clocks went
   * back, the time begins anew.
   *
   * @returns since when they are, without a pause
   */
  metricsCollected(now: number, longestPause: number): Promise<number>
}

interface MetricName {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

export interface Measurement extends MetricName, Scope {
  /** Null where it is about no group. */
  readonly groupId: string | null
  readonly unit: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly value: number
}

export interface SeriesQuestion extends Scope {
  /** Null for any. */
  readonly namespace: string | null
  readonly name: string | null
  /** Exactly these; null for any. */
  readonly dimensions: Readonly<Record<string, string>> | null
  readonly after: number
  readonly limit: number
}

export interface MetricSeriesRecord extends MetricName {
  /** Grows with each new series. */
  readonly id: number
  readonly unit: string
  readonly latestAt: number
}

/** What came within a step. */
export interface MetricPoint {
  /** Its start. */
  readonly at: number
  readonly samples: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}
