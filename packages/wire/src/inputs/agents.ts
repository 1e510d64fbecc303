import { invalid } from '../errors.ts'
import { keysOf, lengthBetween, token } from '../fields.ts'
import { jsonBody, stringMapMember, stringMember } from '../json-body.ts'
import { optional, type RequestParts } from '../request-parts.ts'
import { type GroupInput, parseGroupInput } from './profiling-groups.ts'

/** Inputs of the two operations that agents call. */

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
export type MetadataField = (typeof metadataFields)[number]

export interface ConfigureAgentInput extends GroupInput {
  readonly fleetInstanceId: string | null
  readonly metadata: Readonly<Partial<Record<MetadataField, string>>>
}

export function parseConfigureAgent(parts: RequestParts): ConfigureAgentInput {
  const fields = jsonBody(parts.body)
  const fleetInstanceId = stringMember(fields, 'fleetInstanceId')
  return {
    ...parseGroupInput(parts),
    fleetInstanceId:
      fleetInstanceId === null ? null : lengthBetween(fleetInstanceId, 'fleetInstanceId', 1, 255),
    metadata: keysOf(stringMapMember(fields, 'metadata'), 'metadata', metadataFields),
  }
}

export interface PostAgentProfileInput extends GroupInput {
  /** Makes a repeated post count once; a post without it is never a duplicate. */
  readonly profileToken: string | null
  /** The body as received: the model gives it no shape, its bytes decide which decoder runs. */
  readonly body: Uint8Array
  readonly contentEncoding: 'identity' | 'gzip'
}

const bodyTypes = ['application/json', 'application/x-amzn-ion']

export function parsePostAgentProfile(parts: RequestParts): PostAgentProfileInput {
  const type = mediaType(parts.header('content-type') ?? '')
  if (type !== '' && !bodyTypes.includes(type)) {
    throw invalid(`The Content-Type of a profile must be ${bodyTypes.join(' or ')}.`)
  }
  return {
    ...parseGroupInput(parts),
    profileToken: optional(parts.query, 'profileToken', token),
    body: parts.body,
    contentEncoding: parseContentEncoding(parts.header('content-encoding') ?? ''),
  }
}

function mediaType(header: string): string {
  return header.split(';', 1)[0]!.trim().toLowerCase()
}

function parseContentEncoding(header: string): 'identity' | 'gzip' {
  const encoding = header.trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return 'identity'
  if (encoding === 'gzip') return 'gzip'
  throw invalid('The Content-Encoding of a profile must be gzip or identity.')
}
