/** The audit trail searched by several properties at once: what the console asks. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createGroup } from '../operations/testing/test-services.ts'
import { errorIn, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
})
afterEach(() => server.close())

interface Found {
  readonly records: readonly { readonly eventName: string; readonly eventID: string }[]
  readonly nextToken?: string
}

const ask = (input: object, signing: object = {}) =>
  server.signed({ method: 'POST', target: '/v1/audit/search', body: JSON.stringify(input) }, signing)

async function search(input: object): Promise<Found> {
  const answer = await ask(input)
  assert.equal(answer.status, 200, answer.text)
  return JSON.parse(answer.text)
}

/** Names of events, without those of searching. */
async function names(input: object): Promise<string[]> {
  const { records } = await search(input)
  return records.map(({ eventName }) => eventName).filter((name) => name !== 'SearchAuditTrail')
}

test('all that is asked for must hold, and parts of names will do', async () => {
  const guest = await server.addUser('guest')
  await server.signed({ target: '/profilingGroups/orders' })
  server.test.now += 1000
  await server.signed({ method: 'DELETE', target: '/profilingGroups/orders' })
  server.test.now += 1000
  const between = new Date(server.test.now).toISOString()
  server.test.now += 1000
  await server.signed({ target: '/profilingGroups/orders' }, { key: guest })
  assert.deepEqual(await names({}), [
    'DescribeProfilingGroup',
    'DeleteProfilingGroup',
    'DescribeProfilingGroup',
  ])
  assert.deepEqual(await names({ user: 'GUES' }), ['DescribeProfilingGroup'])
  assert.deepEqual(await names({ user: 'gues', eventName: 'delete' }), [])
  assert.deepEqual(await names({ eventName: 'delete', resource: 'profilingGroup/ord' }), [
    'DeleteProfilingGroup',
  ])
  assert.deepEqual(await names({ deniedOnly: true }), ['DescribeProfilingGroup'])
  assert.deepEqual(await names({ changesOnly: true }), ['DeleteProfilingGroup'])
  assert.deepEqual(await names({ endTime: between }), ['DeleteProfilingGroup', 'DescribeProfilingGroup'])
  assert.deepEqual(await names({ startTime: between }), ['DescribeProfilingGroup'])
  assert.deepEqual(await names({ accessKeyId: guest.accessKeyId }), ['DescribeProfilingGroup'])
  assert.deepEqual(await names({ accessKeyId: 'AKIA' }), [])
})

test('pages follow each other without a gap, in one question only', async () => {
  for (let i = 0; i < 60; i++) await server.signed({ target: '/profilingGroups/orders' })
  const input = { eventName: 'DescribeProfilingGroup' }
  const first = await search(input)
  assert.equal(first.records.length, 50)
  const second = await search({ ...input, nextToken: first.nextToken })
  assert.equal(second.records.length, 10)
  assert.equal(new Set([...first.records, ...second.records].map(({ eventID }) => eventID)).size, 60)
  const other = await ask({ user: 'x', nextToken: first.nextToken })
  assert.equal(errorIn(other), 'InvalidNextTokenException')
})

test('it takes the right to look up events, and times that are some', async () => {
  const guest = await server.addUser('guest')
  assert.match((await ask({}, { key: guest })).text, /not authorized to perform: cloudtrail:LookupEvents/)
  assert.match((await ask({ startTime: 'yesterday' })).text, /startTime must be a timestamp/)
})

test('the state of the trail is told to whoever may know: how much there is, and its newest record', async () => {
  await server.signed({ target: '/profilingGroups/orders' })
  const { status, text } = await server.signed({ target: '/v1/audit/state' })
  assert.equal(status, 200, text)
  const { records, head } = JSON.parse(text)
  assert.ok(records >= 1)
  assert.equal(head.sequence, records)
  assert.match(head.hash, /^[0-9a-f]{64}$/)
  const guest = await server.addUser('guest')
  const { text: refusal } = await server.signed({ target: '/v1/audit/state' }, { key: guest })
  assert.match(refusal, /not authorized to perform: wick:GetAuditState/)
})

test('the state of the trail says how far it is signed: the last digest, and what came after it', async () => {
  const state = async () => JSON.parse((await server.signed({ target: '/v1/audit/state' })).text)
  await server.signed({ target: '/profilingGroups/orders' })
  const before = await state()
  server.test.now += 1000
  await server.digests.cut(server.test.now)
  const { lastDigest, digests, unsigned, isCopied, sentThrough, head } = await state()
  assert.equal(digests, before.digests + 1)
  assert.deepEqual(lastDigest, {
    number: before.lastDigest.number + 1,
    endedAt: new Date(server.test.now).toISOString(),
    records: head.sequence - unsigned,
  })
  // The question before leaves its record after it was answered.
  assert.ok(
    before.unsigned >= 1 && unsigned <= 1,
    `${before.unsigned} and ${unsigned} records are not signed`,
  )
  assert.deepEqual([isCopied, sentThrough], [false, null])
})
