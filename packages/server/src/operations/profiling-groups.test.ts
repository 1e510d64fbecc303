import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { formatTimestamp } from '@wick/wire'
import { body, minute, noon, sumsOf } from '../store/testing/store-bench.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { describeProfilingGroup } from './describe-profiling-group.ts'
import { getProfile } from './get-profile.ts'
import { listProfileTimes } from './list-profile-times.ts'
import {
  apiError,
  createGroup,
  postProfile,
  rangeInput,
  type TestServices,
  testServices,
} from './testing/test-services.ts'
import { updateProfilingGroup } from './update-profiling-group.ts'

/** The life of a group: create, describe, update, delete. */

const orders = { profilingGroupName: 'orders' }
const hour = 60 * minute
const frame = (name: string): Uint8Array =>
  body({ children: { [name]: { counts: { RUNNABLE: 3 } } } }, noon + minute)
const aroundNoon = rangeInput(noon - hour, noon + hour)

let services: TestServices
beforeEach(async () => {
  services = await testServices()
})
afterEach(() => services.close())

async function groupIds(): Promise<string[]> {
  return (await services.catalog.allGroups()).map(({ id }) => id)
}

test('a new group is described as it was asked for; what has not happened yet is left out', async () => {
  const made = await createGroup(services, {
    computePlatform: 'AWSLambda',
    profilingEnabled: false,
    tags: { team: 'blue' },
  })
  assert.deepEqual(made, {
    name: 'orders',
    arn: 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders',
    computePlatform: 'AWSLambda',
    createdAt: formatTimestamp(services.now),
    updatedAt: formatTimestamp(services.now),
    agentOrchestrationConfig: { profilingEnabled: false },
    profilingStatus: {},
    tags: { team: 'blue' },
  })
  assert.deepEqual(await describeProfilingGroup(services.context(), orders), made)
})

test('a repeated clientToken with the same input is the same call, also a day less a moment later', async () => {
  const input = { clientToken: 'token', tags: { b: '2', a: '1' } }
  const made = await createGroup(services, input)
  assert.deepEqual(await createGroup(services, input), made)
  assert.deepEqual(await createGroup(services, { ...input, tags: { a: '1', b: '2' } }), made)
  services.now += 24 * hour - 1
  assert.deepEqual(await createGroup(services, input), made)
  assert.equal((await groupIds()).length, 1)
})

test('a repeated call shows the group as it is by now, and its profiles stay', async () => {
  await createGroup(services, { clientToken: 'token' })
  await postProfile(services, frame('main'))
  await updateProfilingGroup(services.context(), { ...orders, profilingEnabled: false })
  const again = await createGroup(services, { clientToken: 'token' })
  assert.equal(again.agentOrchestrationConfig.profilingEnabled, false)
  assert.notEqual(again.profilingStatus.latestAgentProfileReportedAt, undefined)
  assert.deepEqual(sumsOf([(await getProfile(services.context(), aroundNoon)).body]), sumsOf([frame('main')]))
})

test('a repeated call finishes what a first one began: profiles can be posted', async () => {
  await createGroup(services, { clientToken: 'token' })
  const [id] = await groupIds()
  await services.services.store.removeGroup(id!)
  await assert.rejects(postProfile(services, frame('main')), apiError('ResourceNotFoundException'))
  await createGroup(services, { clientToken: 'token' })
  await postProfile(services, frame('main'))
})

test('a clientToken with any other input is a conflict that names the token', async () => {
  await createGroup(services, { clientToken: 'token' })
  for (const changes of [
    { profilingGroupName: 'other' },
    { computePlatform: 'AWSLambda' },
    { profilingEnabled: false },
    { tags: { a: '1' } },
  ] as const)
    await assert.rejects(
      createGroup(services, { clientToken: 'token', ...changes }),
      apiError('ConflictException', /clientToken/),
      JSON.stringify(changes),
    )
  assert.equal((await groupIds()).length, 1)
})

test('a name that is taken is a conflict that names it', async () => {
  await createGroup(services)
  await assert.rejects(createGroup(services), apiError('ConflictException', /'orders' already exists/))
})

test('of many creations of one name at the same time one succeeds', async () => {
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => createGroup(services)))
  const refused = made.filter((result) => result.status === 'rejected')
  assert.equal(refused.length, 7)
  for (const { reason } of refused) assert.equal(reason.code, 'ConflictException')
})

test('over the quota a creation is refused with 402, and it names the limit', async () => {
  await services.close()
  services = await testServices({ config: { maxProfilingGroups: 2 } })
  await createGroup(services, { profilingGroupName: 'a' })
  await createGroup(services, { profilingGroupName: 'b', clientToken: 'b' })
  const third = createGroup(services, { profilingGroupName: 'c' })
  await assert.rejects(third, {
    ...apiError('ServiceQuotaExceededException', /has 2 profiling groups/),
    status: 402,
  })
  await createGroup(services, { profilingGroupName: 'b', clientToken: 'b' })
  await createGroup(services, { profilingGroupName: 'c' }, { region: 'eu-west-1' })
  await deleteProfilingGroup(services.context(), { profilingGroupName: 'a' })
  await createGroup(services, { profilingGroupName: 'c' })
})

