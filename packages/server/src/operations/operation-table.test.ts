import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type OperationName, operations } from '@wick/wire'
import { body, minute, noon } from '../store/testing/store-bench.ts'
import { handlerOf, resourceOf } from './operation-table.ts'
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
const built: readonly OperationName[] = [
  'BatchGetFrameMetricData',
  'ConfigureAgent',
  'CreateProfilingGroup',
  'DeleteProfilingGroup',
  'DescribeProfilingGroup',
  'GetPolicy',
  'GetProfile',
  'ListProfileTimes',
  'ListProfilingGroups',
  'ListTagsForResource',
  'PostAgentProfile',
  'PutPermission',
  'RemovePermission',
  'TagResource',
  'UntagResource',
  'UpdateProfilingGroup',
]

let services: TestServices
beforeEach(async () => {
  services = await testServices()
})
afterEach(() => services.close())

test('the API has 23 operations, of which sixteen are built', () => {
  assert.equal(operations.length, 23)
  const names = new Set(operations.map(({ name }) => name))
  assert.equal(names.size, 23)
  for (const name of built) assert.ok(names.has(name), name)
})

test('an operation that is not built answers NotImplementedException by its name, before its input is read', async () => {
  for (const { name } of operations.filter((operation) => !built.includes(operation.name))) {
    const parts = requestParts({ body: '{' })
    await assert.rejects(handlerOf(name)(services.context(), parts), {
      ...apiError('NotImplementedException', new RegExp(`^${name} `)),
      status: 501,
    })
  }
})

test('each built operation reads its input and answers in its own kind', async () => {
  await createGroup(services)
  await postProfile(services, body({ counts: { A: 1 } }, noon + minute))
  const times = 'startTime=2026-11-24T00:00:00Z&endTime=2026-11-25T00:00:00Z'
  const answer = (name: OperationName, input: Parameters<typeof requestParts>[0]): Promise<Reply> =>
    handlerOf(name)(services.context(), requestParts(input))
  const kinds: Record<string, Reply['kind']> = {}
  const call = async (name: OperationName, input: Parameters<typeof requestParts>[0] = {}): Promise<void> => {
    kinds[name] = (await answer(name, input)).kind
  }
  await call('ConfigureAgent')
  await call('CreateProfilingGroup', { query: 'clientToken=a', body: { profilingGroupName: 'b' } })
  await call('DescribeProfilingGroup')
  await call('GetProfile', { query: times })
  await call('ListProfileTimes', { query: `${times}&period=PT5M` })
  await call('ListProfilingGroups')
  await call('PostAgentProfile', { body: body({}, noon) })
  await call('UpdateProfilingGroup', { body: { agentOrchestrationConfig: { profilingEnabled: false } } })
  const labels = { profilingGroupName: 'orders', actionGroup: 'agentPermissions' }
  await call('GetPolicy')
  const put = { labels, body: { principals: ['arn:aws:iam::000000000000:user/alice'] } }
  await call('PutPermission', put)
  const { policy } = (await services.catalog.findGroup(services.context().scope, 'orders'))!
  await call('RemovePermission', { labels, query: `revisionId=${policy!.revisionId}` })
  await call('ListTagsForResource')
  await call('TagResource', { body: { tags: {} } })
  await call('UntagResource', { query: 'tagKeys=a&tagKeys=b' })
  await call('DeleteProfilingGroup')
  assert.deepEqual(kinds, {
    ConfigureAgent: 'json',
    CreateProfilingGroup: 'json',
    DescribeProfilingGroup: 'json',
    GetProfile: 'profile',
    ListProfileTimes: 'json',
    ListProfilingGroups: 'json',
    PostAgentProfile: 'empty',
    UpdateProfilingGroup: 'json',
    GetPolicy: 'json',
    PutPermission: 'json',
    RemovePermission: 'json',
    ListTagsForResource: 'json',
    TagResource: 'empty',
    UntagResource: 'empty',
    DeleteProfilingGroup: 'empty',
  })
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
