/** Too many calls of one caller are refused before anything is done for them, and cost nobody else anything. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { put } from '../iam/changes.ts'
import { testRole } from '../iam/testing/identities.ts'
import { administratorAccess } from '../identity/administrator.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import {
  type AccessKey,
  type Call,
  errorIn,
  type Received,
  signedHeaders,
  startTestServer,
  type TestServer,
} from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer({ config: { agentCallsPerSecond: 1, callsPerSecond: 1 } })
  await createGroup(server.test)
})
afterEach(() => server.close())

const accountId = '000000000000'
const burst = 10
const describeGroup: Call = { target: '/profilingGroups/orders' }
const configure: Call = { method: 'POST', target: '/profilingGroups/orders/configureAgent', body: '{}' }

async function times(count: number, call: () => Promise<Received>): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push((await call()).status)
  return statuses
}

async function refused(): Promise<string | undefined> {
  const { text } = await server.send({ target: '/metrics' })
  return /^wick_refused_total\{what="calls"\} (\d+)$/m.exec(text)?.[1]
}

test('after the burst a call is answered 429, with the time to wait, in both carriers, and counted', async () => {
  assert.deepEqual(await times(burst, () => server.signed(describeGroup)), Array(burst).fill(200))
  const answer = await server.signed(describeGroup)
  assert.equal(answer.status, 429)
  assert.equal(errorIn(answer), 'ThrottlingException')
  assert.equal(answer.headers['retry-after'], '1')
  assert.equal(await refused(), '1')
  server.test.now += 1000
  assert.deepEqual(await times(2, () => server.signed(describeGroup)), [200, 429])
})

test('agents go on while the rest of their identity is throttled, and the other way round', async () => {
  await times(burst + 1, () => server.signed(describeGroup))
  assert.deepEqual(await times(burst, () => server.signed(configure)), Array(burst).fill(200))
  assert.equal((await server.signed(configure)).status, 429)
})

test('another caller is not throttled', async () => {
  await times(burst + 1, () => server.signed(describeGroup))
  const key = await server.addUser('second', administratorAccess)
  assert.equal((await server.signed(describeGroup, { key })).status, 200)
})

test('threat 16: ten times too many calls of one caller leave another one all of theirs', async () => {
  const key = await server.addUser('noisy', administratorAccess)
  const noisy: number[] = []
  const honest: number[] = []
  for (let second = 0; second < 30; second++) {
    server.test.now += 1000
    noisy.push(...(await times(10, () => server.signed(describeGroup, { key }))))
    honest.push(...(await times(1, () => server.signed(describeGroup))))
  }
  assert.deepEqual(honest, Array(30).fill(200))
  assert.equal(noisy.filter((status) => status === 200).length, burst + 29)
  assert.equal(noisy.filter((status) => status === 429).length, 300 - burst - 29)
})

test('who only says to be somebody uses up nothing of theirs', async () => {
  const key: AccessKey = { ...server.key, secretAccessKey: 'guessed' }
  assert.deepEqual(await times(3 * burst, () => server.signed(describeGroup, { key })), Array(30).fill(403))
  assert.deepEqual(await times(burst, () => server.signed(describeGroup)), Array(burst).fill(200))
})

test('a session is throttled with its user', async () => {
  await times(burst + 1, () => server.signed(describeGroup))
  const { cookie } = await server.signIn()
  const headers = { cookie: `wick-session=${cookie}`, 'x-wick-console': '1' }
  assert.equal((await server.send({ ...describeGroup, headers })).status, 429)
})

test('a call that is refused anyway counts all the same', async () => {
  await times(burst, () => server.signed({ target: '/no/such/path' }))
  assert.equal((await server.signed({ target: '/no/such/path' })).status, 429)
})

test('a throttled call does nothing, and its body is not waited for', async () => {
  await times(burst, () => server.signed(configure))
  const call: Call = {
    method: 'POST',
    target: '/profilingGroups/orders/agentProfile',
    headers: { 'content-type': 'application/json', 'content-length': '1000000' },
  }
  const headers = signedHeaders(server.url, call, { key: server.key, at: server.test.now })
  const { request, received } = server.open({ ...call, headers })
  request.write('{')
  assert.equal((await received).status, 429)
  request.destroy()
  const { text } = await server.signed(describeGroup)
  assert.equal(JSON.parse(text).profilingStatus.latestAgentProfileReportedAt, undefined)
})

test('hosts that share a role do not use up each other’s calls: each session has its own', async () => {
  const { accounts } = server.test.services
  const inlinePolicies = { p: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}' }
  const role = testRole('agents', { inlinePolicies })
  await accounts.change(accountId, () => ({ changes: [put('role', role)], output: null }))
  const session = async (sessionName: string): Promise<AccessKey> =>
    server.test.services.sessions.issue({
      subject: { kind: 'role', accountId, roleId: role.id, sessionName },
      session: {
        ...{ issuedAt: server.test.now, expiresAt: server.test.now + 3_600_000, mfaAt: null },
        ...{ policies: null, policyArns: [], tags: {}, transitiveTagKeys: [] },
        ...{ sourceIdentity: null, federatedProvider: null },
      },
    })
  const [noisy, quiet] = [await session('noisy'), await session('quiet')]
  assert.equal((await times(burst + 1, () => server.signed(configure, { key: noisy }))).at(-1), 429)
  assert.equal((await server.signed(configure, { key: quiet })).status, 200)
  assert.equal((await server.signed(configure, { key: await session('noisy') })).status, 429)
})
