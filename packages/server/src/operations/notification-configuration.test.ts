import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { remove } from '../iam/changes.ts'
import { openAccounts } from '../identity/accounts.ts'
import { addNotificationChannels } from './add-notification-channels.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { getNotificationConfiguration } from './get-notification-configuration.ts'
import { removeNotificationChannel } from './remove-notification-channel.ts'
import { apiError, createGroup, type TestServices, testServices } from './testing/test-services.ts'

/** The channels that findings about a group are sent to. */

const orders = { profilingGroupName: 'orders' }
const uuid = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/
const uri = (topic: string): string => `arn:aws:sns:us-east-1:123456789012:${topic}`
const madeUp = '00000000-0000-0000-0000-000000000000'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

const channel = (topic: string, id: string | null = null) => ({
  id,
  uri: uri(topic),
  eventPublishers: ['AnomalyDetection'] as const,
})

function add(...channels: ReturnType<typeof channel>[]) {
  return addNotificationChannels(services.context(), { ...orders, channels })
}

const get = () => getNotificationConfiguration(services.context(), orders)
const removeOne = (channelId: string) =>
  removeNotificationChannel(services.context(), { ...orders, channelId })
const topics = async (): Promise<string[]> =>
  (await get()).notificationConfiguration.channels.map((one) => one.uri.slice(one.uri.lastIndexOf(':') + 1))

test('a group without channels has an empty list of them', async () => {
  assert.deepEqual(await get(), { notificationConfiguration: { channels: [] } })
})

test('a channel gets an id where it brings none, and the whole configuration is the answer', async () => {
  const first = await add(channel('a'))
  const [made] = first.notificationConfiguration.channels
  assert.match(made!.id, uuid)
  assert.deepEqual(made, { id: made!.id, uri: uri('a'), eventPublishers: ['AnomalyDetection'] })
  const second = await add(channel('b', madeUp))
  assert.deepEqual(second.notificationConfiguration.channels, [
    made,
    { id: madeUp, uri: uri('b'), eventPublishers: ['AnomalyDetection'] },
  ])
  assert.deepEqual(await get(), second)
})

test('a group has two channels at the most', async () => {
  await add(channel('a'))
  await assert.rejects(add(channel('b'), channel('c')), {
    ...apiError('ServiceQuotaExceededException', /more than 2/),
    status: 402,
  })
  assert.deepEqual(await topics(), ['a'])
  await add(channel('b'))
  await assert.rejects(add(channel('c')), apiError('ServiceQuotaExceededException'))
})

test('the same uri or id twice is a conflict, in one call or in two', async () => {
  await assert.rejects(add(channel('a'), channel('a')), apiError('ConflictException'))
  await assert.rejects(add(channel('a', madeUp), channel('b', madeUp)), apiError('ConflictException'))
  await add(channel('a', madeUp))
  await assert.rejects(add(channel('a')), apiError('ConflictException'))
  await assert.rejects(add(channel('b', madeUp)), apiError('ConflictException'))
  assert.deepEqual(await topics(), ['a'])
})

test('a channel is removed by its id, once, and the rest is the answer', async () => {
  await add(channel('a', madeUp), channel('b'))
  const left = await removeOne(madeUp)
  assert.deepEqual(await topics(), ['b'])
  assert.deepEqual(left, await get())
  await assert.rejects(removeOne(madeUp), apiError('ResourceNotFoundException', new RegExp(madeUp)))
})

const roleName = 'AWSServiceRoleForCodeGuruProfiler'
const roles = () => [...services.services.accounts.find(services.config.accountId)!.roles.values()]

test('with the first channel of an account comes the role that notifications are sent as', async () => {
  assert.deepEqual(roles(), [])
  await add(channel('a'))
  const [role] = roles()
  assert.equal(role?.name, roleName)
  assert.equal(role.path, '/aws-service-role/codeguru-profiler.amazonaws.com/')
  await add(channel('b'))
  assert.deepEqual(roles(), [role])
  const kept = await openAccounts(services.catalog, services.services.sealer)
  assert.deepEqual([...kept.find(services.config.accountId)!.roles.values()], [role])
})

test('a channel that is refused brings no role', async () => {
  await assert.rejects(add(channel('a'), channel('a')), apiError('ConflictException'))
  assert.deepEqual(roles(), [])
})

test('of many first channels at once all that there is room for are added, with one role', async () => {
  const added = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => add(channel(`t${i}`))))
  assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 2)
  assert.equal(roles().length, 1)
})

test('a role that was deleted comes again with the next channel', async () => {
  await add(channel('a', madeUp))
  await removeOne(madeUp)
  const { accounts } = services.services
  const [role] = roles()
  await accounts.change(services.config.accountId, () => ({ changes: [remove('role', role!)], output: null }))
  await add(channel('a'))
  assert.notEqual(roles()[0]?.id, role?.id)
})

test('a hundred calls leave what one leaves', async () => {
  await Promise.allSettled(Array.from({ length: 100 }, () => add(channel('a', madeUp))))
  assert.deepEqual(await topics(), ['a'])
  await Promise.allSettled(Array.from({ length: 100 }, () => removeOne(madeUp)))
  assert.deepEqual(await topics(), [])
})

test('of a group that does not exist every operation says so', async () => {
  await deleteProfilingGroup(services.context(), orders)
  const missing = apiError('ResourceNotFoundException', /'orders' does not exist/)
  await assert.rejects(add(channel('a')), missing)
  await assert.rejects(get(), missing)
  await assert.rejects(removeOne(madeUp), missing)
})

test('a group made again under the same name has no channels', async () => {
  await add(channel('a'))
  await deleteProfilingGroup(services.context(), orders)
  await createGroup(services)
  assert.deepEqual(await topics(), [])
})
