/**
 * What metrics and alarms cost beside everything else: writing the values of a step for many groups, judging many alarms
 * of which none changes and of which all do, and the room of a measured value. On a catalog in a file, in its thread, as the
 * server has it. Prints JSON lines; asserts nothing about time. `node bench/alarms.ts GROUPS ALARMS`
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putChange } from '../packages/server/src/alarms/change-alarm.ts'
import { alarmWatch } from '../packages/server/src/alarms/watch-alarms.ts'
import type { Measurement } from '../packages/server/src/storage/metric-store.ts'
import { startCatalogThread } from '../packages/server/src/storage/sqlite/start-catalog-thread.ts'

const [groups = 500, alarms = 5000] = process.argv.slice(2).map(Number)
const scope = { accountId: '000000000000', region: 'us-east-1' }
const step = 300_000
const steps = 288
const noon = Date.UTC(2026, 10, 26, 12)
const { signal } = new AbortController()

const directory = await mkdtemp(join(tmpdir(), 'wick-bench-alarms-'))
const file = join(directory, 'catalog.db')
let catalog = await startCatalogThread(file)

function print(what: string, figures: object): void {
  console.log(JSON.stringify({ bench: 'alarms', what, ...figures }))
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return Math.round((performance.now() - started) * 10) / 10
}

const name = (group: number) => ({
  ...{ namespace: 'Wick', name: 'LastProfileAge', dimensions: { ProfilingGroupName: `g${group}` } },
})
const measured = (at: number): Measurement[] =>
  Array.from({ length: groups }, (_, group) => ({
    ...{ ...scope, ...name(group), groupId: null, unit: 'Seconds', at, value: (group % 10) + 0.25 },
  }))

/** What is in the log counts once it is in the file. */
async function fileSize(): Promise<number> {
  await catalog.close()
  catalog = await startCatalogThread(file)
  return (await stat(file)).size
}

const before = await fileSize()
const writing = await milliseconds(async () => {
  for (let back = 0; back < steps; back += 1)
    await catalog.recordMetrics(measured(noon - back * step), groups)
})
print('a step is written', { groups, ms: Math.round((writing / steps) * 10) / 10 })
print('room of a value', { bytes: Math.round(((await fileSize()) - before) / (groups * steps)) })

for (let first = 0; first < alarms; first += 500) {
  const some = Array.from({ length: Math.min(500, alarms - first) }, (_, i) => first + i)
  const changes = some.map((i) =>
    putChange({ ...scope, name: `a${i}` }, null, {
      ...{ description: null, actionsEnabled: true, actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] } },
      ...{ namespace: 'Wick', metricName: 'LastProfileAge', dimensions: name(i % groups).dimensions },
      ...{ statistic: 'Maximum', period: 3600, unit: null, evaluationPeriods: 3, datapointsToAlarm: null },
      ...{ threshold: 5, comparisonOperator: 'GreaterThanThreshold', treatMissingData: null, tags: {} },
      configuredAt: noon,
    }),
  )
  await catalog.changeAlarms(changes, alarms)
}
const { watch } = alarmWatch({ catalog, onCounted: () => {}, onTrouble: console.error })
const judge = (at: number): Promise<number> => milliseconds(() => watch(0, at, signal))
print('all change', { alarms, ms: await judge(noon + step) })
print('none changes', { alarms, ms: await judge(noon + 2 * step) })
print('nothing is new', { alarms, ms: await judge(noon + 2 * step) })

await catalog.close()
await rm(directory, { recursive: true })
