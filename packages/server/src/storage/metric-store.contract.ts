/** Part of the catalog's contract: what is measured over time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog, GroupRecord, NewGroup } from './catalog.ts'
import type { Measurement, MetricPoint, SeriesQuestion } from './metric-store.ts'

const hour = 3_600_000
const minute = 60_000
const noon = Date.UTC(2026, 10, 26, 12)

export function metricStoreContract(
  fresh: () => Promise<Catalog>,
  makeGroup: (catalog: Catalog, changes?: Partial<NewGroup>) => Promise<GroupRecord>,
): void {
  const bench = async () => {
    const catalog = await fresh()
    const { id: groupId, name, accountId, region } = await makeGroup(catalog)
    const measured = (at: number, value: number, changes: Partial<Measurement> = {}): Measurement => ({
      ...{ accountId, region, groupId, namespace: 'Wick', name: 'FleetInstances' },
      ...{ dimensions: { ProfilingGroupName: name }, unit: 'Count', at, value, ...changes },
    })
    const series = (changes: Partial<SeriesQuestion> = {}) =>
      catalog.metricSeries({
        ...{ accountId, region, namespace: null, name: null, dimensions: null, after: 0, limit: 100 },
        ...changes,
      })
    const points = async (from = 0, to = Number.MAX_SAFE_INTEGER): Promise<readonly MetricPoint[]> =>
      catalog.metricPoints((await series())[0]!.id, from, to)
    return { catalog, groupId, measured, series, points }
  }
  const one = (at: number, value: number): MetricPoint => ({
    ...{ at, samples: 1, sum: value, minimum: value, maximum: value },
  })

  test('what is measured is there in order, and of a time', async () => {
    const { catalog, measured, points } = await bench()
    await catalog.recordMetrics([measured(noon + minute, 2), measured(noon, 1), measured(noon + hour, 3)], 10)
    assert.deepEqual(await points(), [one(noon, 1), one(noon + minute, 2), one(noon + hour, 3)])
    assert.deepEqual(await points(noon, noon + hour), [one(noon, 1), one(noon + minute, 2)])
  })

  test('measured again it takes the place of what was there', async () => {
    const { catalog, measured, points } = await bench()
    await catalog.recordMetrics([measured(noon, 1)], 10)
    await catalog.recordMetrics([measured(noon, 7)], 10)
    assert.deepEqual(await points(), [one(noon, 7)])
  })

  test('a series is its name and dimensions, whatever their order', async () => {
    const { catalog, measured, series } = await bench()
    const dimensions = { a: '1', b: '2' }
    await catalog.recordMetrics(
      [
        measured(noon, 1, { dimensions }),
        measured(noon + hour, 1, { dimensions: { b: '2', a: '1' } }),
        measured(noon, 1, { name: 'Other' }),
        measured(noon, 1, { namespace: 'Other', dimensions: {} }),
        measured(noon, 1, { region: 'eu-west-1' }),
      ],
      10,
    )
    const all = await series()
    assert.deepEqual(
      all.map(({ namespace, name }) => `${namespace} ${name}`),
      ['Wick FleetInstances', 'Wick Other', 'Other FleetInstances'],
    )
    assert.deepEqual(all[0]!.dimensions, dimensions)
    assert.equal(all[0]!.latestAt, noon + hour)
    assert.deepEqual(await series({ namespace: 'Wick', name: 'Other' }), [all[1]])
    assert.deepEqual(await series({ dimensions }), [all[0]])
    assert.deepEqual(await series({ dimensions: {} }), [all[2]])
    assert.deepEqual(await series({ after: all[0]!.id, limit: 1 }), [all[1]])
  })

  test('where there are as many series as there may be, known ones go on and new ones are passed over', async () => {
    const { catalog, measured, series } = await bench()
    assert.equal(await catalog.recordMetrics([measured(noon, 1)], 1), 0)
    const more = [measured(noon + minute, 2), measured(noon, 1, { name: 'New' })]
    assert.equal(await catalog.recordMetrics(more, 1), 1)
    assert.equal((await series()).length, 1)
    assert.equal((await series())[0]!.latestAt, noon + minute)
  })

  test('series of a group go with it, and none come after it', async () => {
    const { catalog, groupId, measured, series } = await bench()
    const apart = measured(noon, 1, { groupId: null, dimensions: {} })
    await catalog.recordMetrics([measured(noon, 1), apart], 10)
    await catalog.deleteGroup(groupId)
    assert.equal(await catalog.recordMetrics([measured(noon, 1)], 10), 0)
    assert.deepEqual(
      (await series()).map(({ dimensions }) => dimensions),
      [{}],
    )
  })

  test('what is old becomes an hour each, what is older goes, and a series without anything too', async () => {
    const { catalog, measured, series, points } = await bench()
    await catalog.recordMetrics(
      [
        measured(noon, 1),
        measured(noon + 5 * minute, 5),
        measured(noon + hour, 2),
        measured(noon + 2 * hour, 4),
      ],
      10,
    )
    const summed = { at: noon, samples: 2, sum: 6, minimum: 1, maximum: 5 }
    // In the midst of an hour: that hour is left as it is.
    await catalog.compactMetrics({ points: noon + hour + minute, hours: 0 })
    assert.deepEqual(await points(), [summed, one(noon + hour, 2), one(noon + 2 * hour, 4)])
    await catalog.compactMetrics({ points: noon + hour + minute, hours: 0 })
    assert.deepEqual((await points())[0], summed)
    await catalog.compactMetrics({ points: noon + 3 * hour, hours: noon + 2 * hour })
    assert.deepEqual(await points(), [one(noon + 2 * hour, 4)])
    await catalog.compactMetrics({ points: noon + 9 * hour, hours: noon + 9 * hour })
    assert.deepEqual(await series(), [])
  })

  test('collecting is one time until there is a pause or clocks go back', async () => {
    const { catalog } = await bench()
    const collected = (now: number) => catalog.metricsCollected(now, 2 * minute)
    assert.equal(await collected(noon), noon)
    assert.equal(await collected(noon + minute), noon)
    assert.equal(await collected(noon + 3 * minute), noon)
    assert.equal(await collected(noon + 6 * minute), noon + 6 * minute)
    assert.equal(await collected(noon + 5 * minute), noon + 5 * minute)
  })
}
