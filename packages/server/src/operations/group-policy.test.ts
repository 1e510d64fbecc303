import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { PolicyOutput } from '@wick/wire'
import { type Change, put as putEntity, remove, rename } from '../iam/changes.ts'
import { testUser } from '../iam/testing/identities.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { describeProfilingGroup } from './describe-profiling-group.ts'
import { getPolicy } from './get-policy.ts'
import { putPermission } from './put-permission.ts'
import { removePermission } from './remove-permission.ts'
import { apiError, createGroup, type TestServices, testServices } from './testing/test-services.ts'

/** A group's resource policy, from the first PutPermission to the last RemovePermission. */

const orders = { profilingGroupName: 'orders' }
const alice = 'arn:aws:iam::000000000000:user/alice'
const role = 'arn:aws:iam::111111111111:role/agent'
const uuid = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/
const madeUp = '00000000-0000-0000-0000-000000000000'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

function put(revisionId: string | null, ...principals: string[]): Promise<PolicyOutput> {
  return putPermission(services.context(), { ...orders, principals, revisionId })
}

function removeAll(revisionId: string): Promise<PolicyOutput> {
  return removePermission(services.context(), { ...orders, revisionId })
}

const get = () => getPolicy(services.context(), orders)

function principalsOf({ policy }: PolicyOutput): unknown {
  return JSON.parse(policy).Statement[0].Principal.AWS
}

test('a group without a policy answers with nothing, as CloudFormation reads it', async () => {
  assert.deepEqual(await get(), {})
})

test('what was put is got: the principals, both agent actions, this group, and a revision', async () => {
  const made = await put(null, alice, role)
  assert.match(made.revisionId, uuid)
  assert.deepEqual(await get(), made)
  assert.deepEqual(JSON.parse(made.policy), {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'agentPermissions-statement',
        Effect: 'Allow',
        Principal: { AWS: [alice, role] },
        Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
        Resource: 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders',
      },
    ],
  })
})

test('a change replaces the principals and makes another revision', async () => {
  const first = await put(null, alice)
  const second = await put(first.revisionId, role)
  assert.equal(principalsOf(second), role)
  assert.notEqual(second.revisionId, first.revisionId)
  assert.deepEqual(await get(), second)
})

test('a change that does not say what it replaces is invalid, one that replaces another revision a conflict', async () => {
  const first = await put(null, alice)
  await assert.rejects(put(null, role), apiError('ValidationException', /revisionId/))
  await assert.rejects(put(madeUp, role), apiError('ConflictException', /'orders'.*another revision/))
  const second = await put(first.revisionId, role)
  await assert.rejects(put(first.revisionId, alice), apiError('ConflictException'))
  assert.deepEqual(await get(), second)
})

test('a revision of a policy that never was is a conflict', async () => {
  await assert.rejects(put(madeUp, alice), apiError('ConflictException'))
  assert.deepEqual(await get(), {})
})

test('once removed, a policy is as if it had never been: the next may name the last revision or none', async () => {
  const first = await put(null, alice)
  const removed = await removeAll(first.revisionId)
  assert.deepEqual(JSON.parse(removed.policy).Statement, [])
  assert.match(removed.revisionId, uuid)
  assert.deepEqual(await get(), {})
  const second = await put(null, role)
  const last = await removeAll(second.revisionId)
  assert.equal(principalsOf(await put(last.revisionId, alice)), alice)
})

test('a removal of another revision is a conflict, of a policy that never was, not found', async () => {
  await assert.rejects(removeAll(madeUp), apiError('ResourceNotFoundException', /no policy/))
  const { revisionId } = await put(null, alice)
  await assert.rejects(removeAll(madeUp), apiError('ConflictException'))
  await removeAll(revisionId)
  await assert.rejects(removeAll(revisionId), apiError('ConflictException'))
})

test('a hundred calls leave what one leaves', async () => {
  const { revisionId } = await put(null, alice)
  const changes = await Promise.allSettled(Array.from({ length: 100 }, () => put(revisionId, role)))
  assert.equal(changes.filter(({ status }) => status === 'fulfilled').length, 1)
  const second = (await get()) as PolicyOutput
  assert.equal(principalsOf(second), role)
  const removals = await Promise.allSettled(Array.from({ length: 100 }, () => removeAll(second.revisionId)))
  assert.equal(removals.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.deepEqual(await get(), {})
})

test('of a group that does not exist every operation says so', async () => {
  await put(null, alice)
  await deleteProfilingGroup(services.context(), orders)
  const missing = apiError('ResourceNotFoundException', /'orders' does not exist/)
  await assert.rejects(put(null, alice), missing)
  await assert.rejects(get(), missing)
  await assert.rejects(removeAll(madeUp), missing)
})

test('a group made again under the same name has no policy', async () => {
  await put(null, alice)
  await deleteProfilingGroup(services.context(), orders)
  await createGroup(services)
  assert.deepEqual(await get(), {})
})

test('a principal is kept by its id: renamed it stays, made again under the same name it does not', async () => {
  const accountId = services.config.accountId
  const change = (changes: readonly Change[]) =>
    services.services.accounts.change(accountId, () => ({ changes, output: null }))
  const user = testUser('alice')
  await change([putEntity('user', user)])
  await put(null, alice, role)
  const shown = async () => principalsOf((await get()) as PolicyOutput)
  assert.deepEqual(await shown(), [alice, role])

  await change(rename('user', user, { ...user, path: '/team/' }))
  assert.deepEqual(await shown(), [alice.replace('alice', 'team/alice'), role])

  await change([remove('user', user), putEntity('user', testUser('alice'))])
  assert.deepEqual(await shown(), [user.id, role], 'nobody has that id any more')
})

test('a policy is no change of the group itself', async () => {
  const before = await describeProfilingGroup(services.context(), orders)
  services.now += 1000
  await put(null, alice)
  assert.deepEqual(await describeProfilingGroup(services.context(), orders), before)
})
