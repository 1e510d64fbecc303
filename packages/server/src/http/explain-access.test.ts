/** Why somebody may do something, or may not: with the policies that there are. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { put } from '../iam/changes.ts'
import { testUser } from '../iam/testing/identities.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import {
  type AccessKey,
  errorIn,
  type Received,
  startTestServer,
  type TestServer,
} from './testing/test-server.ts'

const accountId = '000000000000'
const ann = `arn:aws:iam::${accountId}:user/ann`
const orders = `arn:aws:codeguru-profiler:us-east-1:${accountId}:profilingGroup/orders`
const viewer = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "codeguru-profiler:GetProfile", "Resource": "${orders}" },
    { "Sid": "inside", "Effect": "Allow", "Action": "codeguru-profiler:DescribeProfilingGroup", "Resource": "*",
      "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }
  ]
}`

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  const user = testUser('ann', { inlinePolicies: { viewer } })
  await server.test.services.accounts.change(accountId, () => ({
    changes: [put('user', user)],
    output: null,
  }))
})
afterEach(() => server.close())

function ask(body: object, key?: AccessKey): Promise<Received> {
  const call = {
    method: 'POST',
    target: '/v1/access/explain',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ principalArn: ann, ...body }),
  }
  return server.signed(call, key === undefined ? {} : { key })
}
async function explain(action: string, resource = orders, context = {}) {
  const { status, text } = await ask({ action: `codeguru-profiler:${action}`, resource, context })
  assert.equal(status, 200, text)
  return JSON.parse(text)
}

test('what is allowed is allowed by a statement, which is named', async () => {
  const { decision, matched, missed } = await explain('GetProfile')
  assert.equal(decision, 'allowed')
  assert.deepEqual(matched, [
    { layer: 'identity', policy: 'user_ann_viewer', sid: null, index: 0, line: 4, effect: 'Allow' },
  ])
  assert.deepEqual(missed, [])
})

test('what is not allowed names the statements that do not match, and what in them', async () => {
  const { decision, layer, message, missed } = await explain('GetProfile', orders.replace('orders', 'other'))
  assert.deepEqual([decision, layer], ['implicitDeny', 'identity'])
  assert.match(
    message,
    /^User: \S+ann is not authorized to perform: codeguru-profiler:GetProfile on resource: \S+other/,
  )
  const told = missed.map(({ line, failed }: { line: number; failed: string }) => `${line} ${failed}`)
  assert.deepEqual(told, ['4 resource', '5 action'])
})

test('the circumstances of the call can be told', async () => {
  assert.equal((await explain('DescribeProfilingGroup')).missed.at(-1).failed, 'condition')
  assert.equal(
    (await explain('DescribeProfilingGroup', orders, { 'AWS:sourceip': '10.1.1.1' })).decision,
    'allowed',
  )
})

test("a group's own policy and tags count", async () => {
  await createGroup(server.test)
  const agent = { actionGroup: 'agentPermissions', principals: [ann] }
  assert.equal((await explain('PostAgentProfile')).decision, 'implicitDeny')
  const put = await server.signed({
    method: 'PUT',
    target: `/profilingGroups/orders/policy/${agent.actionGroup}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ principals: agent.principals }),
  })
  assert.equal(put.status, 200, put.text)
  const { decision, matched } = await explain('PostAgentProfile')
  assert.equal(decision, 'allowed')
  assert.equal(matched[0].layer, 'resource')
})

test('only who may simulate may ask, and before it is told whether there is such a user', async () => {
  const { subject: _, ...key } = await server.addUser('guest')
  for (const principalArn of [ann, `${ann}a`])
    assert.equal(errorIn(await ask({ principalArn, action: 'a:B' }, key)), 'AccessDeniedException')
  const absent = await ask({ principalArn: `${ann}a`, action: 'a:B' })
  assert.deepEqual([absent.status, errorIn(absent)], [404, 'ResourceNotFoundException'])
  assert.equal(errorIn(await ask({ action: '' })), 'ValidationException')
})
