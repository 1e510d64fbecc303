import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { getFleet } from './get-fleet.ts'
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
  await createGroup(services)
  await createGroup(services, { profilingGroupName: 'silent' })
  await postProfile(services, body({ counts: { RUNNABLE: 1 } }, noon))
})
after(() => services.close())

async function ask(input: object, profilingGroupName = 'orders'): Promise<{ instances: object[] }> {
  const reply = await getFleet(
    services.context(),
    requestParts({ labels: { profilingGroupName }, body: input }),
  )
  assert.ok(reply.kind === 'profile' && reply.contentType === 'application/json')
  return JSON.parse(Buffer.from(reply.body).toString())
}

test('a range may be of any length, and is widened to whole windows', async () => {
  const year = 365 * 24 * 60 * minute
  for (const [start, end] of [
    [noon - year, noon + year],
    [noon - 1, noon],
  ] as const) {
    const { instances } = await ask({ startTime: formatTimestamp(start), endTime: formatTimestamp(end) })
    assert.equal(instances.length, 1)
  }
  assert.equal((await ask({ period: 'PT5M' })).instances.length, 1)
})

test('where there is nothing, nobody is listed', async () => {
  const empty = { instances: [], others: null, unattributed: null }
  assert.deepEqual(await ask({ period: 'PT1H' }, 'silent'), empty)
  assert.deepEqual(
    await ask({ startTime: formatTimestamp(noon), endTime: formatTimestamp(noon + minute) }),
    empty,
  )
})

test('what cannot be asked is refused by name', async () => {
  await assert.rejects(ask({ period: 'PT1H' }, 'none'), apiError('ResourceNotFoundException'))
  await assert.rejects(ask({}), apiError('ValidationException', /period/))
  await assert.rejects(
    ask({ period: 'PT1H', maxInstances: 10_001 }),
    apiError('ValidationException', /10000/),
  )
  await assert.rejects(
    ask({ period: 'PT1H', filter: { counters: ['RUNNABLE'] } }),
    apiError('ValidationException', /filter\.counters/),
  )
  await assert.rejects(ask({ period: 'PT1H', filter: [] }), apiError('SerializationException'))
})
