export { acceptsGzip, type ProfileEncoding } from './accept.ts'
export { type ProfilingGroupAddress, profilingGroupArn } from './arn.ts'
export { ApiError, type ApiErrorName, invalid } from './errors.ts'
export {
  type ConfigureAgentInput,
  type PostAgentProfileInput,
  parseConfigureAgent,
  parsePostAgentProfile,
} from './inputs/agents.ts'
export {
  type AggregationPeriod,
  type GetProfileInput,
  type ListProfileTimesInput,
  type OrderBy,
  parseGetProfile,
  parseListProfileTimes,
  type TimeSelection,
} from './inputs/profiles.ts'
export {
  type ComputePlatform,
  type CreateProfilingGroupInput,
  type GroupInput,
  type ListProfilingGroupsInput,
  parseCreateProfilingGroup,
  parseGroupInput,
  parseListProfilingGroups,
  parseUpdateProfilingGroup,
  type UpdateProfilingGroupInput,
} from './inputs/profiling-groups.ts'
export { type Operation, type OperationName, operations } from './operations.ts'
export {
  type AgentConfiguration,
  describeProfilingGroup,
  type ListProfileTimesOutput,
  type ListProfilingGroupsOutput,
  type ProfilingGroupDescription,
  type ProfilingGroupFacts,
  type ProfilingStatus,
} from './outputs.ts'
export { decodePageToken, encodePageToken } from './page-token.ts'
export { parseQuery, type Query, type RequestParts } from './request-parts.ts'
export { type Route, route } from './route.ts'
export { formatTimestamp, parseTimestamp } from './timestamps.ts'
