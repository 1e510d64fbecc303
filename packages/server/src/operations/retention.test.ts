import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import type { OperationContext } from './context.ts'
import type { Reply } from './reply.ts'
import { deleteRetention, getRetention, putRetention } from './retention.ts'
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
beforeEach(async () => {
  services = await testServices({ config: { maxProfileAgeSeconds: 172_800 } })
  await createGroup(services)
})
afterEach(() => services.close())

type Operation = (context: OperationContext, parts: ReturnType<typeof requestParts>) => Promise<Reply>

async function call(operation: Operation, rule?: object, profilingGroupName = 'orders'): Promise<unknown> {
  const labels = { profilingGroupName }
  const reply = await operation(
    services.context(),
    requestParts(rule === undefined ? { labels } : { labels, body: rule }),
  )
  assert.ok(reply.kind === 'json')
  return JSON.parse(JSON.stringify(reply.value))
}

const nothingGone = { fiveMinute: null, hourly: null, daily: null }
const standard = { fiveMinuteDays: 15, hourlyDays: 60, dailyDays: 1095 }
const short = { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 3 }

test('a group is kept as the settings say, until it has a rule of its own, and again when that is taken back', async () => {
  const asStandard = { ...standard, isDefault: true, keptSince: nothingGone }
  const asShort = { ...short, isDefault: false, keptSince: nothingGone }
  assert.deepEqual(await call(getRetention), asStandard)
  assert.deepEqual(await call(putRetention, short), asShort)
  assert.deepEqual(await call(getRetention), asShort)
  assert.deepEqual(await call(deleteRetention), asStandard)
  assert.deepEqual(await call(deleteRetention), asStandard, 'also twice')
  assert.deepEqual(await call(getRetention), asStandard)
})

test('a rule takes effect within ten minutes, and what is gone is told', async () => {
  await postProfile(services, body({ counts: { A: 1 } }, noon + minute))
  const { store } = services.services
  for (let age = 0; age <= 4; age++) {
    services.now = noon + age * day + 5 * minute
    await store.maintain()
  }
  const kept = async (): Promise<unknown> => ((await call(getRetention)) as { keptSince: unknown }).keptSince
  assert.deepEqual(await kept(), nothingGone)
  await call(putRetention, { ...short, dailyDays: 9 })
  services.now += 10 * minute
  await store.maintain()
  const tomorrow = '2026-11-25T00:00:00.000Z'
  assert.deepEqual(await kept(), { fiveMinute: tomorrow, hourly: tomorrow, daily: null })
})

test('a rule that makes no sense is refused', async () => {
  const refused = (rule: object, message: RegExp): Promise<void> =>
    assert.rejects(call(putRetention, rule), apiError('ValidationException', message))
  await refused({ ...standard, fiveMinuteDays: 61 }, /must not become smaller/)
  await refused({ ...standard, dailyDays: 59 }, /must not become smaller/)
  await refused({ fiveMinuteDays: 1, hourlyDays: 1, dailyDays: 1 }, /dailyDays must be at least 2/)
  await refused({ ...standard, fiveMinuteDays: 0 }, /'fiveMinuteDays'.*greater than or equal to 1/)
  await refused({ ...standard, dailyDays: 36_501 }, /'dailyDays'.*less than or equal to 36500/)
  await refused({ ...standard, hourlyDays: 1.5 }, /'hourlyDays'.*whole number/)
  await refused({ fiveMinuteDays: 1, hourlyDays: 2 }, /'dailyDays'.*must not be null/)
  await assert.rejects(
    call(putRetention, { ...standard, hourlyDays: '60' }),
    apiError('SerializationException'),
  )
  assert.equal(((await call(getRetention)) as { isDefault: boolean }).isDefault, true)
})

test('a group that does not exist has no rule', async () => {
  for (const operation of [getRetention, putRetention, deleteRetention])
    await assert.rejects(call(operation, standard, 'other'), apiError('ResourceNotFoundException'))
})
