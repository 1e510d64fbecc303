import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { minute, noon } from '../store/testing/store-bench.ts'
import { getCost } from './get-cost.ts'
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
  const post = (fleetInfo: object, end = noon) =>
    postProfile(
      services,
      Buffer.from(
        JSON.stringify({
          start: end - 5 * minute,
          end,
          agentMetadata: { fleetInfo },
          callgraph: { counts: { RUNNABLE: 1 } },
        }),
      ),
    )
  await post({ hostName: 'web-1', hostType: 'm5.xlarge' })
  await post({ hostName: 'web-2', hostType: 'm5.xlarge' })
  await post({ id: 'laptop', vCPUs: 2 })
  await post({ id: 'unknown' })
})
after(() => services.close())

async function ask(input: object, profilingGroupName = 'orders') {
  const parts = requestParts({ labels: { profilingGroupName }, body: input })
  const reply = await getCost(services.context(), parts)
  assert.ok(reply.kind === 'json')
  return JSON.parse(JSON.stringify(reply.value))
}

const range = { startTime: formatTimestamp(noon - 5 * minute), endTime: formatTimestamp(noon) }

test('a fleet costs what its hosts cost, and says by which prices', async () => {
  const cost = await ask(range)
  assert.deepEqual([cost.currency, cost.prices], ['USD', 'AWS on demand, us-east-1, Linux'])
  assert.deepEqual(cost.types, [
    { hostType: 'm5.xlarge', instances: 2, hourPrice: 0.192, by: 'type', perYear: 2 * 0.192 * 8766 },
    { hostType: '2 vCPU', instances: 1, hourPrice: 0.08096, by: 'size', perYear: 0.08096 * 8766 },
    { hostType: '', instances: 1, hourPrice: null, by: 'nothing', perYear: 0 },
  ])
  assert.ok(Math.abs(cost.perHour - (2 * 0.192 + 0.08096)) < 1e-9)
  assert.deepEqual([cost.priced, cost.unpriced, cost.others], [3, 1, 0])
})

test('a part of the fleet costs its part', async () => {
  const cost = await ask({ ...range, filter: { instances: ['web-1'] } })
  assert.ok(Math.abs(cost.perYear - 0.192 * 8766) < 1e-9)
})

test('where nobody is, nothing is spent; what cannot be asked is refused by name', async () => {
  assert.equal((await ask({ period: 'PT1H' }, 'silent')).perYear, 0)
  await assert.rejects(ask(range, 'none'), apiError('ResourceNotFoundException'))
  await assert.rejects(ask({}), apiError('ValidationException', /period/))
  await assert.rejects(
    ask({ ...range, filter: { counters: ['RUNNABLE'] } }),
    apiError('ValidationException', /filter\.counters/),
  )
})
