import type { ApiErrorName } from './errors.ts'

/** The API of CodeGuru Profiler, version 2019-07-18: every operation, its route and its modelled errors. */
export type OperationName =
  | 'AddNotificationChannels'
  | 'BatchGetFrameMetricData'
  | 'ConfigureAgent'
  | 'CreateProfilingGroup'
  | 'DeleteProfilingGroup'
  | 'DescribeProfilingGroup'
  | 'GetFindingsReportAccountSummary'
  | 'GetNotificationConfiguration'
  | 'GetPolicy'
  | 'GetProfile'
  | 'GetRecommendations'
  | 'ListFindingsReports'
  | 'ListProfileTimes'
  | 'ListProfilingGroups'
  | 'ListTagsForResource'
  | 'PostAgentProfile'
  | 'PutPermission'
  | 'RemoveNotificationChannel'
  | 'RemovePermission'
  | 'SubmitFeedback'
  | 'TagResource'
  | 'UntagResource'
  | 'UpdateProfilingGroup'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Operation {
  readonly name: OperationName
  readonly method: Method
  /** Path with `{label}` for each segment that varies. */
  readonly path: string
  /** HTTP status of success. */
  readonly status: 200 | 201 | 204
  /** Errors the model lists; access errors come on top. */
  readonly errors: readonly ApiErrorName[]
  /** Whether it changes nothing. */
  readonly readOnly: boolean
}

const codes = {
  V: 'ValidationException',
  Q: 'ServiceQuotaExceededException',
  N: 'ResourceNotFoundException',
  C: 'ConflictException',
  T: 'ThrottlingException',
  I: 'InternalServerException',
} as const satisfies Record<string, ApiErrorName>

const group = '/profilingGroups/{profilingGroupName}'
const findings = '/internal/profilingGroups/{profilingGroupName}'

/** `errors` in the letters of `codes`, so that a row stays one line. */
function row(
  name: OperationName,
  method: Method,
  path: string,
  status: 200 | 201 | 204,
  errors: string,
  readOnly = false,
): Operation {
  const named = [...errors].map((letter) => codes[letter as keyof typeof codes])
  return { name, method, path, status, errors: named, readOnly }
}

const reads = true

export const operations: readonly Operation[] = [
  row('AddNotificationChannels', 'POST', `${group}/notificationConfiguration`, 200, 'QICVTN'),
  row('BatchGetFrameMetricData', 'POST', `${group}/frames/-/metrics`, 200, 'IVTN', reads),
  row('ConfigureAgent', 'POST', `${group}/configureAgent`, 200, 'IVTN'),
  row('CreateProfilingGroup', 'POST', '/profilingGroups', 201, 'QICVT'),
  row('DeleteProfilingGroup', 'DELETE', group, 204, 'ICVTN'),
  row('DescribeProfilingGroup', 'GET', group, 200, 'IVTN', reads),
  row('GetFindingsReportAccountSummary', 'GET', '/internal/findingsReports', 200, 'IVT', reads),
  row('GetNotificationConfiguration', 'GET', `${group}/notificationConfiguration`, 200, 'IVTN', reads),
  row('GetPolicy', 'GET', `${group}/policy`, 200, 'ITN', reads),
  row('GetProfile', 'GET', `${group}/profile`, 200, 'IVTN', reads),
  row('GetRecommendations', 'GET', `${findings}/recommendations`, 200, 'IVTN', reads),
  row('ListFindingsReports', 'GET', `${findings}/findingsReports`, 200, 'IVTN', reads),
  row('ListProfileTimes', 'GET', `${group}/profileTimes`, 200, 'IVTN', reads),
  row('ListProfilingGroups', 'GET', '/profilingGroups', 200, 'IT', reads),
  row('ListTagsForResource', 'GET', '/tags/{resourceArn}', 200, 'IVN', reads),
  row('PostAgentProfile', 'POST', `${group}/agentProfile`, 204, 'IVTN'),
  row('PutPermission', 'PUT', `${group}/policy/{actionGroup}`, 200, 'ICVTN'),
  row('RemoveNotificationChannel', 'DELETE', `${group}/notificationConfiguration/{channelId}`, 200, 'IVTN'),
  row('RemovePermission', 'DELETE', `${group}/policy/{actionGroup}`, 200, 'ICVTN'),
  row('SubmitFeedback', 'POST', `${findings}/anomalies/{anomalyInstanceId}/feedback`, 204, 'IVTN'),
  row('TagResource', 'POST', '/tags/{resourceArn}', 204, 'IVN'),
  row('UntagResource', 'DELETE', '/tags/{resourceArn}', 204, 'IVN'),
  row('UpdateProfilingGroup', 'PUT', group, 200, 'ICVTN'),
]
