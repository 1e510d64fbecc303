import {
  type OperationName,
  parseAddNotificationChannels,
  parseBatchGetFrameMetricData,
  parseConfigureAgent,
  parseCreateProfilingGroup,
  parseGetFindingsReportAccountSummary,
  parseGetProfile,
  parseGetRecommendations,
  parseGroupInput,
  parseListFindingsReports,
  parseListProfileTimes,
  parseListProfilingGroups,
  parsePostAgentProfile,
  parsePutPermission,
  parseRemoveNotificationChannel,
  parseRemovePermission,
  parseSubmitFeedback,
  parseTaggedGroup,
  parseTagResource,
  parseUntagResource,
  parseUpdateProfilingGroup,
  type RequestParts,
} from '@wick/wire'
import { addNotificationChannels } from './add-notification-channels.ts'
import { againIfCoarser } from './again-if-coarser.ts'
import { batchGetFrameMetricData } from './batch-get-frame-metric-data.ts'
import { tagResource, untagResource } from './change-tags.ts'
import { configureAgent } from './configure-agent.ts'
import type { OperationContext } from './context.ts'
import { createProfilingGroup } from './create-profiling-group.ts'
import { deleteProfilingGroup } from './delete-profiling-group.ts'
import { describeProfilingGroup } from './describe-profiling-group.ts'
import { getNotificationConfiguration } from './get-notification-configuration.ts'
import { getPolicy } from './get-policy.ts'
import { getProfile } from './get-profile.ts'
import { getRecommendations } from './get-recommendations.ts'
import { getFindingsReportAccountSummary, listFindingsReports } from './list-findings-reports.ts'
import { listProfileTimes } from './list-profile-times.ts'
import { listProfilingGroups } from './list-profiling-groups.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { postAgentProfile } from './post-agent-profile.ts'
import { putPermission } from './put-permission.ts'
import { removeNotificationChannel } from './remove-notification-channel.ts'
import { removePermission } from './remove-permission.ts'
import type { Reply } from './reply.ts'
import { submitFeedback } from './submit-feedback.ts'
import { updateProfilingGroup } from './update-profiling-group.ts'

/** Reads the input, does the work, and says what to answer. */
export type Handler = (context: OperationContext, parts: RequestParts) => Promise<Reply>

function json<I>(
  parse: (parts: RequestParts) => I,
  run: (context: OperationContext, input: I) => Promise<unknown>,
): Handler {
  return async (context, parts) => ({ kind: 'json', value: await run(context, parse(parts)) })
}

function empty<I>(
  parse: (parts: RequestParts) => I,
  run: (context: OperationContext, input: I) => Promise<void>,
): Handler {
  return async (context, parts) => {
    await run(context, parse(parts))
    return { kind: 'empty' }
  }
}

/** Agents learn here that profiles may come in gzip (RFC 9110, 12.5.3): the original does not say so, and may not read it. */
const configuration: Handler = async (context, parts) => ({
  kind: 'json',
  value: await configureAgent(context, parseConfigureAgent(parts)),
  headers: { 'accept-encoding': 'gzip' },
})

const profile: Handler = async (context, parts) => {
  const input = parseGetProfile(parts)
  const { body } = await getProfile(context, input)
  return {
    kind: 'profile',
    contentType: input.encoding === 'json' ? 'application/json' : 'application/x-amzn-ion',
    body,
  }
}

const handlers: Readonly<Record<OperationName, Handler>> = {
  AddNotificationChannels: json(parseAddNotificationChannels, addNotificationChannels),
  BatchGetFrameMetricData: json(parseBatchGetFrameMetricData, againIfCoarser(batchGetFrameMetricData)),
  ConfigureAgent: configuration,
  CreateProfilingGroup: json(parseCreateProfilingGroup, createProfilingGroup),
  DeleteProfilingGroup: empty(parseGroupInput, deleteProfilingGroup),
  DescribeProfilingGroup: json(parseGroupInput, describeProfilingGroup),
  GetFindingsReportAccountSummary: json(
    parseGetFindingsReportAccountSummary,
    getFindingsReportAccountSummary,
  ),
  GetNotificationConfiguration: json(parseGroupInput, getNotificationConfiguration),
  GetPolicy: json(parseGroupInput, getPolicy),
  GetProfile: profile,
  GetRecommendations: json(parseGetRecommendations, getRecommendations),
  ListFindingsReports: json(parseListFindingsReports, listFindingsReports),
  ListProfileTimes: json(parseListProfileTimes, listProfileTimes),
  ListProfilingGroups: json(parseListProfilingGroups, listProfilingGroups),
  ListTagsForResource: json(parseTaggedGroup, listTagsForResource),
  PostAgentProfile: empty(parsePostAgentProfile, postAgentProfile),
  PutPermission: json(parsePutPermission, putPermission),
  RemoveNotificationChannel: json(parseRemoveNotificationChannel, removeNotificationChannel),
  RemovePermission: json(parseRemovePermission, removePermission),
  SubmitFeedback: empty(parseSubmitFeedback, submitFeedback),
  TagResource: empty(parseTagResource, tagResource),
  UntagResource: empty(parseUntagResource, untagResource),
  UpdateProfilingGroup: json(parseUpdateProfilingGroup, updateProfilingGroup),
}

export function handlerOf(name: OperationName): Handler {
  return handlers[name]
}
