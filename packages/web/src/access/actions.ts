/** Actions to choose from; others can be typed. */
import { iamService } from '@wick/wire/iam'

const profiler = [
  'AddNotificationChannels',
  'BatchGetFrameMetricData',
  'ConfigureAgent',
  'CreateProfilingGroup',
  'DeleteProfilingGroup',
  'DescribeProfilingGroup',
  'GetFindingsReportAccountSummary',
  'GetNotificationConfiguration',
  'GetPolicy',
  'GetProfile',
  'GetRecommendations',
  'ListFindingsReports',
  'ListProfileTimes',
  'ListProfilingGroups',
  'ListTagsForResource',
  'PostAgentProfile',
  'PutPermission',
  'RemoveNotificationChannel',
  'RemovePermission',
  'SubmitFeedback',
  'TagResource',
  'UntagResource',
  'UpdateProfilingGroup',
]

export const actions: readonly string[] = [
  ...profiler.map((name) => `codeguru-profiler:${name}`),
  'cloudtrail:LookupEvents',
  ...Object.keys(iamService.operations).map((name) => `iam:${name}`),
]
