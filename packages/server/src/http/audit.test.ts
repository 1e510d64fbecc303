/** Every call leaves a record: which, and what is in it. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { mfaArn } from '../iam/arns.ts'
import { put } from '../iam/changes.ts'
import { totpCode } from '../iam/testing/totp-code.ts'
import { createGroup } from '../operations/testing/test-services.ts'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
})
afterEach(() => server.close())

const orders = '/profilingGroups/orders'
const json = { 'content-type': 'application/json' }
const profile = body({ children: { main: { counts: { RUNNABLE: 3 } } } }, noon + minute)

async function texts(): Promise<string[]> {
  return (await server.test.catalog.recordsAfter(0, 1000)).map(({ record }) => record)
}

async function records() {
  return (await texts()).map((text) => JSON.parse(text))
}

const post = () =>
  server.signed({ method: 'POST', target: `${orders}/agentProfile`, headers: json, body: profile })

test('a read, a change, a failure and a denial have one record each', async () => {
  const guest = await server.addUser('guest')
  await server.signed({ target: orders })
  await server.signed({
    method: 'PUT',
    target: orders,
    headers: json,
    body: '{"agentOrchestrationConfig":{"profilingEnabled":false}}',
  })
  await server.signed({ target: '/profilingGroups/no-such' })
  await server.signed({ target: orders }, { key: guest })
  const all = await records()
  assert.deepEqual(
    all.map(({ eventName, errorCode, readOnly }) => [eventName, errorCode, readOnly]),
    [
      ['DescribeProfilingGroup', undefined, true],
      ['UpdateProfilingGroup', undefined, false],
      ['DescribeProfilingGroup', 'ResourceNotFoundException', true],
      ['DescribeProfilingGroup', 'AccessDeniedException', true],
    ],
  )
  const [read, change, , denied] = all
  assert.equal(read.userIdentity.userName, 'wick-admin')
  assert.equal(read.userIdentity.accessKeyId, server.key.accessKeyId)
  assert.deepEqual([read.eventSource, read.sourceIPAddress], ['codeguru-profiler.amazonaws.com', '127.0.0.1'])
  assert.deepEqual(change.requestParameters, {
    profilingGroupName: 'orders',
    agentOrchestrationConfig: { profilingEnabled: false },
  })
  assert.equal(change.resources[0].type, 'AWS::CodeGuruProfiler::ProfilingGroup')
  assert.equal(denied.userIdentity.userName, 'guest')
})

test('a change whose record cannot be written is not made', async () => {
  server.test.database.exec(
    "CREATE TRIGGER no_records BEFORE INSERT ON audit_records BEGIN SELECT raise(ABORT, 'disk I/O error'); END",
  )
  const answer = await server.signed({ method: 'DELETE', target: orders })
  assert.equal(answer.status, 503)
  assert.notEqual(
    await server.test.catalog.findGroup({ accountId: '000000000000', region: 'us-east-1' }, 'orders'),
    null,
  )
})

test('what cannot be recorded is not answered', async () => {
  server.test.database.exec(
    "CREATE TRIGGER no_records BEFORE INSERT ON audit_records BEGIN SELECT raise(ABORT, 'no'); END",
  )
  assert.equal((await server.signed({ target: orders })).status, 503)
  assert.equal((await server.send({ target: orders })).status, 503)
  server.test.database.exec('DROP TRIGGER no_records')
  assert.equal((await server.signed({ target: orders })).status, 200)
})

test('on a full disk reads are answered, changes are not, and what is owed is recorded once there is room', async () => {
  server.test.database.exec(
    "CREATE TRIGGER no_records BEFORE INSERT ON audit_records BEGIN SELECT raise(ABORT, 'database or disk is full'); END",
  )
  assert.equal((await server.signed({ target: orders })).status, 200)
  assert.equal((await server.signed({ method: 'DELETE', target: orders })).status, 503)
  server.test.database.exec('DROP TRIGGER no_records')
  await server.trail.flush(server.test.now)
  assert.deepEqual(
    (await records()).map(({ eventName }) => eventName),
    ['DescribeProfilingGroup'],
  )
})

test('allowed calls of agents are counted by the minute; refused ones are recorded each', async () => {
  for (let i = 0; i < 3; i++) assert.equal((await post()).status, 204)
  await server.signed({ method: 'POST', target: `${orders}/configureAgent`, headers: json, body: '{}' })
  await server.signed({ method: 'POST', target: `${orders}/agentProfile`, headers: json, body: 'no profile' })
  assert.deepEqual(
    (await records()).map(({ eventName, errorCode }) => [eventName, errorCode]),
    [['PostAgentProfile', 'ValidationException']],
  )
  await server.trail.flush(server.test.now)
  assert.equal((await records()).length, 1, 'the minute is not over')
  await server.trail.flush(server.test.now + minute)
  const counted = (await records()).slice(1)
  assert.deepEqual(
    counted.map(({ eventName, additionalEventData }) => [eventName, additionalEventData.count]).sort(),
    [
      ['ConfigureAgent', 1],
      ['PostAgentProfile', 3],
    ],
  )
  assert.deepEqual(counted[0].requestParameters, { profilingGroupName: 'orders' })
  assert.equal(counted[0].eventCategory, 'Data')
})

test('each call of an agent is recorded where that is asked for, without its profile', async () => {
  await server.close()
  server = await startTestServer({ isEachRecorded: true })
  await createGroup(server.test)
  for (let i = 0; i < 2; i++) await post()
  assert.equal((await records()).length, 2)
  assert.ok(!(await texts()).join('').includes('main'))
})

test('strangers: the first of a kind at once, the rest counted', async () => {
  const wrong = { ...server.key, secretAccessKey: 'x'.repeat(40) }
  for (let i = 0; i < 3; i++)
    assert.equal((await server.signed({ target: orders }, { key: wrong })).status, 403)
  await server.signed({ target: orders }, { key: { ...wrong, accessKeyId: 'AKIAUNKNOWN000000000' } })
  const first = await records()
  assert.deepEqual(
    first.map(({ errorCode, userIdentity }) => [errorCode, userIdentity.type, userIdentity.accessKeyId]),
    [
      ['InvalidSignatureException', 'Unknown', server.key.accessKeyId],
      ['UnrecognizedClientException', 'Unknown', undefined],
    ],
  )
  await server.trail.flush(server.test.now + minute)
  const [counted] = (await records()).slice(2)
  assert.deepEqual([counted.errorCode, counted.additionalEventData.count], ['InvalidSignatureException', 2])
})

test('strangers without end are few records', async () => {
  for (let i = 0; i < 300; i++) await server.send({ target: `/profilingGroups/g${i}`, method: 'GET' })
  await server.send({ target: '/no/such/thing' })
  await server.trail.flush(server.test.now + minute)
  assert.ok((await records()).length <= 4, String((await records()).length))
})

test('signing in to the console is recorded, well or not', async () => {
  const headers = { ...json, 'x-wick-console': '1' }
  const ticket = await server.access.createTicket(server.administrator, server.test.now)
  const target = '/v1/console/session'
  for (const given of [ticket, ticket]) {
    await server.send({ method: 'POST', target, headers, body: JSON.stringify({ ticket: given }) })
  }
  const all = await records()
  assert.deepEqual(
    all.map(({ eventName, eventType, responseElements }) => [eventName, eventType, responseElements]),
    [
      ['ConsoleLogin', 'AwsConsoleSignIn', { ConsoleLogin: 'Success' }],
      ['ConsoleLogin', 'AwsConsoleSignIn', { ConsoleLogin: 'Failure' }],
    ],
  )
  assert.deepEqual(
    all.map(({ userIdentity }) => userIdentity.type),
    ['IAMUser', 'Unknown'],
  )
  assert.ok(!(await texts()).join('').includes(ticket))
})

test('threat 13: nothing in a request breaks a line, a terminal or a reader of the trail', async () => {
  const hostile = ['\r\n', '\u001b[31m', '"}\n{"', '\u0000', '\u202e', '\u2028', '\ud800', '</script>']
  for (const text of hostile) {
    await server.signed({
      ...{ method: 'POST', target: `/profilingGroups?clientToken=${encodeURIComponent('t')}`, headers: json },
      body: JSON.stringify({ profilingGroupName: text, tags: { [text]: text } }),
    })
    await server.signed({ target: orders, headers: { 'user-agent': 'a\u00e9\u009b31m "}' } })
  }
  const lines = await texts()
  assert.equal(lines.length, 2 * hostile.length)
  for (const line of lines) {
    assert.match(line, /^[\x20-\x7e]*$/)
    assert.equal(typeof JSON.parse(line).eventID, 'string')
  }
})

test('a public page has no record', async () => {
  await server.send({ target: '/healthz' })
  await server.send({ target: '/console/no-such' })
  assert.deepEqual(await records(), [])
})

/** A second factor of the administrator. @returns ARN and the code of now */
async function addPhone(): Promise<{ readonly SerialNumber: string; readonly TokenCode: string }> {
  const { accounts } = server.test.services
  const accountId = '000000000000'
  const { id } = accounts.find(accountId)!.users.get('wick-admin')!
  const now = server.test.now
  const path = '/'
  const phone = { name: 'phone', path, createdAt: now, userId: id, enabledAt: now, lastStep: 0, drift: 0 }
  const seed = Buffer.from('12345678901234567890')
  await accounts.change(accountId, () => ({ changes: [put('mfa-device', phone, seed)], output: null }))
  const TokenCode = totpCode(seed, Math.floor(now / 30_000))
  return { SerialNumber: mfaArn(accountId, phone), TokenCode }
}

