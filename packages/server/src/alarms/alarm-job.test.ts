import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { alarmJob } from './alarm-job.ts'

const minute = 60_000
const day = 1440 * minute
const noon = Date.UTC(2026, 10, 26, 12)
const scope = { accountId: '000000000000', region: 'us-east-1' }

test('groups are measured, then alarms are judged by what was measured without a pause', async () => {
  const catalog = sqliteCatalog(openDatabase(':memory:'))
  const done: string[] = []
  const { run } = alarmJob({
    catalog,
    measures: { measure: async () => void done.push('measured') },
    watch: {
      watch: async (since, now) =>
        void done.push(`judged ${(since - noon) / minute} ${(now - noon) / minute}`),
    },
  })
  const { signal } = new AbortController()
  for (const minutes of [0, 1, 11, 22, 21]) await run({ now: noon + minutes * minute, signal })
  assert.deepEqual(
    done.filter((text) => text !== 'measured'),
    [...['judged 0 0', 'judged 0 1', 'judged 0 11', 'judged 22 22', 'judged 21 21']],
  )
  assert.deepEqual([done.length, done[0]], [10, 'measured'])
  await catalog.close()
})

test('what is old is forgotten, at the first chance and each hour', async () => {
  const catalog = sqliteCatalog(openDatabase(':memory:'))
  const happened = (at: number) => ({ at, type: 'StateUpdate', summary: 'x', data: '{}' })
  const put = { document: '{}', state: '{}' }
  const history = [happened(noon - 31 * day), happened(noon - 29 * day)]
  await catalog.changeAlarms([{ ...scope, name: 'a', expectedRevision: 0, put, history }], 10)
  const name = { namespace: 'Wick', name: 'X', dimensions: {}, unit: 'Count', groupId: null }
  const measured = [64, 10, 8].map((days) => ({
    ...scope,
    ...name,
    at: noon - days * day + minute,
    value: days,
  }))
  await catalog.recordMetrics(measured, 10)
  const job = alarmJob({ catalog, measures: { measure: async () => {} }, watch: { watch: async () => {} } })
  await job.run({ now: noon, signal: new AbortController().signal })
  const points = await catalog.metricPoints(1, 0, noon)
  assert.deepEqual(
    points.map(({ at }) => at),
    [noon - 10 * day, noon - 8 * day + minute],
  )
  const question = {
    ...scope,
    name: null,
    type: null,
    from: 0,
    to: noon,
    isAscending: true,
    after: null,
    limit: 9,
  }
  assert.deepEqual(
    (await catalog.alarmHistory(question)).map(({ at }) => at),
    [noon - 29 * day],
  )
  await catalog.close()
})
