import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createGroup } from '../operations/testing/test-services.ts'
import { recordBeginning } from '../storage/audit-chain.ts'
import { errorIn, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
})
afterEach(() => server.close())

interface Event {
  readonly EventName: string
  readonly EventId: string
  readonly EventTime: number
  readonly CloudTrailEvent: string
}

const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'

const ask = (input: object, signing: object = {}, named = target) =>
  server.signed(
    {
      ...{ method: 'POST', target: '/', body: JSON.stringify(input) },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': named },
    },
    { service: 'cloudtrail', ...signing },
  )

async function lookUp(input: object): Promise<{ Events: Event[]; NextToken?: string }> {
  const answer = await ask(input)
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1')
  return JSON.parse(answer.text)
}

const attribute = (AttributeKey: string, AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
})
const names = async (input: object): Promise<string[]> =>
  (await lookUp(input)).Events.map(({ EventName }) => EventName)

/** A read, a change and a denial. */
async function someCalls(): Promise<void> {
  const guest = await server.addUser('guest')
  await server.signed({ target: '/profilingGroups/orders' })
  server.test.now += 1000
  await server.signed({ method: 'DELETE', target: '/profilingGroups/orders' })
  server.test.now += 1000
  await server.signed({ target: '/profilingGroups' }, { key: guest })
  server.test.now += 1000
}

test('events come newest first, each with its record; looking up is recorded itself', async () => {
  await someCalls()
  const { Events } = await lookUp({})
  assert.deepEqual(
    Events.map(({ EventName }) => EventName),
    ['ListProfilingGroups', 'DeleteProfilingGroup', 'DescribeProfilingGroup'],
  )
  for (const event of Events) {
    const record = JSON.parse(event.CloudTrailEvent)
    assert.deepEqual(
      [record.eventName, record.eventID, Date.parse(record.eventTime) / 1000],
      [event.EventName, event.EventId, event.EventTime],
    )
  }
  assert.equal((await names({}))[0], 'LookupEvents')
})

test('each attribute finds what has it, and nothing else', async () => {
  await someCalls()
  const { Events } = await lookUp({})
  const deletion = Events[1]!
  const arn = 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders'
  const wanted: readonly (readonly [string, string, string[]])[] = [
    ['EventId', deletion.EventId, ['DeleteProfilingGroup']],
    ['EventName', 'DeleteProfilingGroup', ['DeleteProfilingGroup']],
    ['Username', 'guest', ['ListProfilingGroups']],
    ['ResourceName', 'orders', ['DeleteProfilingGroup', 'DescribeProfilingGroup']],
    ['ResourceName', arn, ['DeleteProfilingGroup', 'DescribeProfilingGroup']],
    ['ReadOnly', 'false', ['DeleteProfilingGroup']],
    ['EventSource', 'iam.amazonaws.com', []],
    ['AccessKeyId', 'AKIANOBODY', []],
    ['EventName', '__proto__', []],
  ]
  for (const [key, value, expected] of wanted)
    assert.deepEqual(await names(attribute(key, value)), expected, `${key} ${value}`)
  const type = attribute('ResourceType', 'AWS::CodeGuruProfiler::ProfilingGroup')
  assert.equal((await names(type)).length, 2)
  assert.ok((await names(attribute('AccessKeyId', server.key.accessKeyId))).length >= 2)
})

test('a range of time holds both its ends', async () => {
  await someCalls()
  const times = (await lookUp({})).Events.map(({ EventTime }) => EventTime)
  const [last, middle, first] = times as [number, number, number]
  assert.deepEqual(await names({ StartTime: middle, EndTime: middle }), ['DeleteProfilingGroup'])
  assert.deepEqual(await names({ EndTime: first }), ['DescribeProfilingGroup'])
  assert.deepEqual(await names({ StartTime: last, EndTime: last }), ['ListProfilingGroups'])
})

