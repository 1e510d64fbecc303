import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { getSeries } from './get-series.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const hour = 60 * minute
const day = 24 * hour

let services: TestServices
before(async () => {
  services = await testServices()
  await createGroup(services)
  await createGroup(services, { profilingGroupName: 'empty' })
  const post = (hostName: string, runnable: number, end: number): Promise<void> => {
    const callgraph = {
      main: {
        counts: { WAITING: 1 },
        children: { 'Run$$Lambda/0x0000000800c8a400.run': { counts: { RUNNABLE: runnable } } },
      },
    }
    const json = JSON.parse(
      Buffer.from(body({ children: callgraph } as Parameters<typeof body>[0], end)).toString(),
    )
    json.agentMetadata.fleetInfo = { computeType: 'aws_ec2_instance', hostName, hostType: 'm5.large' }
    return postProfile(services, Buffer.from(JSON.stringify(json)))
  }
  await post('a', 3, noon - 10 * minute)
  await services.services.store.seal()
  await post('b', 5, noon - 11 * minute)
  await post('a', 7, noon)
  services.now = noon + 5 * minute
})
after(() => services.close())

interface SeriesJson {
  readonly startTime: string
  readonly endTime: string
  readonly resolution: string
  readonly endTimes: readonly string[]
  readonly totals: readonly number[]
  readonly frames: readonly { readonly frameName: string; readonly samples: readonly number[] }[]
}

async function ask(input: object, profilingGroupName = 'orders'): Promise<SeriesJson> {
  const parts = requestParts({ labels: { profilingGroupName }, body: input })
  const reply = await getSeries(services.context(), parts)
  assert.ok(reply.kind === 'json')
  return JSON.parse(JSON.stringify(reply.value))
}

const time = (from: number, to: number): { startTime: string; endTime: string } => ({
  startTime: formatTimestamp(from),
  endTime: formatTimestamp(to),
})
const lastHour = time(noon - hour, noon)
const lambda = 'Run$$Lambda/0x0000000800c8a400.run'

test('counts of many frames, and of all samples, in the steps with profiles', async () => {
  assert.deepEqual(await ask({ ...lastHour, frames: ['main', lambda, 'never', 'main'] }), {
    ...lastHour,
    resolution: 'PT5M',
    endTimes: [formatTimestamp(noon - 10 * minute), formatTimestamp(noon)],
    totals: [10, 8],
    frames: [
      { frameName: 'main', samples: [10, 8] },
      { frameName: lambda, samples: [8, 7] },
      { frameName: 'never', samples: [0, 0] },
      { frameName: 'main', samples: [10, 8] },
    ],
  })
})

test('without frames there are the totals', async () => {
  const { totals, frames } = await ask({ ...lastHour })
  assert.deepEqual([totals, frames], [[10, 8], []])
})

test('a filter decides which profiles and which samples count', async () => {
  const ofA = await ask({ ...lastHour, frames: [lambda], filter: { instances: ['a'] } })
  assert.deepEqual(
    [ofA.totals, ofA.frames[0]!.samples],
    [
      [4, 8],
      [3, 7],
    ],
  )
  const ofB = await ask({ ...lastHour, frames: [lambda], filter: { instances: ['b'] } })
  assert.deepEqual(ofB.endTimes, [formatTimestamp(noon - 10 * minute)], 'the only step that it reported in')
  assert.deepEqual([ofB.totals, ofB.frames[0]!.samples], [[6], [5]])
  const waiting = await ask({ ...lastHour, frames: [lambda, 'main'], filter: { counters: ['WAITING'] } })
  assert.deepEqual(
    [waiting.totals, ...waiting.frames.map(({ samples }) => samples)],
    [
      [2, 1],
      [0, 0],
      [2, 1],
    ],
  )
})

test('the resolution is the finest that fits, or the one asked for', async () => {
  for (const [days, frames, resolution] of [
    [1, 500, 'PT5M'],
    [3, 100, 'PT5M'],
    [4, 1, 'PT15M'],
    [30, 1, 'PT1H'],
    [30, 500, 'PT6H'],
    [100, 1, 'PT6H'],
    [1000, 1, 'P1D'],
  ] as const) {
    const asked = { ...time(noon - days * day, noon), frames: Array(frames).fill('main') }
    const { resolution: used, totals } = await ask(asked)
    assert.equal(used, resolution, `${days} days, ${frames} frames`)
    assert.equal(
      totals.reduce((sum, count) => sum + count, 0),
      18,
    )
  }
  const quarters = await ask({ ...lastHour, frames: ['main'], resolution: 'PT15M' })
  assert.deepEqual([quarters.resolution, quarters.totals], ['PT15M', [18]])
  const hours = await ask({ ...time(noon - 2, noon), frames: ['main'], resolution: 'PT1H' })
  assert.deepEqual([hours.startTime, hours.totals], [formatTimestamp(noon - hour), [18]])
})

test('a period alone is the latest with data; without any, that is said', async () => {
  const { startTime, totals } = await ask({ period: 'PT1H', frames: [] })
  assert.deepEqual([startTime, totals], [lastHour.startTime, [10, 8]])
  await assert.rejects(ask({ period: 'PT1H', frames: [] }, 'empty'), apiError('ResourceNotFoundException'))
  assert.deepEqual((await ask({ ...lastHour, frames: ['main'] }, 'empty')).endTimes, [])
})

test('too much at once, and what is no question, are refused', async () => {
  const refused = (input: object, message: RegExp): Promise<void> =>
    assert.rejects(ask(input), apiError('ValidationException', message))
  await refused({ ...time(noon - 30 * day, noon), frames: [], resolution: 'P2D' }, /'resolution'/)
  await refused({ ...time(noon - 2000 * day, noon), frames: [] }, /2001 steps for 0 frames are too many/)
  await refused({ ...time(noon - 7 * day, noon), frames: [], resolution: 'PT5M' }, /too many/)
  const longer = time(noon - 7 * day - 5 * minute, noon)
  const ofA = { instances: ['a'] }
  await refused({ ...longer, frames: [], filter: ofA }, /longer than 7 days.*without a filter by instance/)
  assert.deepEqual((await ask({ ...time(noon - 7 * day, noon), frames: [], filter: ofA })).totals, [12])
  assert.deepEqual((await ask({ ...longer, frames: [], filter: { counters: ['WAITING'] } })).totals, [3])
  await refused({ ...lastHour, frames: Array(501).fill('a') }, /'frames'.*500/)
  await assert.rejects(ask({ ...lastHour, frames: [1] }), apiError('SerializationException'))
})
