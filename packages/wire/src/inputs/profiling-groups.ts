import { flag, groupName, oneOf, required, tags, token } from '../fields.ts'
import {
  booleanMember,
  type JsonObject,
  jsonBody,
  objectMember,
  stringMapMember,
  stringMember,
} from '../json-body.ts'
import { optional, type RequestParts, single } from '../request-parts.ts'
import { type Page, parsePage } from './page.ts'

/** Inputs of the operations on profiling groups themselves. */

const computePlatforms = ['Default', 'AWSLambda'] as const
export type ComputePlatform = (typeof computePlatforms)[number]

/** All that DescribeProfilingGroup and DeleteProfilingGroup take. */
export interface GroupInput {
  readonly profilingGroupName: string
}

export function parseGroupInput({ labels }: RequestParts): GroupInput {
  return { profilingGroupName: groupName(labels.profilingGroupName!) }
}

export interface CreateProfilingGroupInput extends GroupInput {
  /** Makes a repeated call harmless. */
  readonly clientToken: string
  readonly computePlatform: ComputePlatform
  readonly profilingEnabled: boolean
  readonly tags: Readonly<Record<string, string>>
}

export function parseCreateProfilingGroup({ query, body }: RequestParts): CreateProfilingGroupInput {
  const fields = jsonBody(body)
  return {
    clientToken: token(required(single(query, 'clientToken'), 'clientToken'), 'clientToken'),
    profilingGroupName: groupName(required(stringMember(fields, 'profilingGroupName'), 'profilingGroupName')),
    computePlatform: oneOf(
      stringMember(fields, 'computePlatform') ?? 'Default',
      'computePlatform',
      computePlatforms,
    ),
    profilingEnabled: parseProfilingEnabled(fields) ?? true,
    tags: tags(stringMapMember(fields, 'tags')),
  }
}

export interface UpdateProfilingGroupInput extends GroupInput {
  readonly profilingEnabled: boolean
}

export function parseUpdateProfilingGroup(parts: RequestParts): UpdateProfilingGroupInput {
  const profilingEnabled = parseProfilingEnabled(jsonBody(parts.body))
  return {
    ...parseGroupInput(parts),
    profilingEnabled: required(profilingEnabled, 'agentOrchestrationConfig'),
  }
}

/** `agentOrchestrationConfig` may be left out in some calls, but its one member may not be left out of it. */
function parseProfilingEnabled(fields: JsonObject): boolean | null {
  const config = objectMember(fields, 'agentOrchestrationConfig')
  if (config === null) return null
  const at = 'agentOrchestrationConfig.profilingEnabled'
  return required(booleanMember(config, 'profilingEnabled', at), at)
}

export interface ListProfilingGroupsInput extends Page {
  readonly includeDescription: boolean
}

export function parseListProfilingGroups({ query }: RequestParts): ListProfilingGroupsInput {
  return { includeDescription: optional(query, 'includeDescription', flag) ?? false, ...parsePage(query) }
}
