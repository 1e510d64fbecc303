import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type OperationName, operations } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { resourceOf } from './operation-access.ts'
import { handlerOf } from './operation-table.ts'
import type { Reply } from './reply.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const scope = { accountId: '123456789012', region: 'eu-west-1' }
const arn = (name: string): string =>
  `arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup/${name}`
const uuid = 'a1b2c3d4-0000-1111-2222-333344445555'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
})
afterEach(() => services.close())

test('each of the 23 operations reads its input and answers in its own kind', async () => {
  await createGroup(services)
  await postProfile(services, body({ counts: { A: 1 } }, noon + minute))
  const times = 'startTime=2026-11-24T00:00:00Z&endTime=2026-11-25T00:00:00Z'
  const labels = { profilingGroupName: 'orders', actionGroup: 'agentPermissions', channelId: uuid }
  const principals = ['arn:aws:iam::000000000000:user/alice']
  const channels = [
    { id: uuid, uri: 'arn:aws:sns:us-east-1:123456789012:findings', eventPublishers: ['AnomalyDetection'] },
  ]
  const revisionId = async (): Promise<string> =>
    (await services.catalog.findGroup(services.context().scope, 'orders'))!.policy!.revisionId
  type Input = Parameters<typeof requestParts>[0]
  const calls: readonly [OperationName, Reply['kind'], (() => Input | Promise<Input>)?][] = [
    ['AddNotificationChannels', 'json', () => ({ body: { channels } })],
    ['BatchGetFrameMetricData', 'json', () => ({ query: times })],
    ['ConfigureAgent', 'json'],
    ['CreateProfilingGroup', 'json', () => ({ query: 'clientToken=a', body: { profilingGroupName: 'b' } })],
    ['DescribeProfilingGroup', 'json'],
    ['GetFindingsReportAccountSummary', 'json', () => ({ labels: {} })],
    ['GetNotificationConfiguration', 'json'],
    ['GetPolicy', 'json'],
    ['GetProfile', 'profile', () => ({ query: times })],
    ['GetRecommendations', 'json', () => ({ query: times })],
    ['ListFindingsReports', 'json', () => ({ query: times })],
    ['ListProfileTimes', 'json', () => ({ query: `${times}&period=PT5M` })],
    ['ListProfilingGroups', 'json', () => ({ labels: {} })],
    ['ListTagsForResource', 'json'],
    ['PostAgentProfile', 'empty', () => ({ body: body({}, noon) })],
    ['PutPermission', 'json', () => ({ labels, body: { principals } })],
    ['RemoveNotificationChannel', 'json', () => ({ labels })],
    ['RemovePermission', 'json', async () => ({ labels, query: `revisionId=${await revisionId()}` })],
    ['TagResource', 'empty', () => ({ body: { tags: {} } })],
    ['UntagResource', 'empty', () => ({ query: 'tagKeys=a&tagKeys=b' })],
    [
      'UpdateProfilingGroup',
      'json',
      () => ({ body: { agentOrchestrationConfig: { profilingEnabled: false } } }),
    ],
    ['DeleteProfilingGroup', 'empty'],
  ]
  for (const [name, kind, input] of calls) {
    const parts = requestParts((await input?.()) ?? {})
    assert.equal((await handlerOf(name)(services.context(), parts)).kind, kind, name)
  }
  const other = ['SubmitFeedback']
  assert.deepEqual(
    [...calls.map(([name]) => name), ...other].sort(),
    operations.map(({ name }) => name).sort(),
  )
  assert.equal(operations.length, 23)
})

test('a profile is Ion unless JSON is asked for, and its type says which', async () => {
  await createGroup(services)
  await postProfile(services, body({ counts: { A: 1 } }, noon + minute))
  const type = async (accept?: string): Promise<string> => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept }
    const reply = await handlerOf('GetProfile')(
      services.context(),
      requestParts({ query: 'period=PT5M', headers }),
    )
    assert.ok(reply.kind === 'profile')
    const isIon = reply.body[0] === 0xe0
    assert.equal(reply.contentType, isIon ? 'application/x-amzn-ion' : 'application/json')
    return reply.contentType
  }
  assert.equal(await type(), 'application/x-amzn-ion')
  assert.equal(await type('*/*'), 'application/x-amzn-ion')
  assert.equal(await type('application/json'), 'application/json')
})

test('a call is about the group its path names, whether it exists or not', () => {
  const parts = requestParts({ labels: { profilingGroupName: 'orders' } })
  for (const { name, path } of operations.filter(({ path }) => path.includes('{profilingGroupName}')))
    assert.equal(resourceOf(name, parts, scope), arn('orders'), path)
})

test('a creation is about the group that its body names, and about none that it cannot read', () => {
  const resource = (given: unknown): string =>
    resourceOf(
      'CreateProfilingGroup',
      requestParts({ labels: {}, query: 'clientToken=t', body: given }),
      scope,
    )
  assert.equal(resource({ profilingGroupName: 'new' }), arn('new'))
  assert.throws(() => resource({}), apiError('ValidationException', /profilingGroupName/))
  assert.throws(() => resource({ profilingGroupName: '*' }), apiError('ValidationException'))
  assert.throws(() => resource('{'), apiError('SerializationException'))
})

test('a call about tags is about the ARN in its path, one about no group is about *', () => {
  const tagged = requestParts({ labels: { resourceArn: arn('orders') } })
  for (const name of ['ListTagsForResource', 'TagResource', 'UntagResource'] as const)
    assert.equal(resourceOf(name, tagged, scope), arn('orders'))
  for (const name of ['ListProfilingGroups', 'GetFindingsReportAccountSummary'] as const)
    assert.equal(resourceOf(name, requestParts({ labels: {} }), scope), '*')
})
