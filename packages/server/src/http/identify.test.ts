import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { sign } from '@wick/wire/sigv4'
import { put, remove } from '../iam/changes.ts'
import { testUser } from '../iam/testing/identities.ts'
import { administratorAccess } from '../identity/administrator.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import type { TemporaryCredentials } from '../sts/session-token.ts'
import { testGrant } from '../sts/testing/grants.ts'
import { errorIn, signedHeaders, startTestServer, type TestServer } from './testing/test-server.ts'

const minute = 60_000
const groups = { target: '/profilingGroups' }

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

test('a request signed with an active key is accepted', async () => {
  assert.equal((await server.signed(groups)).status, 200)
})

test('without signature or session the token is missing', async () => {
  const answer = await server.send(groups)
  assert.deepEqual([answer.status, errorIn(answer)], [403, 'MissingAuthenticationTokenException'])
})

test('a wrong secret, another path, query, header or body than was signed is refused', async () => {
  const put = {
    method: 'PUT',
    target: '/profilingGroups/orders',
    headers: { 'content-type': 'application/json' },
  }
  const headers = signedHeaders(server.url, { ...put, body: '{}' }, { key: server.key, at: server.test.now })
  const changed = [
    { ...put, headers, body: '{ }' },
    { ...put, headers, body: '' },
    { ...put, target: `${put.target}?a=b`, headers, body: '{}' },
    { ...put, target: '/profilingGroups/order', headers, body: '{}' },
    { ...put, method: 'POST', headers, body: '{}' },
    { ...put, headers: { ...headers, 'content-type': 'text/plain' }, body: '{}' },
    { ...put, headers: { ...headers, host: 'elsewhere' }, body: '{}' },
  ]
  for (const call of changed)
    assert.equal(errorIn(await server.send(call)), 'InvalidSignatureException', JSON.stringify(call))
  assert.equal(errorIn(await server.send({ ...put, headers, body: '{}' })), 'ValidationException')
  const key = { ...server.key, secretAccessKey: `${server.key.secretAccessKey.slice(0, -1)}_` }
  assert.equal(errorIn(await server.signed(groups, { key })), 'InvalidSignatureException')
})

test('an unknown key and an inactive one are refused alike', async () => {
  const unknown = await server.signed(groups, { key: { ...server.key, accessKeyId: 'AKIAUNKNOWNUNKNOWN22' } })
  assert.equal(errorIn(unknown), 'UnrecognizedClientException')
  await deactivate()
  const inactive = await server.signed(groups)
  assert.deepEqual([inactive.status, inactive.text], [unknown.status, unknown.text])
})

test('a key made inactive is refused at once', async () => {
  assert.equal((await server.signed(groups)).status, 200)
  await deactivate()
  assert.equal(errorIn(await server.signed(groups)), 'UnrecognizedClientException')
})

test('a key signs no more once its user is gone, also not for another of that name', async () => {
  const { key, test } = server
  await test.services.accounts.change(test.config.accountId, ({ users }) => ({
    changes: [
      remove('user', users.get('wick-admin')!),
      put('user', testUser('wick-admin', { attachedPolicies: [administratorAccess] })),
    ],
    output: null,
  }))
  assert.equal(errorIn(await server.signed(groups, { key })), 'UnrecognizedClientException')
})

/** Temporary credentials of the administrator, from now on for an hour. */
function session(): Promise<TemporaryCredentials> {
  const { test, administrator } = server
  const { now } = test
  return test.services.sessions.issue(
    testGrant(administrator, { issuedAt: now, expiresAt: now + 60 * minute }),
  )
}

test('temporary credentials are the user, until they end', async () => {
  const key = await session()
  assert.equal((await server.signed(groups, { key })).status, 200)
  server.test.now = key.expiresAt
  const answer = await server.signed(groups, { key })
  assert.deepEqual([answer.status, errorIn(answer)], [403, 'ExpiredTokenException'])
})

test('temporary credentials without their token, or with another, are refused', async () => {
  const [key, other] = [await session(), await session()]
  const { sessionToken: _, ...bare } = key
  for (const wrong of [bare, { ...key, sessionToken: other.sessionToken }, { ...key, sessionToken: '' }])
    assert.equal(errorIn(await server.signed(groups, { key: wrong })), 'UnrecognizedClientException')
  const secretAccessKey = other.secretAccessKey
  assert.equal(
    errorIn(await server.signed(groups, { key: { ...key, secretAccessKey } })),
    'InvalidSignatureException',
  )
})

test('a long-term key must not carry a token, not even a good one', async () => {
  const { sessionToken } = await session()
  const key = { ...server.key, sessionToken }
  assert.equal(errorIn(await server.signed(groups, { key })), 'UnrecognizedClientException')
})

