/** All 23 operations of the API through each of AWS's own clients, unmodified. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ListProfilingGroupsCommand } from '@aws-sdk/client-codeguruprofiler'
import { operations } from '../../packages/wire/src/operations.ts'
import { type ApiAnswer, type ApiClient, apiClients, type Parameters } from '../support/api-clients.ts'
import { startBoto3 } from '../support/boto3.ts'
import { callPathSums } from '../support/call-paths.ts'
import { startCaller } from '../support/caller.ts'
import { recordedRequest, takenAt } from '../support/recordings.ts'
import { sdkClient } from '../support/sdk-client.ts'
import { startWick, type Wick } from '../support/wick.ts'

let directory: string
let wick: Wick
let clients: readonly ApiClient[]
let recorded: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-operations-'))
  wick = await startWick({ directory })
  clients = apiClients(wick)
  recorded = (await recordedRequest('medium')).body
})

after(async () => {
  for (const client of clients ?? []) client.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const hour = 60 * 60_000
const uuid = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/
const alice = 'arn:aws:iam::000000000000:user/alice'
const role = 'arn:aws:iam::210987654321:role/agent'
const topic = (name: string): string => `arn:aws:sns:us-east-1:123456789012:${name}`

for (const [i, name] of ['boto3', 'the AWS CLI', 'the SDK for JavaScript'].entries()) {
  test(`every operation works through ${name}`, async (t) => {
    const client = clients[i]!
    assert.equal(client.name, name)
    const profilingGroupName = `group-${i}`
    const called = new Set<string>()
    const call = (operation: string, parameters: Parameters = {}): Promise<ApiAnswer> => {
      called.add(operation)
      return client.call(operation, parameters)
    }
    const onGroup = (operation: string, parameters: Parameters = {}): Promise<ApiAnswer> =>
      call(operation, { profilingGroupName, ...parameters })
    const now = Date.now()
    const range = {
      startTime: new Date(now - hour).toISOString(),
      endTime: new Date(now + 60_000).toISOString(),
    }

    await t.test('a group is made, described and listed', async () => {
      const { profilingGroup: made } = await onGroup('CreateProfilingGroup', {
        clientToken: profilingGroupName,
        tags: { team: 'blue' },
      })
      const { profilingGroup: described } = await onGroup('DescribeProfilingGroup')
      assert.deepEqual(described, made)
      const { profilingGroupNames } = await call('ListProfilingGroups')
      assert.ok(profilingGroupNames.includes(profilingGroupName))
    })

    await t.test('an agent asks, posts, and its profile comes back', async () => {
      const { configuration } = await onGroup('ConfigureAgent', { fleetInstanceId: 'host-1', metadata: {} })
      assert.equal(configuration.shouldProfile, true)
      const agentProfile = takenAt(recorded, now)
      const posted = JSON.parse(agentProfile)
      await onGroup('PostAgentProfile', { agentProfile, contentType: 'application/json' })
      const { profile } = await onGroup('GetProfile', { ...range, accept: 'application/json' })
      assert.deepEqual(callPathSums(JSON.parse(profile)), callPathSums(posted))
      const { profileTimes } = await onGroup('ListProfileTimes', { ...range, period: 'PT5M' })
      assert.equal(profileTimes.length, 1)
      const frameMetric = {
        frameName: Object.keys(posted.callgraph.children)[0]!,
        type: 'AggregatedRelativeTotalTime',
        threadStates: ['WALL_TIME'],
      }
      const { frameMetricData } = await onGroup('BatchGetFrameMetricData', {
        ...range,
        frameMetrics: [frameMetric],
      })
      assert.deepEqual(frameMetricData[0].frameMetric, frameMetric)
      assert.ok(frameMetricData[0].values.some((value: number) => value > 0))
      const { profilingGroup } = await onGroup('UpdateProfilingGroup', {
        agentOrchestrationConfig: { profilingEnabled: false },
      })
      assert.deepEqual(profilingGroup.agentOrchestrationConfig, { profilingEnabled: false })
    })

    await t.test('a resource policy is put, replaced and removed, each by its revision', async () => {
      const none = await onGroup('GetPolicy')
      assert.deepEqual([none.policy, none.revisionId], [undefined, undefined])
      const permission = { actionGroup: 'agentPermissions' }
      const first = await onGroup('PutPermission', { ...permission, principals: [alice] })
      assert.match(first.revisionId, uuid)
      assert.equal(JSON.parse(first.policy).Statement[0].Principal.AWS, alice)
      const second = await onGroup('PutPermission', {
        ...permission,
        principals: [alice, role],
        revisionId: first.revisionId,
      })
      assert.deepEqual(JSON.parse(second.policy).Statement[0].Principal.AWS, [alice, role])
      const { policy, revisionId } = await onGroup('GetPolicy')
      assert.deepEqual({ policy, revisionId }, { policy: second.policy, revisionId: second.revisionId })

      const stale = { ...permission, revisionId: first.revisionId }
      await assert.rejects(onGroup('PutPermission', { ...stale, principals: [role] }), {
        code: 'ConflictException',
      })
      await assert.rejects(onGroup('RemovePermission', stale), { code: 'ConflictException' })
      await assert.rejects(onGroup('PutPermission', { ...permission, principals: [role] }), {
        code: 'ValidationException',
      })
      const removed = await onGroup('RemovePermission', { ...permission, revisionId })
      assert.deepEqual(JSON.parse(removed.policy).Statement, [])
      assert.equal((await onGroup('GetPolicy')).policy, undefined)
      await onGroup('PutPermission', { ...permission, principals: [role] })
    })

    await t.test('tags are listed, added and removed by the ARN of the group', async () => {
      const { arn: resourceArn } = (await onGroup('DescribeProfilingGroup')).profilingGroup
      await call('TagResource', { resourceArn, tags: { stage: 'prod', 'with blank': 'ünï 🔥' } })
      await call('UntagResource', { resourceArn, tagKeys: ['team', 'with blank', 'absent'] })
      assert.deepEqual((await call('ListTagsForResource', { resourceArn })).tags, { stage: 'prod' })
      await assert.rejects(call('TagResource', { resourceArn, tags: { 'aws:x': '1' } }), {
        code: 'ValidationException',
      })
      const absent = { resourceArn: `${resourceArn}-absent` }
      await assert.rejects(call('ListTagsForResource', absent), { code: 'ResourceNotFoundException' })
    })

    await t.test('notification channels are added, listed and removed', async () => {
      const eventPublishers = ['AnomalyDetection']
      const channelsOf = ({ notificationConfiguration }: ApiAnswer) => notificationConfiguration.channels
      assert.deepEqual(channelsOf(await onGroup('GetNotificationConfiguration')), [])
      const [first, second] = channelsOf(
        await onGroup('AddNotificationChannels', {
          channels: ['first', 'second'].map((name) => ({ uri: topic(name), eventPublishers })),
        }),
      )
      assert.deepEqual(
        [first, second].map(({ uri }) => uri),
        ['first', 'second'].map(topic),
      )
      const again = { channels: [{ uri: topic('first'), eventPublishers }] }
      await assert.rejects(onGroup('AddNotificationChannels', again), { code: 'ConflictException' })
      const left = channelsOf(await onGroup('RemoveNotificationChannel', { channelId: first.id }))
      assert.deepEqual(left, [second])
      assert.deepEqual(channelsOf(await onGroup('GetNotificationConfiguration')), [second])
      await assert.rejects(onGroup('RemoveNotificationChannel', { channelId: first.id }), {
        code: 'ResourceNotFoundException',
      })
    })

    await t.test('of findings there are none, and that is what they say', async () => {
      const found = await onGroup('GetRecommendations', { ...range, locale: 'de-DE' })
      assert.deepEqual([found.recommendations, found.anomalies], [[], []])
      assert.equal(found.profilingGroupName, profilingGroupName)
      const { findingsReportSummaries } = await onGroup('ListFindingsReports', range)
      assert.deepEqual(findingsReportSummaries, [])
      const { reportSummaries } = await call('GetFindingsReportAccountSummary', { dailyReportsOnly: true })
      assert.deepEqual(reportSummaries, [])
      await assert.rejects(
        onGroup('SubmitFeedback', {
          anomalyInstanceId: '00000000-0000-0000-0000-000000000000',
          type: 'Positive',
        }),
        { code: 'ResourceNotFoundException' },
      )
    })

    await t.test('and the group is deleted with all that', async () => {
      await onGroup('DeleteProfilingGroup')
      await assert.rejects(onGroup('GetPolicy'), { code: 'ResourceNotFoundException' })
    })

    assert.deepEqual([...called].sort(), operations.map((operation) => operation.name).sort())
  })
}

test('a third channel is over the quota, which the SDKs take for something that may pass', async () => {
  const [boto3] = clients
  const profilingGroupName = 'full'
  await boto3!.call('CreateProfilingGroup', { profilingGroupName })
  const add = (...names: string[]) =>
    boto3!.call('AddNotificationChannels', {
      profilingGroupName,
      channels: names.map((name) => ({ uri: topic(name), eventPublishers: ['AnomalyDetection'] })),
    })
  await add('a', 'b')
  await assert.rejects(add('c'), { code: 'ServiceQuotaExceededException' })
})

test('throttled, the SDKs wait and try again, and the calls are made', async (t) => {
  const slowDirectory = await mkdtemp(join(tmpdir(), 'wick-e2e-throttled-'))
  const slow = await startWick({ directory: slowDirectory, flags: ['--calls-per-second', '5'] })
  const boto3 = startBoto3(slow)
  // It takes the seconds of Retry-After for an instant in 1970, and waits as long as it likes.
  const javascript = sdkClient(slow, { maxAttempts: 10 })
  t.after(async () => {
    boto3.close()
    javascript.destroy()
    await slow.stop()
    await rm(slowDirectory, { recursive: true, force: true })
  })
  const empty = { profilingGroupNames: [] }
  const caller = await startCaller(slow)
  /** Not a number until there was one. */
  const refused = (): Promise<number> => caller.metric('wick_refused_total{what="calls"}')
  // How many calls that takes depends on how fast this machine makes them.
  for (let calls = 0; !((await refused()) > 0) && calls < 500; calls++)
    assert.partialDeepStrictEqual(await boto3.call('list_profiling_groups'), empty)
  for (let i = 0; i < 3; i++)
    assert.partialDeepStrictEqual(await javascript.send(new ListProfilingGroupsCommand({})), empty)
  assert.ok((await refused()) > 0)
})
