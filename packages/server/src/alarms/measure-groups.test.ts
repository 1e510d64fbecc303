import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  createGroup,
  postProfile,
  type TestServices,
  testServices,
} from '../operations/testing/test-services.ts'
import { minute, noon } from '../store/testing/store-bench.ts'
import { type GroupMetric, groupMeasurement, groupMetrics } from './group-metrics.ts'
import { groupMeasures, type MeasuredGroup } from './measure-groups.ts'

const signal = new AbortController().signal
const step = 5 * minute

let services: TestServices
let told: readonly MeasuredGroup[] = []
const troubles: string[] = []
before(async () => {
  services = await testServices()
  await createGroup(services)
  await createGroup(services, { profilingGroupName: 'silent' })
})
after(() => services.close())

const measures = () =>
  groupMeasures({
    catalog: services.catalog,
    store: services.services.store,
    onMeasured: (groups) => {
      told = groups
    },
    onTrouble: (message) => troubles.push(message),
  })

/** An agent's profile of the five minutes up to an instant. */
function profile(end: number, host: string, samples: number, overheadMs: number): Uint8Array {
  const agentMetadata = {
    agentInfo: { type: 'test', version: '1' },
    fleetInfo: { type: 'other', hostName: host },
    agentOverhead: { timeInMs: overheadMs },
    durationInMs: step,
  }
  return Buffer.from(
    JSON.stringify({
      start: end - step,
      end,
      agentMetadata,
      callgraph: { children: { main: { counts: { RUNNABLE: samples } } } },
    }),
  )
}

/** Values of a metric by minute after noon. */
async function valuesOf(name: GroupMetric): Promise<Record<string, number>> {
  const { accountId, region } = services.context().scope
  const { namespace } = groupMetrics[name]
  const dimensions = { ProfilingGroupName: 'orders' }
  const [series] = await services.catalog.metricSeries({
    accountId,
    region,
    namespace,
    name,
    dimensions,
    after: 0,
    limit: 1,
  })
  if (series === undefined) return {}
  const points = await services.catalog.metricPoints(series.id, 0, Number.MAX_SAFE_INTEGER)
  return Object.fromEntries(points.map(({ at, maximum }) => [(at - noon) / minute, maximum]))
}

test('a group that never sent anything is not measured', async () => {
  await measures().measure(noon, signal)
  assert.deepEqual(
    await services.catalog.metricSeries({
      ...{ ...services.context().scope, namespace: null, name: null, dimensions: null, after: 0, limit: 10 },
    }),
    [],
  )
  assert.deepEqual(told, [])
})

test('a step is measured a minute after it is over: what came, from whom, and what it cost them', async () => {
  await postProfile(services, profile(noon + 2 * minute, 'a', 30, 3000))
  await postProfile(services, profile(noon + 3 * minute, 'b', 10, 0))
  await postProfile(services, profile(noon + 4 * minute, 'b', 2, 6000))
  const { measure } = measures()
  await measure(noon + step + minute - 1, signal)
  assert.equal((await valuesOf('ProfilesIngested'))[0], undefined)
  await measure(noon + step + minute, signal)
  assert.deepEqual(await valuesOf('ProfilesIngested'), { '-10': 0, '-5': 0, 0: 3 })
  assert.equal((await valuesOf('SamplesIngested'))[0], 42)
  assert.equal((await valuesOf('FleetInstances'))[0], 2)
  assert.ok(Math.abs((await valuesOf('AgentOverhead'))[0]! - 1) < 1e-9)
  assert.equal((await valuesOf('LastProfileAge'))[0], 120)
})

test('what came late is counted the next time', async () => {
  services.now = noon + 7 * minute
  await postProfile(services, profile(noon + 4 * minute, 'c', 8, 0))
  await measures().measure(noon + 2 * step + minute, signal)
  assert.equal((await valuesOf('SamplesIngested'))[0], 50)
  assert.equal((await valuesOf('ProfilesIngested'))[5], 0)
})

test('what reports say is told beside it', async () => {
  const group = (await services.catalog.allGroups())[0]!
  await services.catalog.recordMetrics([groupMeasurement(group, 'Recommendations', noon + minute, 7)], 100)
  await measures().measure(noon + 3 * step + minute, signal)
  assert.deepEqual(
    told.map(({ group: { name } }) => name),
    ['orders'],
  )
  assert.equal(told[0]!.values.get('Recommendations'), 7)
  assert.equal(told[0]!.values.get('OpenAnomalies'), 0)
})

test('anomalies are counted while they are open', async () => {
  const { id: groupId } = (await services.catalog.allGroups())[0]!
  const found = (id: string) => ({ id, since: noon, document: new Uint8Array(0), announcement: null })
  await services.catalog.changeAnomalies({ groupId, added: ['a', 'b', 'c'].map(found), ended: [] })
  const ended = [{ id: 'a', until: noon + minute, announcement: null }]
  await services.catalog.changeAnomalies({ groupId, added: [], ended })
  await measures().measure(noon + 3 * step + minute, signal)
  assert.equal(told[0]!.values.get('OpenAnomalies'), 2)
  assert.equal((await valuesOf('OpenAnomalies'))[10], 2)
})

test('one that cannot be measured keeps no other from it', async () => {
  await postProfile(services, profile(noon + 7 * minute, 'a', 1, 0), { name: 'silent' })
  const { store } = services.services
  const [first] = await services.catalog.allGroups()
  const broken = {
    ...store,
    status: (id: string) => (id === first!.id ? Promise.reject(new Error('no')) : store.status(id)),
    fleet: store.fleet,
    series: store.series,
  }
  await groupMeasures({
    ...{ catalog: services.catalog, store: broken, onTrouble: (message) => troubles.push(message) },
    onMeasured: (groups) => {
      told = groups
    },
  }).measure(noon + 4 * step + minute, signal)
  assert.deepEqual(
    told.map(({ group: { name } }) => name),
    ['silent'],
  )
  assert.deepEqual(troubles, ['orders is not measured: no'])
})
