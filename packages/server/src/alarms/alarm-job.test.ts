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

test('what is old is forgotten, once the clock has gone on for an hour without a jump', async () => {
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
  const { signal } = new AbortController()
  const left = async () => (await catalog.metricPoints(1, 0, noon)).map(({ at }) => (at - noon) / day)
  const told = async () => {
    const question = { ...scope, name: null, type: null, from: 0, to: noon, isAscending: true, after: null }
    return (await catalog.alarmHistory({ ...question, limit: 9 })).map(({ at }) => (at - noon) / day)
  }
  // Years ahead for a moment, and back.
  for (const now of [noon - 90 * minute, noon + 5000 * day, noon - 80 * minute])
    await job.run({ now, signal })
  for (let at = noon - 70 * minute; at < noon - 20 * minute; at += 10 * minute)
    await job.run({ now: at, signal })
  assert.deepEqual([(await left()).length, await told()], [3, [-31, -29]])
  for (let at = noon - 20 * minute; at <= noon; at += 10 * minute) await job.run({ now: at, signal })
  const afterMinute = minute / day
  assert.deepEqual([await left(), await told()], [[-10, -8 + afterMinute], [-29]])
  await catalog.close()
})