test('pages are one list; a token belongs to its call', async () => {
  for (let i = 0; i < 7; i++) await server.signed({ target: '/profilingGroups' })
  const filter = attribute('EventName', 'ListProfilingGroups')
  const seen: string[] = []
  let NextToken: string | undefined
  do {
    const found: { Events: Event[]; NextToken?: string } = await lookUp({
      ...{ ...filter, MaxResults: 3 },
      ...(NextToken !== undefined && { NextToken }),
    })
    seen.push(...found.Events.map(({ EventId }) => EventId))
    const other = { ...filter, MaxResults: 2, NextToken: found.NextToken }
    if (found.NextToken !== undefined) assert.equal(errorIn(await ask(other)), 'InvalidNextTokenException')
    NextToken = found.NextToken
  } while (NextToken !== undefined)
  assert.equal(seen.length, 7)
  assert.equal(new Set(seen).size, 7)
})

test('what is wrong is refused by the name that CloudTrail gives it', async () => {
  const wrong: readonly (readonly [object, string])[] = [
    [{ MaxResults: 0 }, 'InvalidMaxResultsException'],
    [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
    [{ StartTime: 2, EndTime: 1 }, 'InvalidTimeRangeException'],
    [{ StartTime: 'x' }, 'InvalidTimeRangeException'],
    [{ StartTime: 1e300 }, 'InvalidTimeRangeException'],
    [attribute('constructor', 'x'), 'InvalidLookupAttributesException'],
    [attribute('EventName', ''), 'InvalidLookupAttributesException'],
    [{ LookupAttributes: [{}, {}] }, 'InvalidLookupAttributesException'],
    [{ LookupAttributes: 'x' }, 'InvalidLookupAttributesException'],
    [{ NextToken: 'x' }, 'InvalidNextTokenException'],
    [{ EventCategory: 'insight' }, 'InvalidEventCategoryException'],
  ]
  for (const [input, error] of wrong) assert.equal(errorIn(await ask(input)), error, JSON.stringify(input))
  assert.equal(errorIn(await ask({}, {}, `${target}s`)), 'UnknownOperationException')
})

test('who may not look is denied', async () => {
  const guest = await server.addUser('guest')
  assert.equal(errorIn(await ask({}, { key: guest })), 'AccessDeniedException')
})

test('each question, of whatever attribute and time, is answered as by looking at every record', async () => {
  const { catalog } = server.test
  const names = ['A', 'B', 'C']
  const users = ['ann', 'bob']
  const records: { name: string; user: string; at: number }[] = []
  const start = server.test.now
  for (let i = 0; i < 400; i++) {
    const at = start - 400_000 + i * 1000
    records.push({ name: names[(i * 7) % 3]!, user: users[(i * 5) % 2]!, at })
  }
  await catalog.appendRecords(
    records.map(
      ({ name, user, at }, i) =>
        `${recordBeginning(at)},"eventName":"${name}","eventID":"${i}","readOnly":true,"recipientAccountId":"000000000000",` +
        `"userIdentity":{"type":"IAMUser","userName":"${user}"}}`,
    ),
  )
  for (let i = 0; i < 40; i++) {
    const [from, to] = [i * 9, i * 9 + ((i * 37) % 120)]
    const [key, value] = i % 2 === 0 ? ['EventName', names[i % 3]!] : ['Username', users[i % 2]!]
    const expected = records
      .map((record, id) => ({ ...record, id }))
      .filter(({ id, name, user }) => id >= from && id <= to && (key === 'EventName' ? name : user) === value)
      .map(({ id }) => String(id))
      .reverse()
    const question = {
      ...attribute(key, value),
      ...{
        StartTime: (start - 400_000) / 1000 + from,
        EndTime: (start - 400_000) / 1000 + to,
        MaxResults: 50,
      },
    }
    const { Events } = await lookUp(question)
    assert.deepEqual(
      Events.map(({ EventId }) => EventId),
      expected.slice(0, 50),
    )
  }
})
