import { acceptedEncoding, type ProfileEncoding } from './accept.ts'
import { invalid } from './errors.ts'
import {
  duration,
  flag,
  groupName,
  integer,
  lengthBetween,
  member,
  objectList,
  oneOf,
  required,
  stringList,
  stringMap,
  tags,
  timestamp,
  word,
} from './fields.ts'
import { jsonBody, type Query, type RequestParts, single } from './request-parts.ts'
import { parseTimeSelection, type TimeSelection } from './selection.ts'

/**
 * What each operation takes, and its reader. A reader checks every constrained field and throws ApiError; what it
 * returns is trusted from then on. Unknown fields are ignored: newer clients send them.
 */

export const computePlatforms = ['Default', 'AWSLambda'] as const
export type ComputePlatform = (typeof computePlatforms)[number]

export const aggregationPeriods = ['PT5M', 'PT1H', 'P1D'] as const
export type AggregationPeriod = (typeof aggregationPeriods)[number]

export const orders = ['TimestampDescending', 'TimestampAscending'] as const
export type OrderBy = (typeof orders)[number]

const metadataFields = [
  'ComputePlatform',
  'AgentId',
  'AwsRequestId',
  'ExecutionEnvironment',
  'LambdaFunctionArn',
  'LambdaMemoryLimitInMB',
  'LambdaRemainingTimeInMilliseconds',
  'LambdaTimeGapBetweenInvokesInMilliseconds',
  'LambdaPreviousExecutionTimeInMilliseconds',
] as const

const metricTypes = ['AggregatedRelativeTotalTime'] as const

export interface GroupInput {
  readonly profilingGroupName: string
}

export interface CreateProfilingGroupInput extends GroupInput {
  readonly clientToken: string
  readonly computePlatform: ComputePlatform
  readonly profilingEnabled: boolean
  readonly tags: Readonly<Record<string, string>>
}

export interface UpdateProfilingGroupInput extends GroupInput {
  readonly profilingEnabled: boolean
}

export interface PageInput {
  readonly maxResults: number
  readonly nextToken: string | null
}

export interface ListProfilingGroupsInput extends PageInput {
  readonly includeDescription: boolean
}

export interface ConfigureAgentInput extends GroupInput {
  readonly fleetInstanceId: string | null
  readonly metadata: Readonly<Record<string, string>>
}

export interface PostAgentProfileInput extends GroupInput {
  readonly profileToken: string | null
  /** The body as received: the model gives it no shape. */
  readonly body: Uint8Array
  readonly contentEncoding: 'identity' | 'gzip'
}

export interface GetProfileInput extends GroupInput {
  readonly time: TimeSelection
  readonly maxDepth: number | null
  readonly encoding: ProfileEncoding
}

export interface ListProfileTimesInput extends GroupInput, PageInput {
  readonly start: number
  readonly end: number
  readonly period: AggregationPeriod
  readonly orderBy: OrderBy
}

/** For one frame, which share of the samples in some thread states it is on the stack of. */
export interface FrameMetric {
  readonly frameName: string
  readonly type: (typeof metricTypes)[number]
  readonly threadStates: readonly string[]
}

export interface BatchGetFrameMetricDataInput extends GroupInput {
  readonly time: TimeSelection
  readonly targetResolution: AggregationPeriod
  readonly frameMetrics: readonly FrameMetric[]
}

export function parseGroupInput({ labels }: RequestParts): GroupInput {
  return { profilingGroupName: groupName(labels.profilingGroupName!) }
}

export function parseCreateProfilingGroup({ query, body }: RequestParts): CreateProfilingGroupInput {
  const fields = jsonBody(body)
  const platform = member(fields, 'computePlatform', 'string')
  return {
    clientToken: word(required(single(query, 'clientToken'), 'clientToken'), 'clientToken', 64),
    profilingGroupName: groupName(
      required(member(fields, 'profilingGroupName', 'string'), 'profilingGroupName'),
    ),
    computePlatform: platform === null ? 'Default' : oneOf(platform, 'computePlatform', computePlatforms),
    profilingEnabled: parseOrchestration(member(fields, 'agentOrchestrationConfig', 'object')) ?? true,
    tags: tags(member(fields, 'tags', 'object') ?? {}),
  }
}

export function parseUpdateProfilingGroup(parts: RequestParts): UpdateProfilingGroupInput {
  const config = member(jsonBody(parts.body), 'agentOrchestrationConfig', 'object')
  const profilingEnabled = required(
    parseOrchestration(required(config, 'agentOrchestrationConfig')),
    'agentOrchestrationConfig.profilingEnabled',
  )
  return { ...parseGroupInput(parts), profilingEnabled }
}

function parseOrchestration(config: Readonly<Record<string, unknown>> | null): boolean | null {
  if (config === null) return null
  const at = 'agentOrchestrationConfig.profilingEnabled'
  return required(member(config, 'profilingEnabled', 'boolean', at), at)
}

