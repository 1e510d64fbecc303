import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import {
  type BatchGetFrameMetricDataInput,
  type BatchGetFrameMetricDataOutput,
  formatTimestamp,
  parseBatchGetFrameMetricData,
} from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { batchGetFrameMetricData } from './batch-get-frame-metric-data.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const window = 5 * minute
const hour = 60 * minute
const day = 24 * hour

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

const type = 'AggregatedRelativeTotalTime'
type Metric = BatchGetFrameMetricDataInput['frameMetrics'][number]
const metric = (frameName: string, ...threadStates: string[]): Metric => ({ frameName, type, threadStates })

/** As it arrives, so that what is asked is read as well. */
async function ask(query: string, frameMetrics?: readonly Metric[]): Promise<BatchGetFrameMetricDataOutput> {
  const input = parseBatchGetFrameMetricData(requestParts({ query, body: { frameMetrics } }))
  return JSON.parse(JSON.stringify(await batchGetFrameMetricData(services.context(), input)))
}

const range = (from: number, to: number, more = ''): string =>
  `startTime=${formatTimestamp(from)}&endTime=${formatTimestamp(to)}${more}`
const values = ({ frameMetricData }: BatchGetFrameMetricDataOutput): unknown[] =>
  frameMetricData.map((datum) => [datum.frameMetric.frameName, ...datum.values])
const ends = (list: readonly { readonly value: string }[]): number[] =>
  list.map(({ value }) => (Date.parse(value) - noon) / window)

/** walk, calling itself: 3 of 4 RUNNABLE samples and both WAITING ones. */
const tree = {
  main: {
    counts: { RUNNABLE: 1 },
    children: {
      walk: {
        counts: { RUNNABLE: 1 },
        children: { visit: { children: { walk: { counts: { RUNNABLE: 2, WAITING: 2 } } } } },
      },
    },
  },
}
const post = (callgraph: object, end: number): Promise<void> =>
  postProfile(services, body({ children: callgraph } as Parameters<typeof body>[0], end))

test('a value is the share of samples in the listed states that show the frame, recursion counted once', async () => {
  await post(tree, noon + minute)
  const answer = await ask(range(noon, noon + window), [
    metric('walk', 'RUNNABLE'),
    metric('walk', 'RUNNABLE', 'WAITING'),
    metric('walk', 'WAITING', 'WAITING'),
    metric('visit', 'RUNNABLE'),
    metric('main', 'RUNNABLE'),
    metric('absent', 'RUNNABLE'),
    metric('walk', 'BLOCKED'),
    metric('walk'),
    metric('walk', 'RUNNABLE'),
  ])
  assert.deepEqual(answer, {
    startTime: formatTimestamp(noon),
    endTime: formatTimestamp(noon + window),
    resolution: 'PT5M',
    endTimes: [{ value: formatTimestamp(noon + window) }],
    frameMetricData: [
      { frameMetric: metric('walk', 'RUNNABLE'), values: [3 / 4] },
      { frameMetric: metric('walk', 'RUNNABLE', 'WAITING'), values: [5 / 6] },
      { frameMetric: metric('walk', 'WAITING', 'WAITING'), values: [1] },
      { frameMetric: metric('visit', 'RUNNABLE'), values: [1 / 2] },
      { frameMetric: metric('main', 'RUNNABLE'), values: [1] },
      { frameMetric: metric('absent', 'RUNNABLE'), values: [0] },
      { frameMetric: metric('walk', 'BLOCKED'), values: [0] },
      { frameMetric: metric('walk'), values: [0] },
      { frameMetric: metric('walk', 'RUNNABLE'), values: [3 / 4] },
    ],
    unprocessedEndTimes: {},
  })
})

test('a step without a profile is left out, and listed under each frame once', async () => {
  services.now = noon + 30 * minute
  await post(tree, noon + minute)
  await post(tree, noon + 11 * minute)
  // A profile of nothing is a profile: no share of it is anything but 0.
  await post({}, noon + 21 * minute)
  const asked = [metric('walk', 'RUNNABLE'), metric('__proto__', 'RUNNABLE'), metric('walk', 'WAITING')]
  const answer = await ask(range(noon - 1, noon + 24 * minute), asked)
  assert.equal(answer.startTime, formatTimestamp(noon - window), 'widened to whole windows')
  assert.equal(answer.endTime, formatTimestamp(noon + 5 * window))
  assert.deepEqual(ends(answer.endTimes), [1, 3, 5])
  assert.deepEqual(values(answer), [
    ['walk', 0.75, 0.75, 0],
    ['__proto__', 0, 0, 0],
    ['walk', 1, 1, 0],
  ])
  assert.deepEqual(Object.keys(answer.unprocessedEndTimes), ['walk', '__proto__'])
  for (const list of Object.values(answer.unprocessedEndTimes)) assert.deepEqual(ends(list), [0, 2, 4])
})

