/** IAM on the endpoint: who may call it, and what the changes mean for the calls that follow. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { totpCode } from '../iam/testing/totp-code.ts'
import { openAccounts } from '../identity/accounts.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import { type AccessKey, type Received, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

const accountId = '000000000000'

function iam(action: string, parameters: Record<string, string> = {}, key?: AccessKey): Promise<Received> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const call = { method: 'POST', target: '/', headers, body }
  return server.signed(call, { service: 'iam', region: 'us-east-1', ...(key !== undefined && { key }) })
}
const told = ({ status, text }: Received): string =>
  `${status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ''}`.trim()
const text = (received: Received, element: string): string =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(received.text)![1]!

async function userWithKey(name: string): Promise<AccessKey> {
  assert.equal(told(await iam('CreateUser', { UserName: name })), '200')
  const made = await iam('CreateAccessKey', { UserName: name })
  return { accessKeyId: text(made, 'AccessKeyId'), secretAccessKey: text(made, 'SecretAccessKey') }
}
const allow = (Action: string, Resource = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] })

test('a new user may do nothing, then what a policy says, at once', async () => {
  const key = await userWithKey('ann')
  const groups = (): Promise<Received> => server.signed({ target: '/profilingGroups' }, { key })
  assert.equal((await groups()).status, 403)
  const policy = {
    UserName: 'ann',
    PolicyName: 'p',
    PolicyDocument: allow('codeguru-profiler:ListProfilingGroups'),
  }
  assert.equal(told(await iam('PutUserPolicy', policy)), '200')
  assert.equal((await groups()).status, 200)
  await iam('DeleteUserPolicy', { UserName: 'ann', PolicyName: 'p' })
  assert.equal((await groups()).status, 403)
})

test('threat 5: a key that is switched off or deleted is refused from then on', async () => {
  const key = await userWithKey('ann')
  const { accessKeyId: AccessKeyId } = key
  const whoAmI = async (): Promise<string> => told(await iam('GetUser', {}, key))
  assert.equal(await whoAmI(), '403 AccessDenied')
  await iam('UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Inactive' })
  assert.equal(await whoAmI(), '403 InvalidClientTokenId')
  await iam('UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Active' })
  assert.equal(await whoAmI(), '403 AccessDenied')
  await iam('DeleteAccessKey', { UserName: 'ann', AccessKeyId })
  assert.equal(await whoAmI(), '403 InvalidClientTokenId')
})

test('IAM itself is governed by policies: on whom, and under which conditions', async () => {
  const key = await userWithKey('ann')
  await iam('CreateUser', { UserName: 'bob', Path: '/agents/' })
  const denied = await iam('GetUser', { UserName: 'bob' }, key)
  assert.equal(told(denied), '403 AccessDenied')
  assert.match(
    text(denied, 'Message'),
    new RegExp(
      `^User: arn:aws:iam::${accountId}:user/ann is not authorized to perform: iam:GetUser on resource: arn:aws:iam::${accountId}:user/agents/bob because no identity-based policy allows the iam:GetUser action$`,
    ),
  )
  const document = allow('iam:GetUser', `arn:aws:iam::${accountId}:user/agents/*`)
  await iam('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: document })
  assert.equal(told(await iam('GetUser', { UserName: 'bob' }, key)), '200')
  assert.equal(told(await iam('GetUser', { UserName: 'wick-admin' }, key)), '403 AccessDenied')
  const attachAgents = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'iam:AttachUserPolicy',
      Resource: '*',
      Condition: {
        ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerAgentAccess' },
      },
    },
  })
  await iam('PutUserPolicy', { UserName: 'ann', PolicyName: 'q', PolicyDocument: attachAgents })
  const attach = async (name: string): Promise<string> =>
    told(
      await iam('AttachUserPolicy', { UserName: 'bob', PolicyArn: `arn:aws:iam::aws:policy/${name}` }, key),
    )
  assert.equal(await attach('AmazonCodeGuruProfilerAgentAccess'), '200')
  assert.equal(await attach('AdministratorAccess'), '403 AccessDenied')
})

test('who may not ask is not told whether there is such a user', async () => {
  const key = await userWithKey('ann')
  assert.equal(told(await iam('GetUser', { UserName: 'nobody' }, key)), '403 AccessDenied')
  assert.equal(told(await iam('GetUser', { UserName: 'nobody' })), '404 NoSuchEntity')
})

test('accounts know nothing of each other', async () => {
  const policy = `arn:aws:iam::999999999999:policy/p`
  assert.equal(told(await iam('GetPolicy', { PolicyArn: policy })), '404 NoSuchEntity')
  assert.equal(
    told(
      await iam('SimulatePrincipalPolicy', {
        PolicySourceArn: 'arn:aws:iam::999999999999:user/wick-admin',
        'ActionNames.member.1': 'a:B',
      }),
    ),
    '404 NoSuchEntity',
  )
})

test('a MFA device is enabled with the codes of the seed that was told', async () => {
  const made = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' })
  const base32 = Buffer.from(text(made, 'Base32StringSeed'), 'base64').toString()
  const bits = [...base32].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const seed = Uint8Array.from(bits.join('').match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2))
  const step = Math.floor(server.test.now / 30_000)
  const enable = (AuthenticationCode1: string, AuthenticationCode2: string): Promise<Received> =>
    iam('EnableMFADevice', {
      UserName: 'wick-admin',
      SerialNumber: text(made, 'SerialNumber'),
      AuthenticationCode1,
      AuthenticationCode2,
    })
  assert.equal(told(await enable('000000', '000000')), '403 InvalidAuthenticationCode')
  assert.equal(told(await enable(totpCode(seed, step - 1), totpCode(seed, step))), '200')
})

test('the service-linked role comes with the first notification channel, and stays while there is one', async () => {
  const RoleName = 'AWSServiceRoleForCodeGuruProfiler'
  await createGroup(server.test)
  assert.equal(told(await iam('GetRole', { RoleName })), '404 NoSuchEntity')
  const channel = { uri: `arn:aws:sns:us-east-1:${accountId}:topic`, eventPublishers: ['AnomalyDetection'] }
  const added = await server.signed({
    method: 'POST',
    target: '/profilingGroups/orders/notificationConfiguration',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channels: [channel] }),
  })
  assert.equal(added.status, 200, added.text)
  assert.equal(told(await iam('GetRole', { RoleName })), '200')
  const status = async (): Promise<string> => {
    const DeletionTaskId = text(await iam('DeleteServiceLinkedRole', { RoleName }), 'DeletionTaskId')
    const answer = await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
    return `${text(answer, 'Status')} ${answer.text.includes(':profilingGroup/orders') ? 'orders' : ''}`.trim()
  }
  assert.equal(await status(), 'FAILED orders')
  const { id } = JSON.parse(added.text).notificationConfiguration.channels[0]
  await server.signed({ method: 'DELETE', target: `/profilingGroups/orders/notificationConfiguration/${id}` })
  assert.equal(await status(), 'SUCCEEDED')
})

test('what is changed is still there after a restart', async () => {
  const key = await userWithKey('ann')
  const again = await openAccounts(server.test.services.catalog, server.test.services.sealer)
  const user = again.find(accountId)!.users.get('ann')!
  assert.equal(again.findAccessKey(key.accessKeyId)!.user.id, user.id)
  assert.equal(
    Buffer.from(again.secret('access-key', accountId, key.accessKeyId)).toString(),
    key.secretAccessKey,
  )
})

test('changes made at once all count', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, i) => iam('CreateUser', { UserName: `u${i}` })),
  )
  assert.deepEqual(new Set(made.map(told)), new Set(['200']))
  const listed = await iam('ListUsers', { MaxItems: '1000' })
  assert.equal(listed.text.match(/<member>/g)!.length, 21)
  const same = await Promise.all(Array.from({ length: 5 }, () => iam('CreateUser', { UserName: 'one' })))
  assert.deepEqual(same.map(told).toSorted(), ['200', ...Array(4).fill('409 EntityAlreadyExists')])
})
