import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type AlarmDefinition, readAlarm } from './alarm.ts'
import { putChange, stateChange } from './change-alarm.ts'
import type { AlarmState } from './judge-alarm.ts'
import { alarmWatch } from './watch-alarms.ts'

const scope = { accountId: '000000000000', region: 'us-east-1' }
const topic = 'arn:aws:sns:us-east-1:000000000000:team'
const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 10, 26, 12)

let catalog: Catalog
beforeEach(() => {
  catalog = sqliteCatalog(openDatabase(':memory:'))
})
afterEach(() => catalog.close())

async function putAlarm(name: string, changes: Partial<AlarmDefinition> = {}): Promise<void> {
  const definition: AlarmDefinition = {
    ...{ description: null, actionsEnabled: true, actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] } },
    ...{ namespace: 'Wick', metricName: 'LastProfileAge', dimensions: { ProfilingGroupName: 'orders' } },
    ...{ statistic: 'Maximum', period: 300, unit: null, evaluationPeriods: 1, datapointsToAlarm: null },
    ...{ threshold: 5, comparisonOperator: 'GreaterThanThreshold', treatMissingData: null, tags: {} },
    configuredAt: noon,
    ...changes,
  }
  await catalog.changeAlarms([putChange({ ...scope, name }, null, definition)], 1000)
}

async function measure(at: number, value: number, unit = 'Seconds'): Promise<void> {
  const name = { namespace: 'Wick', name: 'LastProfileAge', dimensions: { ProfilingGroupName: 'orders' } }
  await catalog.recordMetrics([{ ...scope, ...name, groupId: null, unit, at, value }], 10)
}

const stateOf = async (name: string) => readAlarm((await catalog.findAlarm(scope, name))!).status
const historyOf = async (name: string) =>
  (
    await catalog.alarmHistory({
      ...{ ...scope, name, type: 'StateUpdate', from: 0, to: Number.MAX_SAFE_INTEGER },
      ...{ isAscending: true, after: null, limit: 100 },
    })
  ).map(({ summary }) => summary.replace('Alarm updated from ', ''))

const quiet = new AbortController().signal
const watch = () => alarmWatch({ catalog, onCounted: () => {}, onTrouble: assert.fail })

test('an alarm follows its metric, and says why and since when', async () => {
  await putAlarm('a')
  const { watch: judge } = watch()
  for (const [step, value] of [6, 9, 2].entries()) {
    await measure(noon + step * 5 * minute, value)
    // Settled two minutes after the step.
    await judge(0, noon + (step + 1) * 5 * minute + 2 * minute, quiet)
  }
  assert.deepEqual(await historyOf('a'), ['INSUFFICIENT_DATA to ALARM', 'ALARM to OK'])
  const { reason, reasonData, updatedAt, transitionedAt } = await stateOf('a')
  assert.match(
    reason,
    /^Threshold Crossed: 1 out of the last 1 datapoints \[2\.0 \(26\/11\/26 12:10:00\)\] was not/,
  )
  assert.deepEqual([updatedAt, transitionedAt], [noon + 17 * minute, noon + 17 * minute])
  assert.deepEqual(JSON.parse(reasonData!), {
    ...{
      version: '1.0',
      queryDate: '2026-11-26T12:17:00.000+0000',
      startDate: '2026-11-26T12:10:00.000+0000',
    },
    ...{ statistic: 'Maximum', period: 300, recentDatapoints: [2], threshold: 5 },
    evaluatedDatapoints: [{ timestamp: '2026-11-26T12:10:00.000+0000', value: 2 }],
  })
})

test('an alarm that says the same as before is left as it is', async () => {
  await putAlarm('a')
  await measure(noon, 6)
  await measure(noon + 5 * minute, 7)
  const { watch: judge } = watch()
  await judge(0, noon + 7 * minute, quiet)
  const before = await catalog.findAlarm(scope, 'a')
  await judge(0, noon + 12 * minute, quiet)
  assert.deepEqual(await catalog.findAlarm(scope, 'a'), before)
})

test('a state that is said again keeps the instant since when it is so', async () => {
  await putAlarm('a')
  const say = async (state: AlarmState, at: number): Promise<void> => {
    const alarm = readAlarm((await catalog.findAlarm(scope, 'a'))!)
    await catalog.changeAlarms([stateChange(alarm, { state, reason: 'x', reasonData: null, at })], 10)
  }
  await say('ALARM', noon + 1)
  await say('ALARM', noon + 2)
  const { updatedAt, transitionedAt } = await stateOf('a')
  assert.deepEqual([updatedAt - noon, transitionedAt - noon], [2, 1])
  assert.deepEqual(await historyOf('a'), ['INSUFFICIENT_DATA to ALARM'])
})

test('a step is looked at once it is settled, and no sooner', async () => {
  await putAlarm('a')
  await measure(noon, 6)
  const { watch: judge } = watch()
  await judge(0, noon + 7 * minute - 1, quiet)
  assert.equal((await stateOf('a')).state, 'INSUFFICIENT_DATA')
  await judge(0, noon + 7 * minute, quiet)
  assert.equal((await stateOf('a')).state, 'ALARM')
})