export function parseListProfilingGroups({ query }: RequestParts): ListProfilingGroupsInput {
  const includeDescription = single(query, 'includeDescription')
  return {
    includeDescription: includeDescription !== null && flag(includeDescription, 'includeDescription'),
    ...parsePage(query),
  }
}

export function parseConfigureAgent(parts: RequestParts): ConfigureAgentInput {
  const fields = jsonBody(parts.body)
  const fleetInstanceId = member(fields, 'fleetInstanceId', 'string')
  const metadata = stringMap(member(fields, 'metadata', 'object') ?? {}, 'metadata')
  for (const key of Object.keys(metadata)) oneOf(key, 'metadata.key', metadataFields)
  return {
    ...parseGroupInput(parts),
    fleetInstanceId:
      fleetInstanceId === null ? null : lengthBetween(fleetInstanceId, 'fleetInstanceId', 1, 255),
    metadata,
  }
}

const bodyTypes = ['application/json', 'application/x-amzn-ion']

export function parsePostAgentProfile(parts: RequestParts): PostAgentProfileInput {
  const token = single(parts.query, 'profileToken')
  const type = mediaType(parts.header('content-type'))
  if (type !== '' && !bodyTypes.includes(type)) {
    throw invalid(`The Content-Type of a profile must be ${bodyTypes.join(' or ')}.`)
  }
  return {
    ...parseGroupInput(parts),
    profileToken: token === null ? null : word(token, 'profileToken', 64),
    body: parts.body,
    contentEncoding: parseContentEncoding(parts.header('content-encoding')),
  }
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

function parseContentEncoding(header: string | undefined): 'identity' | 'gzip' {
  const encoding = (header ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return 'identity'
  if (encoding === 'gzip') return 'gzip'
  throw invalid('The Content-Encoding of a profile must be gzip or identity.')
}

export function parseGetProfile(parts: RequestParts): GetProfileInput {
  const maxDepth = single(parts.query, 'maxDepth')
  return {
    ...parseGroupInput(parts),
    time: parseTimeSelection((field) => single(parts.query, field)),
    maxDepth: maxDepth === null ? null : integer(maxDepth, 'maxDepth', 1, 10_000),
    encoding: acceptedEncoding(parts.header('accept')),
  }
}

export function parseListProfileTimes(parts: RequestParts): ListProfileTimesInput {
  const { query } = parts
  return {
    ...parseGroupInput(parts),
    ...parsePeriod(query),
    period: oneOf(required(single(query, 'period'), 'period'), 'period', aggregationPeriods),
    orderBy: oneOf(single(query, 'orderBy') ?? 'TimestampDescending', 'orderBy', orders),
    ...parsePage(query),
  }
}

/** The query parameters `startTime` and `endTime`, both needed. */
export function parsePeriod(query: Query): { readonly start: number; readonly end: number } {
  const start = timestamp(required(single(query, 'startTime'), 'startTime'), 'startTime')
  const end = timestamp(required(single(query, 'endTime'), 'endTime'), 'endTime')
  if (start >= end) throw invalid('startTime must be before endTime.')
  return { start, end }
}

function optional<T>(query: Query, field: string, read: (value: string, field: string) => T): T | null {
  const value = single(query, field)
  return value === null ? null : read(value, field)
}

/** Pages hold 100 entries unless the caller says otherwise. */
export function parsePage(query: Query): PageInput {
  return {
    maxResults: optional(query, 'maxResults', (value, field) => integer(value, field, 1, 1000)) ?? 100,
    nextToken: optional(query, 'nextToken', (value, field) => word(value, field, 64)),
  }
}

const maxFrameMetrics = 500
const maxThreadStates = 100
const longestName = 65_536
const longestPeriod = 86_400_000

export function parseBatchGetFrameMetricData(parts: RequestParts): BatchGetFrameMetricDataInput {
  const { query } = parts
  const time = parseTimeSelection((field) => single(query, field))
  const period = optional(query, 'period', duration)
  if (period !== null && period > longestPeriod)
    throw invalid('The period is longer than one day: give startTime and endTime for more.')
  const metrics = objectList(jsonBody(parts.body), 'frameMetrics', maxFrameMetrics)
  return {
    ...parseGroupInput(parts),
    time,
    targetResolution: oneOf(
      single(query, 'targetResolution') ?? 'PT5M',
      'targetResolution',
      aggregationPeriods,
    ),
    frameMetrics: metrics.map(parseFrameMetric),
  }
}

function parseFrameMetric(fields: Readonly<Record<string, unknown>>): FrameMetric {
  const text = (field: string): string => {
    const at = `frameMetrics.${field}`
    return lengthBetween(required(member(fields, field, 'string', at), at), at, 0, longestName)
  }
  const at = 'frameMetrics.threadStates'
  const states = stringList(fields, 'threadStates', {
    max: maxThreadStates,
    shortest: 0,
    longest: longestName,
    at,
  })
  // An empty list is a list.
  required(fields.threadStates ?? null, at)
  return {
    frameName: text('frameName'),
    type: oneOf(text('type'), 'frameMetrics.type', metricTypes),
    threadStates: states,
  }
}
