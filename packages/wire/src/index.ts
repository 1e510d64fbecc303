export { acceptsGzip, type ProfileEncoding, treeContentType } from './accept.ts'
export { type ExplainAccessInput, parseExplainAccess } from './access-inputs.ts'
export { parseCreateAccount } from './account-inputs.ts'
export { parseAnomalies } from './anomaly-inputs.ts'
export type { AnomaliesAnswer, AnomalyAnswer, ApiAnomaly } from './anomaly-outputs.ts'
export { type ProfilingGroupAddress, parseProfilingGroupArn, profilingGroupArn } from './arn.ts'
export { parseAuditRecords, parseSearchAudit, type SearchAuditInput } from './audit-inputs.ts'
export { ApiError, type ApiErrorName, invalid } from './errors.ts'
export {
  type HitOrder,
  parseCost,
  parseDeleteProfiles,
  parseDiff,
  parseFleet,
  parseHeap,
  parsePutRetention,
  parseSearch,
  parseSelection,
  parseSeries,
  parseSummary,
  parseTree,
  type SelectionInput,
  type StepName,
  stepLengths,
  stepNames,
} from './extension-inputs.ts'
export { maxTags } from './fields.ts'
export {
  archiveToken,
  type ExportFormat,
  exportFormats,
  type ImportFormat,
  importFormats,
  parseArchive,
  parseExport,
  parseImport,
} from './file-inputs.ts'
export {
  type GetFindingsReportAccountSummaryInput,
  type GetRecommendationsInput,
  type ListFindingsReportsInput,
  parseGetFindingsReportAccountSummary,
  parseGetRecommendations,
  parseListFindingsReports,
  parseSubmitFeedback,
  type SubmitFeedbackInput,
} from './findings-inputs.ts'
export {
  type PutPermissionInput,
  parsePutPermission,
  parseRemovePermission,
  parseTaggedGroup,
  parseTagResource,
  parseUntagResource,
  type RemovePermissionInput,
  type TagResourceInput,
  type UntagResourceInput,
} from './group-access-inputs.ts'
export {
  type AggregationPeriod,
  type BatchGetFrameMetricDataInput,
  type ComputePlatform,
  type ConfigureAgentInput,
  type CreateProfilingGroupInput,
  type GetProfileInput,
  type GroupInput,
  type ListProfileTimesInput,
  type ListProfilingGroupsInput,
  type OrderBy,
  type PostAgentProfileInput,
  parseBatchGetFrameMetricData,
  parseConfigureAgent,
  parseCreateProfilingGroup,
  parseGetProfile,
  parseGroupInput,
  parseListProfileTimes,
  parseListProfilingGroups,
  parsePostAgentProfile,
  parseUpdateProfilingGroup,
  type UpdateProfilingGroupInput,
} from './inputs.ts'
export { jsonFault } from './json-text.ts'
export {
  type AddNotificationChannelsInput,
  maxChannels,
  parseAddNotificationChannels,
  parseRemoveNotificationChannel,
  type RemoveNotificationChannelInput,
} from './notification-inputs.ts'
export { type Method, type Operation, type OperationName, operations } from './operations.ts'
export {
  type AgentConfiguration,
  type BatchGetFrameMetricDataOutput,
  describeProfilingGroup,
  type GetFindingsReportAccountSummaryOutput,
  type GetPolicyOutput,
  type GetRecommendationsOutput,
  type ListFindingsReportsOutput,
  type ListProfileTimesOutput,
  type ListProfilingGroupsOutput,
  type ListTagsForResourceOutput,
  type NotificationConfigurationOutput,
  type PolicyOutput,
  type ProfilingGroupDescription,
  type ProfilingGroupFacts,
  type ProfilingStatus,
} from './outputs.ts'
export { decodePageToken, encodePageToken } from './page-token.ts'
export {
  type AddReceiverAnswer,
  type AddReceiverInput,
  type DeliveriesAnswer,
  parseAddReceiver,
  parseReceiver,
  type ReceiverKind,
  type ReceiversAnswer,
  type ReceiverTopic,
  type ResendDeliveriesAnswer,
  type ShownReceiver,
  type TestNotificationsAnswer,
} from './receivers.ts'
export {
  parseGroupPattern,
  parsePatternId,
  parseRecommendations,
  parseReport,
  parseReports,
  parseTryPattern,
} from './recommendation-inputs.ts'
export type {
  ApiRecommendation,
  FindingsReportAnswer,
  FindingsReportSummary,
  FindingsReportsAnswer,
  MatchAnswer,
  PatternAnswer,
  PatternOrigin,
  PatternsAnswer,
  RecommendationAnswer,
  RecommendationStatesAnswer,
  RecommendationsAnswer,
  ReportChange,
  ReportedRecommendation,
} from './recommendation-outputs.ts'
export { jsonBody, parseQuery, type Query, type RequestParts } from './request-parts.ts'
export {
  type ApiRequest,
  writeCreateProfilingGroup,
  writeDescribeProfilingGroup,
  writeGetProfile,
  writeListProfileTimes,
  writeListProfilingGroups,
} from './requests.ts'
export { type Found, type Routed, routeOperation, routerOf } from './route.ts'
export { asksForOrigin, type ProfileFilter, type TimeSelection } from './selection.ts'
export { parseStatsPage, parseVerify } from './store-inputs.ts'
export { formatTimestamp, parseTimestamp } from './timestamps.ts'
export { isTopicArn } from './topic-arn.ts'