test('a token must be signed with the rest', async () => {
  const { sessionToken, ...key } = await session()
  const headers = signedHeaders(server.url, groups, { key, at: server.test.now })
  const answer = await server.send({
    ...groups,
    headers: { ...headers, 'x-amz-security-token': sessionToken },
  })
  assert.equal(errorIn(answer), 'InvalidSignatureException')
})

test('temporary credentials go on where the key they were asked for with is deactivated, as at AWS', async () => {
  const key = await session()
  await deactivate()
  assert.equal((await server.signed(groups, { key })).status, 200)
})

test('a call that is verified is a use of its key, one that is not is none', async () => {
  const { key, test } = server
  const { lastUses } = test.services
  await server.signed(groups, { key: { ...key, secretAccessKey: 'x' } })
  assert.equal(lastUses.find(key.accessKeyId), null)
  await server.signed(groups)
  const at = test.now - (test.now % minute)
  const { region } = test.config
  assert.deepEqual(lastUses.find(key.accessKeyId), { at, service: 'codeguru-profiler', region })
})

/** The administrator's key. */
async function deactivate(): Promise<void> {
  const { accounts } = server.test.services
  const { account, accessKey } = accounts.findAccessKey(server.key.accessKeyId)!
  const change = put('access-key', { ...accessKey, isActive: false })
  await accounts.change(account.id, () => ({ changes: [change], output: null }))
}

test('a request may be as old and as far ahead as the setting says, and no more', async () => {
  for (const [clockSkewSeconds, skew] of [
    [300, 5 * minute],
    [900, 15 * minute],
  ] as const) {
    await server.close()
    server = await startTestServer({ config: { clockSkewSeconds } })
    const { now } = server.test
    const signedAt = async (at: number): Promise<string | number> => {
      const answer = await server.signed(groups, { at })
      return answer.status === 200
        ? 200
        : `${errorIn(answer)}: ${JSON.parse(answer.text).message.split(':')[0]}`
    }
    assert.equal(await signedAt(now - skew), 200)
    assert.equal(await signedAt(now - skew - 1000), 'InvalidSignatureException: Signature expired')
    assert.equal(await signedAt(now + skew), 200)
    assert.equal(await signedAt(now + skew + 1000), 'InvalidSignatureException: Signature not yet current')
  }
})

test('the configured regions are accepted, each with its own groups; others are refused', async () => {
  await server.close()
  server = await startTestServer({ config: { region: 'eu-west-1', regions: ['eu-west-2'] } })
  await createGroup(server.test)
  const names = async (region: string): Promise<unknown> =>
    JSON.parse((await server.signed(groups, { region })).text).profilingGroupNames
  assert.deepEqual(await names('eu-west-1'), ['orders'])
  assert.deepEqual(await names('eu-west-2'), [])
  for (const region of ['us-east-1', 'eu-west', '*'])
    assert.equal(errorIn(await server.signed(groups, { region })), 'InvalidSignatureException', region)
})

test('a signature for another service is refused', async () => {
  const { key, test: services, url } = server
  const headers = sign({
    ...{ method: 'GET', url: `${url}/profilingGroups`, ...key, region: 'us-east-1' },
    ...{ service: 'execute-api', now: services.now },
  })
  const answer = await server.send({ ...groups, headers })
  assert.equal(errorIn(answer), 'InvalidSignatureException')
  assert.match(answer.text, /scoped to correct service: 'codeguru-profiler'/)
})

test('a key, a date or a scope that cannot be right is refused before the body is read', async () => {
  const inAnHour = server.test.now + 60 * minute
  const call = { method: 'POST', target: '/profilingGroups/orders/agentProfile', body: 'x'.repeat(1000) }
  for (const signing of [
    { at: inAnHour },
    { region: 'mars-1' },
    { key: { ...server.key, accessKeyId: 'AKIAUNKNOWNUNKNOWN22' } },
  ])
    assert.equal((await server.signed(call, signing)).status, 403)
  assert.equal(server.test.budget.peak, 0)
})

test('a signature and a session at once are refused: neither can stand in for the other', async () => {
  const { cookie } = await server.signIn()
  const headers = {
    cookie: `wick-session=${cookie}`,
    'x-wick-console': '1',
    authorization: 'AWS4-HMAC-SHA256 no',
  }
  assert.equal(errorIn(await server.send({ ...groups, headers })), 'IncompleteSignatureException')
  for (const value of [cookie, 'ended']) {
    const signed = await server.signed({ ...groups, headers: { cookie: `wick-session=${value}` } })
    assert.equal(errorIn(signed), 'IncompleteSignatureException')
  }
})