test('a state that was set is judged again, at the latest a minute later', async () => {
  await putAlarm('a')
  await measure(noon, 6)
  const { watch: judge } = watch()
  await judge(0, noon + 7 * minute, quiet)
  const row = (await catalog.findAlarm(scope, 'a'))!
  const set = { ...readAlarm(row).status, state: 'OK' }
  const put = { document: row.document, state: JSON.stringify(set) }
  await catalog.changeAlarms([{ ...scope, name: 'a', expectedRevision: row.revision, put, history: [] }], 10)
  await judge(0, noon + 8 * minute, quiet)
  assert.equal((await stateOf('a')).state, 'ALARM')
})

test('after a time in which nobody looked, an alarm changes once at most, whatever it missed', async () => {
  await putAlarm('a', { actions: { OK: [topic], ALARM: [topic], INSUFFICIENT_DATA: [topic] } })
  for (let step = 0; step < 48; step += 1) await measure(noon + step * 5 * minute, step % 2 === 0 ? 9 : 1)
  await watch().watch(0, noon + 4 * hour + 2 * minute, quiet)
  assert.deepEqual(await historyOf('a'), ['INSUFFICIENT_DATA to OK'])
  assert.equal((await catalog.announcementsAfter(0, 10)).length, 1)
})

test('what Wick was not there to measure changes no alarm; what it was there for and did not come does', async () => {
  for (const treatMissingData of ['missing', 'breaching', 'notBreaching', 'ignore'] as const)
    await putAlarm(treatMissingData, { treatMissingData, evaluationPeriods: 2 })
  await measure(noon, 9)
  await measure(noon + 5 * minute, 9)
  const { watch: judge } = watch()
  await judge(noon - hour, noon + 12 * minute, quiet)
  const states = async () => {
    const all = await Promise.all(['missing', 'breaching', 'notBreaching', 'ignore'].map(stateOf))
    return all.map(({ state }) => state)
  }
  assert.deepEqual(await states(), ['ALARM', 'ALARM', 'ALARM', 'ALARM'])
  // Three hours without Wick, and the first minutes after them.
  await judge(noon + 3 * hour, noon + 3 * hour + 2 * minute, quiet)
  await judge(noon + 3 * hour, noon + 3 * hour + 7 * minute, quiet)
  assert.deepEqual(await states(), ['ALARM', 'ALARM', 'ALARM', 'ALARM'])
  await judge(noon + 3 * hour, noon + 3 * hour + 12 * minute, quiet)
  assert.deepEqual(await states(), ['INSUFFICIENT_DATA', 'ALARM', 'OK', 'ALARM'])
})

test('several who look at once make one change of it, and tell it once', async () => {
  await putAlarm('a', { actions: { OK: [], ALARM: [topic], INSUFFICIENT_DATA: [] } })
  await measure(noon, 6)
  const servers = Array.from({ length: 5 }, watch)
  await Promise.all(servers.map(({ watch: judge }) => judge(0, noon + 7 * minute, quiet)))
  assert.deepEqual(await historyOf('a'), ['INSUFFICIENT_DATA to ALARM'])
  assert.deepEqual(
    (await catalog.announcementsAfter(0, 10)).map(({ announcement: { state, targets } }) => [state, targets]),
    [['ALARM', [topic]]],
  )
})

test('a new alarm may be OK for want of anything that breaches', async () => {
  await putAlarm('a', { treatMissingData: 'notBreaching' })
  await watch().watch(noon, noon + minute, quiet)
  assert.equal((await stateOf('a')).state, 'OK')
  assert.match((await stateOf('a')).reason, /1 missing datapoint was treated as \[NonBreaching\]/)
})

test('datapoints of another unit are none', async () => {
  await putAlarm('a', { unit: 'Count' })
  await putAlarm('b', { unit: 'Seconds' })
  await measure(noon, 6)
  await watch().watch(0, noon + 7 * minute, quiet)
  assert.equal((await stateOf('a')).state, 'INSUFFICIENT_DATA')
  assert.equal((await stateOf('b')).state, 'ALARM')
})

test('one that cannot be read keeps no other from being judged', async () => {
  for (let i = 0; i < 150; i += 1) {
    const key = { ...scope, name: `n${i}`, expectedRevision: 0, history: [] }
    await catalog.changeAlarms([{ ...key, put: { document: '{}', state: '{}' } }], 1000)
  }
  await putAlarm('z')
  await measure(noon, 6)
  const troubles: string[] = []
  const onTrouble = (text: string): void => void troubles.push(text)
  let counted: ReadonlyMap<string, number> = new Map()
  const onCounted = (byState: ReadonlyMap<string, number>): void => {
    counted = byState
  }
  await alarmWatch({ catalog, onCounted, onTrouble }).watch(0, noon + 7 * minute, quiet)
  assert.equal((await stateOf('z')).state, 'ALARM')
  assert.equal(troubles.length, 150)
  assert.deepEqual(Object.fromEntries(counted), { OK: 0, ALARM: 1, INSUFFICIENT_DATA: 0 })
})
