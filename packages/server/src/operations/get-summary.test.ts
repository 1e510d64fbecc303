import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { minute, noon } from '../store/testing/store-bench.ts'
import { getSummary } from './get-summary.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

let services: TestServices
before(async () => {
  services = await testServices()
  for (const profilingGroupName of ['orders', 'python', 'half-known', 'silent'])
    await createGroup(services, { profilingGroupName })
  const post = (name: string, fleetInfo: object, counts: object, end = noon) =>
    postProfile(
      services,
      Buffer.from(
        JSON.stringify({
          start: end - 5 * minute,
          end,
          agentMetadata: {
            durationInMs: 300_000,
            fleetInfo,
            agentOverhead: { timeInMs: 600, memoryInMB: 12 },
          },
          callgraph: { children: { main: { counts } } },
        }),
      ),
      { name },
    )
  const web = { hostName: 'web-1', hostType: 'm5.xlarge' }
  // A sample is a second of a thread: of 300 seconds, two threads ran all the time.
  await post('orders', web, { RUNNABLE: 500, NATIVE: 100, WAITING: 300, mine: 7 }, noon)
  await post('orders', web, { RUNNABLE: 600, BLOCKED: 60 }, noon - 60 * minute)
  await post('python', web, { WALL_TIME: 300 })
  await post('half-known', web, { RUNNABLE: 300 })
  await post('half-known', { id: 'unknown' }, { RUNNABLE: 300 })
})
after(() => services.close())

async function ask(input: object, profilingGroupName = 'orders') {
  const parts = requestParts({ labels: { profilingGroupName }, body: input })
  const reply = await getSummary(services.context(), parts)
  assert.ok(reply.kind === 'json')
  return JSON.parse(JSON.stringify(reply.value))
}

const hours = {
  startTime: formatTimestamp(noon - 120 * minute),
  endTime: formatTimestamp(noon),
  resolution: 'PT1H',
}

test('samples are told by thread state and step; states that nobody reported are left out', async () => {
  const { endTimes, samples, states, resolution, fleet } = await ask(hours)
  assert.equal(resolution, 'PT1H')
  assert.deepEqual(endTimes, [formatTimestamp(noon - 60 * minute), formatTimestamp(noon)])
  assert.deepEqual(samples, [660, 907])
  assert.deepEqual(states, {
    RUNNABLE: [600, 500],
    NATIVE: [0, 100],
    BLOCKED: [60, 0],
    WAITING: [0, 300],
  })
  assert.deepEqual(fleet, { instances: 1, profiles: 2 })
})

test('whole steps are answered, and the fleet is that of the same time', async () => {
  const { startTime, samples, fleet, cpu } = await ask({
    ...hours,
    startTime: formatTimestamp(noon - minute),
    resolution: 'P1D',
  })
  assert.equal(startTime, formatTimestamp(noon - 720 * minute))
  assert.deepEqual([samples, fleet], [[1567], { instances: 1, profiles: 2 }])
  assert.deepEqual(cpu, { runningThreads: 2, utilisation: 0.5 })
})

test('hosts are as busy as their running threads keep their processors', async () => {
  const { cpu, overhead } = await ask(hours)
  // m5.xlarge has four processors; ten minutes were sampled, and 1,200 seconds of threads ran.
  assert.deepEqual(cpu, { runningThreads: 2, utilisation: 0.5 })
  assert.deepEqual(overhead, { timeShare: 0.002, memoryInMB: 12 })
})

test('without thread states, or processors of each host, it is not made up', async () => {
  assert.equal((await ask(hours, 'python')).cpu, null)
  assert.deepEqual((await ask(hours, 'half-known')).cpu, { runningThreads: 1, utilisation: null })
})

test('agents that do not say what they cost are not said to cost nothing', async () => {
  await createGroup(services, { profilingGroupName: 'shy' })
  const agentMetadata = { durationInMs: 300_000, fleetInfo: { id: 'shy' } }
  const profile = {
    start: noon - 5 * minute,
    end: noon,
    agentMetadata,
    callgraph: { counts: { RUNNABLE: 1 } },
  }
  await postProfile(services, Buffer.from(JSON.stringify(profile)), { name: 'shy' })
  assert.equal((await ask(hours, 'shy')).overhead, null)
})

test('a group without profiles has an empty summary', async () => {
  const { endTimes, samples, states, fleet, overhead, cpu } = await ask(hours, 'silent')
  assert.deepEqual([endTimes, samples, states], [[], [], {}])
  assert.deepEqual([fleet, overhead, cpu], [{ instances: 0, profiles: 0 }, null, null])
  assert.deepEqual((await ask({ period: 'PT1H' }, 'silent')).samples, [])
})

test('what cannot be asked is refused by name', async () => {
  await assert.rejects(ask(hours, 'none'), apiError('ResourceNotFoundException'))
  await assert.rejects(ask({ ...hours, resolution: 'PT2H' }), apiError('ValidationException', /resolution/))
  await assert.rejects(
    ask({ ...hours, filter: { counters: ['RUNNABLE'] } }),
    apiError('ValidationException', /filter\.counters/),
  )
})