test('without metrics there are the steps, and nothing more', async () => {
  await post(tree, noon + minute)
  for (const none of [undefined, []]) {
    const answer = await ask(range(noon, noon + 2 * window), none)
    assert.deepEqual(ends(answer.endTimes), [1])
    assert.deepEqual([answer.frameMetricData, answer.unprocessedEndTimes], [[], {}])
  }
})

test('a day in 5-minute steps has 288 end times', async () => {
  services.now = noon + 12 * hour
  for (let at = 0; at < 288; at += 3) await post(tree, noon - 12 * hour + at * window + minute)
  const from = noon - 12 * hour
  const answer = await ask(`startTime=${formatTimestamp(from)}&period=P1D`, [metric('walk', 'RUNNABLE')])
  assert.equal(answer.endTimes.length, 96)
  assert.equal(answer.unprocessedEndTimes.walk!.length, 192)
  assert.equal(answer.frameMetricData[0]!.values.length, 96)
})

test('steps are as long as was asked for, and the range is whole ones', async () => {
  services.now = noon + 3 * hour
  await post(tree, noon + minute)
  await post({ main: { counts: { RUNNABLE: 12 } } }, noon + 50 * minute)
  await post(tree, noon + 2 * hour + minute)
  const asked = [metric('walk', 'RUNNABLE')]
  const hours = await ask(range(noon + 7 * minute, noon + 2 * hour + 1, '&targetResolution=PT1H'), asked)
  assert.equal(hours.resolution, 'PT1H')
  assert.equal(hours.startTime, formatTimestamp(noon))
  assert.equal(hours.endTime, formatTimestamp(noon + 3 * hour))
  assert.deepEqual(ends(hours.endTimes), [12, 36])
  assert.deepEqual(values(hours), [['walk', 3 / 16, 3 / 4]])
  assert.deepEqual(ends(hours.unprocessedEndTimes.walk!), [24])
  const days = await ask(range(noon, noon + minute, '&targetResolution=P1D'), asked)
  assert.equal(days.resolution, 'P1D')
  assert.equal(days.startTime, formatTimestamp(noon - 12 * hour))
  assert.deepEqual(values(days), [['walk', 6 / 20]])
})

test('the next coarser resolution is used where the finer is kept no longer', async () => {
  await post(tree, noon + minute)
  services.now = noon + 90 * minute
  await services.services.store.maintain()
  for (const [age, resolution] of [
    [14 * day, 'PT5M'],
    [16 * day, 'PT1H'],
    [61 * day, 'P1D'],
  ] as const) {
    while (services.now < noon + age) {
      services.now += day
      await services.services.store.maintain()
    }
    const answer = await ask(range(noon, noon + hour), [metric('walk', 'RUNNABLE')])
    assert.equal(answer.resolution, resolution)
    assert.deepEqual(values(answer), [['walk', 0.75]], resolution)
    const coarser = await ask(range(noon, noon + hour, '&targetResolution=P1D'), [])
    assert.equal(coarser.resolution, 'P1D', 'what was asked for is coarser still')
  }
})

test('a period alone is the latest complete one with data, and without any the one in progress', async () => {
  const empty = await ask('period=PT1H', [metric('walk', 'RUNNABLE')])
  assert.equal(empty.startTime, formatTimestamp(noon))
  assert.deepEqual([empty.endTimes, values(empty)], [[], [['walk']]])
  assert.equal(empty.unprocessedEndTimes.walk!.length, 12)
  await post(tree, noon - 90 * minute)
  const answer = await ask('period=PT1H', [metric('walk', 'RUNNABLE')])
  assert.equal(answer.startTime, formatTimestamp(noon - 2 * hour))
  assert.deepEqual(values(answer), [['walk', 0.75]])
})

test('too much at once is refused, and so is a group that is not there', async () => {
  const many = Array(500).fill(metric('walk', 'RUNNABLE'))
  await assert.rejects(
    ask(range(noon, noon + 2 * day), many),
    apiError('ValidationException', /576 steps for 500 frames are too many/),
  )
  assert.equal((await ask(range(noon, noon + day), many)).frameMetricData.length, 500)
  await assert.rejects(
    ask(range(noon, noon + 8 * day), []),
    apiError('ValidationException', /longer than 7 days/),
  )
  const input = parseBatchGetFrameMetricData(
    requestParts({ labels: { profilingGroupName: 'unknown' }, query: 'period=PT1H' }),
  )
  await assert.rejects(
    batchGetFrameMetricData(services.context(), input),
    apiError('ResourceNotFoundException', /'unknown'/),
  )
})