const sessionToken = async (code: Readonly<Record<string, string>>) =>
  server.signed(
    {
      ...{ method: 'POST', target: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      body: new URLSearchParams({ Action: 'GetSessionToken', Version: '2011-06-15', ...code }).toString(),
    },
    { service: 'sts' },
  )

test('a code that GetSessionToken spends and the record of it are one', async () => {
  const code = await addPhone()
  const noRecords =
    "CREATE TRIGGER no_records BEFORE INSERT ON audit_records BEGIN SELECT raise(ABORT, 'disk I/O error'); END"
  server.test.database.exec(noRecords)
  assert.notEqual((await sessionToken(code)).status, 200)
  server.test.database.exec('DROP TRIGGER no_records')
  assert.equal((await sessionToken(code)).status, 200, 'it was not spent')
  const [record, ...others] = await records()
  assert.deepEqual(others, [])
  assert.match(record.additionalEventData.changes.put[0], /^mfa-device /)
})

test('the key that sessions are sealed under is made in one transaction with the record of the call', async () => {
  server.test.database.exec(
    "CREATE TRIGGER no_records BEFORE INSERT ON audit_records BEGIN SELECT raise(ABORT, 'disk I/O error'); END",
  )
  const keys = () => server.test.services.accounts.find('000000000000')!.sessionKeys.size
  assert.notEqual((await sessionToken({})).status, 200)
  assert.equal(keys(), 0)
  server.test.database.exec('DROP TRIGGER no_records')
  assert.equal((await sessionToken({})).status, 200)
  assert.equal(keys(), 1)
  const [record, ...others] = await records()
  assert.deepEqual(others, [])
  assert.match(record.additionalEventData.changes.put[0], /^session-key /)
})

test('a call that fails behind its first change has a record of both, and the second says so', async () => {
  const code = await addPhone()
  server.test.database.exec(
    "CREATE TRIGGER no_keys BEFORE INSERT ON identities WHEN new.kind = 'session-key' BEGIN SELECT raise(ABORT, 'no'); END",
  )
  assert.equal((await sessionToken(code)).status, 500)
  const [change, failure, ...others] = await records()
  assert.deepEqual(others, [])
  assert.equal(change.requestID, failure.requestID)
  assert.deepEqual([change.errorCode, failure.errorCode], [undefined, 'InternalServerException'])
  assert.deepEqual(failure.additionalEventData, { afterChange: true })
})

test('the trail as a whole is for the first account alone, and following it is counted by the minute', async () => {
  const guest = await server.addUser('guest')
  const routes = [
    ['GET', '/v1/audit/records?after=0'],
    ['GET', '/v1/audit/chain'],
    ['POST', '/v1/audit/digests'],
    ['POST', '/v1/audit/rotate-key'],
  ] as const
  for (const [method, target] of routes) {
    assert.equal((await server.signed({ method, target }, { key: guest })).status, 403, target)
    assert.equal((await server.send({ method, target })).status, 403, target)
  }
  const before = (await records()).length
  for (let i = 0; i < 5; i++) {
    const { status, text } = await server.signed({ target: `/v1/audit/records?after=${before - 1}` })
    assert.equal(status, 200)
    assert.deepEqual(
      JSON.parse(text).records.map(({ sequence }: { sequence: number }) => sequence),
      [before],
    )
  }
  assert.equal((await server.signed({ target: '/v1/audit/records?after=x' })).status, 400)
  await server.trail.flush(server.test.now + minute)
  const [, counted] = (await records()).slice(before)
  assert.deepEqual([counted.eventName, counted.additionalEventData.count], ['GetAuditRecords', 5])
})

test('a digest that is asked for covers what there is; a new key signs the next', async () => {
  await server.signed({ target: orders })
  const digest = JSON.parse((await server.signed({ method: 'POST', target: '/v1/audit/digests' })).text)
  assert.deepEqual([digest.number, digest.last.sequence], [2, 1])
  const rotated = JSON.parse((await server.signed({ method: 'POST', target: '/v1/audit/rotate-key' })).text)
  assert.equal(rotated.publicKeys.length, 2)
  const chain = JSON.parse((await server.signed({ target: '/v1/audit/chain' })).text)
  assert.deepEqual(chain.publicKeys, rotated.publicKeys)
  assert.deepEqual(
    chain.digests.map(({ number }: { number: number }) => number),
    [1, 2, 3],
  )
})
