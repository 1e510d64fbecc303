/** Every error that the service model names for an operation, in a call that gets it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ApiErrorName, type Operation, type OperationName, operations } from '@wick/wire'
import { createGroup } from '../operations/testing/test-services.ts'
import { callOf, fillGroup, topic } from './testing/every-call.ts'
import { type Call, errorIn, startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
/** One whose caller has made all calls that it may. */
let exhausted: TestServer
let revisionId: string
before(async () => {
  server = await startTestServer({ config: { maxProfilingGroups: 1 } })
  revisionId = await fillGroup(server)
  exhausted = await startTestServer({ config: { agentCallsPerSecond: 1, callsPerSecond: 1 } })
  for (const name of ['DescribeProfilingGroup', 'ConfigureAgent'] as const)
    for (let i = 0; i < 10; i++) await exhausted.signed(callOf(name, revisionId))
})
after(async () => {
  await server.close()
  await exhausted.close()
})

const statuses: Readonly<Partial<Record<ApiErrorName, number>>> = {
  ValidationException: 400,
  ServiceQuotaExceededException: 402,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  ThrottlingException: 429,
  InternalServerException: 500,
}

const another = '88888888-0000-0000-0000-000000000000'
const channels = (...names: string[]) => ({
  channels: names.map((name) => ({ uri: topic(name), eventPublishers: ['AnomalyDetection'] })),
})

/** What is wrong with the input, where it is not enough that the group is not there. */
const wrong: Readonly<Partial<Record<OperationName, Partial<Record<ApiErrorName, () => Call>>>>> = {
  AddNotificationChannels: {
    ValidationException: () => callOf('AddNotificationChannels', revisionId, { body: { channels: [] } }),
    ConflictException: () => callOf('AddNotificationChannels', revisionId, { body: channels('first') }),
    ServiceQuotaExceededException: () =>
      callOf('AddNotificationChannels', revisionId, { body: channels('second', 'third') }),
  },
  CreateProfilingGroup: {
    ValidationException: () => callOf('CreateProfilingGroup', revisionId, { query: '' }),
    ConflictException: () =>
      callOf('CreateProfilingGroup', revisionId, { body: { profilingGroupName: 'orders' } }),
    ServiceQuotaExceededException: () => callOf('CreateProfilingGroup', revisionId),
  },
  GetFindingsReportAccountSummary: {
    ValidationException: () =>
      callOf('GetFindingsReportAccountSummary', revisionId, { query: 'maxResults=0' }),
  },
  PutPermission: {
    ValidationException: () =>
      callOf('PutPermission', revisionId, { body: { principals: ['arn:aws:iam::000000000000:user/alice'] } }),
    ConflictException: () => callOf('PutPermission', another),
  },
  RemovePermission: { ConflictException: () => callOf('RemovePermission', another) },
  UntagResource: { ValidationException: () => callOf('UntagResource', revisionId, { query: '' }) },
}

/** A concurrent change is the only reason, and the catalog makes one change at a time. */
const never: ReadonlySet<string> = new Set([
  'DeleteProfilingGroup ConflictException',
  'UpdateProfilingGroup ConflictException',
])

function callThatGets(error: ApiErrorName, { name }: Operation): Call {
  const special = wrong[name]?.[error]
  if (special !== undefined) return special()
  const absent = { profilingGroupName: 'no-such' }
  switch (error) {
    case 'ResourceNotFoundException':
      return callOf(name, revisionId, { labels: absent })
    case 'ValidationException':
      return callOf(name, revisionId, { labels: { profilingGroupName: 'a b' } })
    default:
      return callOf(name, revisionId)
  }
}

for (const operation of operations) {
  const { name, errors } = operation
  for (const error of errors) {
    if (error === 'InternalServerException' || never.has(`${name} ${error}`)) continue
    test(`${name} answers ${error}`, async () => {
      const at = error === 'ThrottlingException' ? exhausted : server
      const answer = await at.signed(callThatGets(error, operation))
      assert.deepEqual([errorIn(answer), answer.status], [error, statuses[error]], answer.text)
    })
  }
}

test('what is a fault of the server is an InternalServerException, and tells nothing of the inside', async (t) => {
  const broken = await startTestServer()
  t.after(() => broken.close())
  await createGroup(broken.test)
  broken.test.database.exec('DROP TABLE notification_channels')
  const answer = await broken.signed({ target: '/profilingGroups/orders/notificationConfiguration' })
  assert.deepEqual([errorIn(answer), answer.status], ['InternalServerException', 500])
  assert.doesNotMatch(answer.text, /notification_channels|SQL|table/i)
})

test('nobody learns of groups of other accounts, whatever they ask', async () => {
  await createGroup(server.test, { profilingGroupName: 'foreign' }, { accountId: '111111111111' })
  const arn = (name: string): string =>
    `arn:aws:codeguru-profiler:us-east-1:111111111111:profilingGroup/${name}`
  const about = (name: string) => ({ profilingGroupName: arn(name), resourceArn: arn(name) })
  for (const { name, path } of operations.filter(({ path }) => /profilingGroupName|resourceArn/.test(path))) {
    const existing = await server.signed(callOf(name, revisionId, { labels: about('foreign') }))
    assert.equal(errorIn(existing), 'AccessDeniedException', path)
    const absent = await server.signed(callOf(name, revisionId, { labels: about('missing') }))
    assert.equal(absent.text.replaceAll('missing', 'foreign'), existing.text)
    const wrongInput = callOf(name, revisionId, {
      labels: about('foreign'),
      query: 'maxResults=x',
      body: '{',
    })
    assert.equal((await server.signed(wrongInput)).text, existing.text)
  }
})
