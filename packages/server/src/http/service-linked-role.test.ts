/** The role that notifications are sent as: there from the first channel on, and until the last one is removed. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createGroup } from '../operations/testing/test-services.ts'
import { callOf, topic } from './testing/every-call.ts'
import { type Received, startTestServer, type TestServer } from './testing/test-server.ts'

const roleName = 'AWSServiceRoleForCodeGuruProfiler'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
  await createGroup(server.test, { profilingGroupName: 'payments' })
})
afterEach(() => server.close())

function iam(action: string, parameters: Record<string, string>): Promise<Received> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return server.signed({ method: 'POST', target: '/', headers, body }, { service: 'iam' })
}

async function hasRole(): Promise<boolean> {
  const { status } = await iam('GetRole', { RoleName: roleName })
  assert.ok(status === 200 || status === 404, String(status))
  return status === 200
}

/** @returns what became of it */
async function deleteRole(): Promise<string> {
  const { text } = await iam('DeleteServiceLinkedRole', { RoleName: roleName })
  const [, DeletionTaskId = ''] = /<DeletionTaskId>([^<]+)</.exec(text) ?? []
  const told = await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
  return /<Status>(\w+)</.exec(told.text)?.[1] ?? told.text
}

async function addChannel(profilingGroupName: string): Promise<void> {
  const channels = [{ uri: topic('findings'), eventPublishers: ['AnomalyDetection'] }]
  const labels = { profilingGroupName }
  const answer = await server.signed(callOf('AddNotificationChannels', '', { labels, body: { channels } }))
  assert.equal(answer.status, 200, answer.text)
}

async function removeChannel(profilingGroupName: string): Promise<void> {
  const labels = { profilingGroupName }
  const { text } = await server.signed(callOf('GetNotificationConfiguration', '', { labels }))
  const channelId = JSON.parse(text).notificationConfiguration.channels[0].id
  const answer = await server.signed(
    callOf('RemoveNotificationChannel', '', { labels: { ...labels, channelId } }),
  )
  assert.equal(answer.status, 200, answer.text)
}

test('it comes with the first channel, and cannot be deleted while any group has one', async () => {
  assert.equal(await hasRole(), false)
  await addChannel('orders')
  await addChannel('payments')
  assert.equal(await hasRole(), true)
  assert.equal(await deleteRole(), 'FAILED')
  await removeChannel('orders')
  assert.equal(await deleteRole(), 'FAILED')
  assert.equal(await hasRole(), true)
  await removeChannel('payments')
  assert.equal(await deleteRole(), 'SUCCEEDED')
  assert.equal(await hasRole(), false)
})

test('with a group go its channels: the role can be deleted then', async () => {
  await addChannel('orders')
  assert.equal((await server.signed(callOf('DeleteProfilingGroup', ''))).status, 204)
  assert.equal(await deleteRole(), 'SUCCEEDED')
})

test('only its own call deletes it', async () => {
  await addChannel('orders')
  assert.equal((await iam('DeleteRole', { RoleName: roleName })).status, 400)
  assert.equal(await hasRole(), true)
})

test('a channel that is added while it is being deleted is not left without it', async () => {
  await addChannel('orders')
  await removeChannel('orders')
  const { catalog } = server.test.services
  const { allGroups } = catalog
  let hasCome = false
  // Comes right after it was seen that nothing uses the role.
  const seen: typeof allGroups = async () => {
    const groups = await allGroups()
    const bare = groups.map((group) => ({ ...group, id: `${group.id}-before` }))
    if (hasCome) return groups
    hasCome = true
    await addChannel('payments')
    return bare
  }
  Object.assign(catalog, { allGroups: seen })
  assert.equal(await deleteRole(), 'FAILED')
  assert.equal(await hasRole(), true)
})
