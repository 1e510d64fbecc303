import type { DatabaseSync } from 'node:sqlite'
import type { Measurement, MetricPoint, MetricSeriesRecord, MetricStore } from '../metric-store.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { inTransaction } from './transaction.ts'

const hour = 3_600_000
/** The step of what is kept as it was measured. */
const asMeasured = 0

export function sqliteMetrics(database: DatabaseSync): MetricStore {
  const statements = prepare(database, sql)

  /** Null where there is no such series and may be none. */
  const seriesOf = (measurement: Measurement, maxSeries: number): number | null => {
    const { accountId, region, namespace, name, unit, groupId, at } = measurement
    const dimensions = dimensionText(measurement.dimensions)
    const key = { accountId, region, namespace, name, dimensions }
    const known = statements.findSeries.get(key)
    if (known !== undefined) {
      // A group made again under the name of another: the other's went with it.
      statements.touchSeries.run({ id: known.id!, at })
      return Number(known.id)
    }
    if (Number(statements.countSeries.get()!.count) >= maxSeries) return null
    return Number(statements.insertSeries.get({ ...key, unit, groupId, at })!.id)
  }

  const record = (measurements: readonly Measurement[], maxSeries: number): number => {
    let passedOver = 0
    for (const measurement of measurements) {
      const { groupId, at, value } = measurement
      if (groupId !== null && statements.group.get(groupId) === undefined) continue
      const series = seriesOf(measurement, maxSeries)
      if (series === null) passedOver += 1
      else statements.putPoint.run({ series, at, value })
    }
    return passedOver
  }

  return {
    recordMetrics: async (measurements, maxSeries) =>
      inTransaction(database, () => record(measurements, maxSeries)),
    metricSeries: async ({ dimensions, ...question }) =>
      statements.series
        .all({ ...question, dimensions: dimensions === null ? null : dimensionText(dimensions) })
        .map(seriesRecord),
    metricPoints: async (series, from, to) => statements.points.all({ series, from, to }).map(point),
    compactMetrics: async ({ points, hours }) =>
      inTransaction(database, () => {
        // Whole hours: what is added up here is never added to again.
        const before = points - (points % hour)
        statements.addUp.run({ before })
        statements.forgetPoints.run({ step: asMeasured, before })
        statements.forgetPoints.run({ step: hour, before: hours })
        statements.forgetSeries.run()
      }),
    metricsCollected: async (now, longestPause) =>
      inTransaction(database, () => {
        const clock = statements.clock.get()
        const goesOn =
          clock !== undefined && now >= Number(clock.seen) && now - Number(clock.seen) <= longestPause
        const since = goesOn ? Number(clock.since) : now
        statements.keepClock.run(since, now)
        return since
      }),
  }
}

/** Series by series, each a stretch of the index: what is new is not looked at. */
const ofEachSeries = 'metric_series CROSS JOIN metric_points ON series = metric_series.id'

const sql = {
  group: 'SELECT 1 FROM profiling_groups WHERE id = ?',
  findSeries: `SELECT id FROM metric_series WHERE account_id = $accountId AND region = $region
               AND namespace = $namespace AND name = $name AND dimensions = $dimensions`,
  touchSeries: 'UPDATE metric_series SET latest_at = $at WHERE id = $id AND latest_at < $at',
  countSeries: 'SELECT count(*) AS count FROM metric_series',
  insertSeries: `INSERT INTO metric_series (account_id, region, namespace, name, dimensions, unit, group_id, latest_at)
                 VALUES ($accountId, $region, $namespace, $name, $dimensions, $unit, $groupId, $at) RETURNING id`,
  putPoint: `INSERT OR REPLACE INTO metric_points (series, step, at, samples, sum, minimum, maximum)
             VALUES ($series, ${asMeasured}, $at, 1, $value, $value, $value)`,
  series: `SELECT * FROM metric_series WHERE account_id = $accountId AND region = $region
           AND ($namespace IS NULL OR namespace = $namespace) AND ($name IS NULL OR name = $name)
           AND ($dimensions IS NULL OR dimensions = $dimensions) AND id > $after ORDER BY id LIMIT $limit`,
  points: `SELECT * FROM metric_points WHERE series = $series AND step IN (${asMeasured}, ${hour})
           AND at >= $from AND at < $to ORDER BY at`,
  addUp: `INSERT OR REPLACE INTO metric_points (series, step, at, samples, sum, minimum, maximum)
          SELECT series, ${hour}, at - at % ${hour}, sum(samples), sum(sum), min(minimum), max(maximum)
          FROM ${ofEachSeries} AND step = ${asMeasured} AND at < $before GROUP BY series, at - at % ${hour}`,
  forgetPoints: `DELETE FROM metric_points WHERE (series, step, at) IN (
                   SELECT series, step, at FROM ${ofEachSeries} AND step = $step AND at < $before)`,
  forgetSeries:
    'DELETE FROM metric_series WHERE NOT EXISTS (SELECT 1 FROM metric_points WHERE series = metric_series.id)',
  clock: 'SELECT * FROM metric_clock',
  keepClock: `INSERT INTO metric_clock (id, since, seen) VALUES (1, ?, ?)
              ON CONFLICT (id) DO UPDATE SET since = excluded.since, seen = excluded.seen`,
} as const

/** The same text for the same dimensions. */
function dimensionText(dimensions: Readonly<Record<string, string>>): string {
  const entries = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(entries)
}

function seriesRecord(row: Row): MetricSeriesRecord {
  return {
    id: Number(row.id),
    namespace: String(row.namespace),
    name: String(row.name),
    dimensions: Object.fromEntries(JSON.parse(String(row.dimensions))),
    unit: String(row.unit),
    latestAt: Number(row.latest_at),
  }
}

function point(row: Row): MetricPoint {
  return {
    at: Number(row.at),
    samples: Number(row.samples),
    sum: Number(row.sum),
    minimum: Number(row.minimum),
    maximum: Number(row.maximum),
  }
}