test('account and region are a world of their own', async () => {
  await createGroup(services)
  const elsewhere = { region: 'eu-west-1' }
  const context = services.context({ scope: elsewhere })
  await assert.rejects(describeProfilingGroup(context, orders), apiError('ResourceNotFoundException'))
  const other = await createGroup(services, { profilingEnabled: false }, elsewhere)
  assert.match(other.arn, /:eu-west-1:/)
  await postProfile(services, frame('main'))
  await assert.rejects(getProfile(context, aroundNoon), apiError('ResourceNotFoundException', /no profile/))
  await deleteProfilingGroup(context, orders)
  assert.equal((await describeProfilingGroup(services.context(), orders)).name, 'orders')
})

test('the status tells of the last post and of the latest window with data', async () => {
  await createGroup(services)
  await postProfile(services, frame('main'))
  services.now += minute
  await postProfile(services, body({ counts: { A: 1 } }, noon - hour))
  const { profilingStatus } = await describeProfilingGroup(services.context(), orders)
  assert.deepEqual(profilingStatus, {
    latestAgentProfileReportedAt: formatTimestamp(services.now),
    latestAggregatedProfile: { period: 'PT5M', start: formatTimestamp(noon) },
  })
})

test('an update switches profiling and shows when; everything else stays', async () => {
  const made = await createGroup(services, { tags: { team: 'blue' } })
  services.now += 1000
  const updated = await updateProfilingGroup(services.context(), { ...orders, profilingEnabled: false })
  assert.deepEqual(updated, {
    ...made,
    updatedAt: formatTimestamp(services.now),
    agentOrchestrationConfig: { profilingEnabled: false },
  })
  assert.deepEqual(await describeProfilingGroup(services.context(), orders), updated)
})

test('switched off, a group still takes what its agents had underway', async () => {
  await createGroup(services, { profilingEnabled: false })
  await postProfile(services, frame('main'))
})

test('of a group that does not exist every operation says so', async () => {
  const missing = apiError('ResourceNotFoundException', /'orders' does not exist/)
  const context = services.context()
  await assert.rejects(describeProfilingGroup(context, orders), missing)
  await assert.rejects(updateProfilingGroup(context, { ...orders, profilingEnabled: true }), missing)
  await assert.rejects(deleteProfilingGroup(context, orders), missing)
  await assert.rejects(postProfile(services, frame('main')), missing)
  await assert.rejects(getProfile(context, aroundNoon), missing)
})

test('a deleted group is gone with its key and its profiles', async () => {
  await createGroup(services)
  await postProfile(services, frame('main'))
  const [id] = await groupIds()
  await deleteProfilingGroup(services.context(), orders)
  await assert.rejects(
    describeProfilingGroup(services.context(), orders),
    apiError('ResourceNotFoundException'),
  )
  assert.deepEqual(await groupIds(), [])
  const everything = { groupId: id!, from: 0, to: Number.MAX_SAFE_INTEGER }
  assert.deepEqual([...(await services.services.store.windows(everything))], [])
  await services.reopen()
  assert.deepEqual([...(await services.services.store.windows(everything))], [])
  assert.deepEqual(services.damage, [])
})

test('a segment that held nothing else is removed from disk', async () => {
  await createGroup(services)
  await postProfile(services, frame('main'))
  await services.reopen()
  const segments = (): string[] => services.disk.files.filter((file) => file.endsWith('.wickseg'))
  assert.equal(segments().length, 1)
  await deleteProfilingGroup(services.context(), orders)
  assert.deepEqual(segments(), [])
})

test('of two deletions at the same time one finds nothing left', async () => {
  await createGroup(services)
  const results = await Promise.allSettled([1, 2].map(() => deleteProfilingGroup(services.context(), orders)))
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a group made again under the same name inherits nothing', async () => {
  await createGroup(services, { clientToken: 'token', tags: { old: 'tag' } })
  await postProfile(services, frame('before'), { token: 'post' })
  const [before] = await groupIds()
  const sealedBefore = (await services.catalog.allGroups())[0]!.sealedDataKey
  await deleteProfilingGroup(services.context(), orders)
  services.now += minute

  const made = await createGroup(services, { clientToken: 'token', tags: { old: 'tag' } })
  assert.equal(made.createdAt, formatTimestamp(services.now))
  assert.deepEqual(made.profilingStatus, {})
  const [after] = await services.catalog.allGroups()
  assert.notEqual(after!.id, before)
  assert.notDeepEqual(after!.sealedDataKey, sealedBefore)
  await assert.rejects(getProfile(services.context(), aroundNoon), apiError('ResourceNotFoundException'))
  const times = await listProfileTimes(services.context(), {
    ...orders,
    start: noon - hour,
    end: noon + hour,
    period: 'PT5M',
    orderBy: 'TimestampAscending',
    maxResults: 10,
    nextToken: null,
  })
  assert.deepEqual(times, { profileTimes: [] })

  // Not even the token is known, with the same or another body; and a restart brings nothing back.
  await postProfile(services, frame('after'), { token: 'post' })
  await services.reopen()
  assert.deepEqual(
    sumsOf([(await getProfile(services.context(), aroundNoon)).body]),
    sumsOf([frame('after')]),
  )
})
