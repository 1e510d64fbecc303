import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { minute, noon } from '../store/testing/store-bench.ts'
import { getHeap } from './get-heap.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const day = 24 * 60 * minute

let services: TestServices
before(async () => {
  services = await testServices()
  await createGroup(services)
  await createGroup(services, { profilingGroupName: 'silent' })
  const heapSummary = {
    time: noon,
    capacityBytes: 2000,
    usedBytes: 900,
    types: [
      { name: 'int[]', bytes: 600, count: 3 },
      { name: 'String', bytes: 200, count: 5 },
    ],
  }
  const body = { start: noon - minute, end: noon, heapSummary, callgraph: {} }
  await postProfile(services, Buffer.from(JSON.stringify(body)))
})
after(() => services.close())

async function ask(input: object, profilingGroupName = 'orders'): Promise<unknown> {
  const reply = await getHeap(
    services.context(),
    requestParts({ labels: { profilingGroupName }, body: input }),
  )
  assert.ok(reply.kind === 'profile' && reply.contentType === 'application/json')
  return JSON.parse(Buffer.from(reply.body).toString())
}

const around = { startTime: formatTimestamp(noon - 1), endTime: formatTimestamp(noon) }

test('a range is widened to whole steps', async () => {
  for (const [step, start, end] of [
    ['PT5M', noon - 5 * minute, noon],
    ['PT1H', noon - 60 * minute, noon],
    ['P1D', noon - day / 2, noon + day / 2],
  ] as const) {
    assert.deepEqual(await ask({ ...around, step, maxTypes: 1 }), {
      steps: [{ start, end, reports: 1, capacityBytes: 2000, usedBytes: 900, maxUsedBytes: 900 }],
      types: [{ name: 'int[]', bytes: [600], count: [3] }],
      others: { bytes: [200], count: [5] },
    })
  }
})

test('steps are five minutes, and twenty types told apart, unless the caller says otherwise', async () => {
  assert.deepEqual(await ask(around), await ask({ ...around, step: 'PT5M', maxTypes: 20 }))
})

test('where there is nothing, nothing is listed', async () => {
  const empty = { steps: [], types: [], others: { bytes: [], count: [] } }
  assert.deepEqual(await ask({ period: 'PT1H' }, 'silent'), empty)
  const later = { startTime: formatTimestamp(noon), endTime: formatTimestamp(noon + minute) }
  assert.deepEqual(await ask(later), empty)
})

test('what cannot be asked is refused by name', async () => {
  await assert.rejects(ask(around, 'none'), apiError('ResourceNotFoundException'))
  await assert.rejects(ask({ ...around, step: 'PT2M' }), apiError('ValidationException', /step/))
  await assert.rejects(ask({ ...around, maxTypes: 101 }), apiError('ValidationException', /maxTypes/))
  await assert.rejects(
    ask({ ...around, filter: { counters: ['RUNNABLE'] } }),
    apiError('ValidationException', /filter\.counters/),
  )
  const week = { startTime: formatTimestamp(noon - 7 * day), endTime: formatTimestamp(noon) }
  await assert.rejects(ask(week), apiError('ValidationException', /1024 steps of PT5M/))
  await ask({ ...week, step: 'PT1H' })
})
