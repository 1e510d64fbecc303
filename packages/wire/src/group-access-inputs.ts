import { invalid } from './errors.ts'
import { lengthBetween, maxTags, member, oneOf, required, stringList, tags, uuid } from './fields.ts'
import { type GroupInput, parseGroupInput } from './inputs.ts'
import { isPrincipalArn } from './principal-arn.ts'
import { jsonBody, type RequestParts, single } from './request-parts.ts'

/** Inputs of the operations on a group's resource policy and its tags. */

const actionGroups = ['agentPermissions'] as const

export interface PutPermissionInput extends GroupInput {
  /** ARNs of users, roles and accounts: 1 to 50, each once. */
  readonly principals: readonly string[]
  readonly revisionId: string | null
}

export interface RemovePermissionInput extends GroupInput {
  readonly revisionId: string
}

export interface TagResourceInput extends GroupInput {
  readonly tags: Readonly<Record<string, string>>
}

export interface UntagResourceInput extends GroupInput {
  readonly tagKeys: readonly string[]
}

const maxPrincipals = 50
const longestArn = 2048

export function parsePutPermission(parts: RequestParts): PutPermissionInput {
  parseActionGroup(parts)
  const fields = jsonBody(parts.body)
  const principals = stringList(fields, 'principals', { max: maxPrincipals, longest: longestArn })
  required(fields.principals ?? null, 'principals')
  if (principals.length === 0)
    throw invalid(
      'principals must name at least one: RemovePermission takes the permission from all of them.',
    )
  const unknown = principals.find((principal) => !isPrincipalArn(principal))
  if (unknown !== undefined)
    throw invalid(
      `The principal '${unknown.slice(0, 256)}' is not the ARN of an IAM user, a role or an account's root; wildcards are not allowed.`,
    )
  const revisionId = member(fields, 'revisionId', 'string')
  return {
    ...parseGroupInput(parts),
    principals: [...new Set(principals)],
    revisionId: revisionId === null ? null : uuid(revisionId, 'revisionId'),
  }
}

export function parseRemovePermission(parts: RequestParts): RemovePermissionInput {
  parseActionGroup(parts)
  return {
    ...parseGroupInput(parts),
    revisionId: uuid(required(single(parts.query, 'revisionId'), 'revisionId'), 'revisionId'),
  }
}

function parseActionGroup({ labels }: RequestParts): void {
  oneOf(labels.actionGroup!, 'actionGroup', actionGroups)
}

/** The group that `resourceArn` names: where it names one of this region, its name stands beside it in the path's labels. */
export function parseTaggedGroup(parts: RequestParts): GroupInput {
  if (parts.labels.profilingGroupName === undefined)
    throw invalid('resourceArn must be the ARN of a profiling group in the region of the call.')
  return parseGroupInput(parts)
}

export function parseTagResource(parts: RequestParts): TagResourceInput {
  const given = member(jsonBody(parts.body), 'tags', 'object')
  return { ...parseTaggedGroup(parts), tags: tags(required(given, 'tags')) }
}

export function parseUntagResource(parts: RequestParts): UntagResourceInput {
  const keys = [...new Set(parts.query.get('tagKeys') ?? [])]
  required(keys[0] ?? null, 'tagKeys')
  if (keys.length > maxTags) throw invalid(`tagKeys names more than ${maxTags}.`)
  for (const key of keys) lengthBetween(key, 'tagKeys', 1, 128)
  return { ...parseTaggedGroup(parts), tagKeys: keys }
}
