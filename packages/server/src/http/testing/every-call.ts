/** One call of each operation of the API that does something, on a group that has something of everything. */
import { type CreateProfilingGroupInput, type OperationName, operations } from '@wick/wire'
import { createGroup, postProfile } from '../../operations/testing/test-services.ts'
import { body, minute, noon } from '../../store/testing/store-bench.ts'
import type { Call, TestServer } from './test-server.ts'

const channelId = 'a1b2c3d4-0000-1111-2222-333344445555'
const anomalyId = '00000000-0000-0000-0000-000000000000'
const times = 'startTime=2026-11-24T00:00:00Z&endTime=2026-11-25T00:00:00Z'
const alice = 'arn:aws:iam::000000000000:user/alice'

/**
 * Makes the group `orders`, unless told otherwise, with a profile, a policy, tags and a channel.
 *
 * @returns the revision of its policy
 */
export async function fillGroup(
  server: TestServer,
  changes: Partial<CreateProfilingGroupInput> = {},
): Promise<string> {
  const { catalog } = server.test.services
  const { profilingGroupName: name = 'orders' } = changes
  await createGroup(server.test, { clientToken: 'first', tags: { team: 'blue' }, ...changes })
  const profile = body({ children: { main: { counts: { RUNNABLE: 3 } } } }, noon + minute)
  await postProfile(server.test, profile, { name })
  const { id } = (await catalog.findGroup(server.test.context().scope, name))!
  const revisionId = '99999999-0000-0000-0000-000000000000'
  await catalog.putPolicy({
    groupId: id,
    expectedRevision: null,
    revisionId,
    principals: [{ arn: alice, id: null }],
  })
  const channel = { id: channelId, uri: topic('first'), eventPublishers: ['AnomalyDetection'] }
  await catalog.addChannels({ groupId: id, channels: [channel], maxChannels: 2, account: null })
  return revisionId
}

export function topic(name: string): string {
  return `arn:aws:sns:us-east-1:123456789012:${name}`
}

interface Changes {
  /** Replaces the query. */
  readonly query?: string
  /** Replaces the body: text as it is, or a value for JSON. */
  readonly body?: unknown
  readonly labels?: Readonly<Record<string, string>>
}

/** The call of an operation, but for the changes. */
export function callOf(name: OperationName, revisionId: string, changes: Changes = {}): Call {
  const { method, path } = operations.find((operation) => operation.name === name)!
  const labels: Readonly<Record<string, string>> = {
    profilingGroupName: 'orders',
    actionGroup: 'agentPermissions',
    channelId,
    anomalyInstanceId: anomalyId,
    ...changes.labels,
  }
  const resourceArn = `arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/${labels.profilingGroupName}`
  const target = path.replaceAll(/\{(\w+)\}/g, (_, label: string) =>
    encodeURIComponent({ resourceArn, ...labels }[label]!),
  )
  const query = changes.query ?? queries(revisionId)[name]
  const payload = 'body' in changes ? changes.body : bodies(revisionId)[name]
  return {
    method,
    target: query === undefined ? target : `${target}?${query}`,
    headers: { 'content-type': 'application/json' },
    ...(payload !== undefined && { body: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  }
}

function queries(revisionId: string): Partial<Record<OperationName, string>> {
  return {
    BatchGetFrameMetricData: times,
    CreateProfilingGroup: 'clientToken=second',
    GetProfile: times,
    GetRecommendations: times,
    ListFindingsReports: times,
    ListProfileTimes: `${times}&period=PT5M`,
    PostAgentProfile: 'profileToken=second',
    RemovePermission: `revisionId=${revisionId}`,
    UntagResource: 'tagKeys=team&tagKeys=absent',
  }
}

function bodies(revisionId: string): Partial<Record<OperationName, unknown>> {
  return {
    AddNotificationChannels: {
      channels: [{ uri: topic('second'), eventPublishers: ['AnomalyDetection'] }],
    },
    BatchGetFrameMetricData: {},
    ConfigureAgent: { fleetInstanceId: 'host-1' },
    CreateProfilingGroup: { profilingGroupName: 'made' },
    PostAgentProfile: new TextDecoder().decode(body({ counts: { RUNNABLE: 5 } }, noon + 2 * minute)),
    PutPermission: { principals: [alice, alice.replace('alice', 'bob')], revisionId },
    SubmitFeedback: { type: 'Positive' },
    TagResource: { tags: { stage: 'prod' } },
    UpdateProfilingGroup: { agentOrchestrationConfig: { profilingEnabled: false } },
  }
}
