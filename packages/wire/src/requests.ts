import type {
  CreateProfilingGroupInput,
  GetProfileInput,
  GroupInput,
  ListProfileTimesInput,
  ListProfilingGroupsInput,
} from './inputs.ts'
import { type Method, type OperationName, operations } from './operations.ts'
import { encodeComponent } from './percent-encoding.ts'
import { formatTimestamp } from './timestamps.ts'

/**
 * The client's side of `inputs.ts`: what a `parse…` reads, its `write…` writes. For the console and the command line;
 * signing or a session cookie comes on top.
 */
export interface ApiRequest {
  readonly method: Method
  /** `path?query`, percent-encoded, as it goes on the request line. */
  readonly target: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Null where there is none: `fetch` refuses even an empty body with GET. */
  readonly body: string | null
}

export function writeCreateProfilingGroup(input: CreateProfilingGroupInput): ApiRequest {
  const body = JSON.stringify({
    profilingGroupName: input.profilingGroupName,
    computePlatform: input.computePlatform,
    agentOrchestrationConfig: { profilingEnabled: input.profilingEnabled },
    tags: input.tags,
  })
  return {
    ...request('CreateProfilingGroup', {}, { clientToken: input.clientToken }),
    headers: { 'content-type': 'application/json' },
    body,
  }
}

export function writeDescribeProfilingGroup({ profilingGroupName }: GroupInput): ApiRequest {
  return request('DescribeProfilingGroup', { profilingGroupName })
}

export function writeListProfilingGroups(input: ListProfilingGroupsInput): ApiRequest {
  const { includeDescription, maxResults, nextToken } = input
  return request('ListProfilingGroups', {}, { includeDescription, maxResults, nextToken })
}

export function writeGetProfile({
  profilingGroupName,
  time,
  maxDepth,
  encoding,
}: GetProfileInput): ApiRequest {
  const selection =
    time.kind === 'range'
      ? { startTime: formatTimestamp(time.start), endTime: formatTimestamp(time.end) }
      : { period: `PT${time.periodMilliseconds / 1000}S` }
  return {
    ...request('GetProfile', { profilingGroupName }, { ...selection, maxDepth }),
    headers: { accept: encoding === 'json' ? 'application/json' : 'application/x-amzn-ion' },
  }
}

export function writeListProfileTimes(input: ListProfileTimesInput): ApiRequest {
  const { profilingGroupName, start, end, period, orderBy, maxResults, nextToken } = input
  const times = { startTime: formatTimestamp(start), endTime: formatTimestamp(end) }
  return request(
    'ListProfileTimes',
    { profilingGroupName },
    { ...times, period, orderBy, maxResults, nextToken },
  )
}

function request(
  name: OperationName,
  labels: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number | boolean | null>> = {},
): ApiRequest {
  const { method, path } = operations.find((operation) => operation.name === name)!
  const segments = path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? encodeComponent(labels[segment.slice(1, -1)]!) : segment))
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${encodeComponent(String(value))}`)
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return { method, target: `${segments.join('/')}${search}`, headers: {}, body: null }
}
