import {
  ApiError,
  type OperationName,
  parseCreateProfilingGroup,
  parseTagResource,
  parseUntagResource,
  profilingGroupArn,
  type RequestParts,
} from '@wick/wire'
import type { Access, ConditionValues } from '../access/access.ts'
import { requestTags, tagKeys } from '../iam/condition-keys.ts'
import type { Scope } from '../storage/catalog.ts'

/** What a call of the API must be allowed to do. To make a group with tags is to tag it, too. */
export function accessesOf(name: OperationName, parts: RequestParts, scope: Scope): readonly Access[] {
  const resource = resourceOf(name, parts, scope)
  const conditions = readableConditions(name, parts)
  const access = { action: `codeguru-profiler:${name}`, resource, conditions }
  return name === 'CreateProfilingGroup' && 'aws:tagkeys' in conditions
    ? [access, { ...access, action: 'codeguru-profiler:TagResource' }]
    : [access]
}

/**
 * What a call is about, as an ARN: from the request alone, whether it exists or not. A group to be made is named in
 * the body; where the body names none, reading it says so.
 */
export function resourceOf(name: OperationName, parts: RequestParts, scope: Scope): string {
  const { profilingGroupName, resourceArn } = parts.labels
  if (name === 'CreateProfilingGroup') {
    return profilingGroupArn({ ...scope, name: parseCreateProfilingGroup(parts).profilingGroupName })
  }
  if (profilingGroupName !== undefined) return profilingGroupArn({ ...scope, name: profilingGroupName })
  return resourceArn ?? '*'
}

/** Input that cannot be read has no tags. It is refused in any case: but whoever may not ask is not told why. */
function readableConditions(name: OperationName, parts: RequestParts): ConditionValues {
  try {
    return conditionsOf(name, parts)
  } catch (error) {
    if (error instanceof ApiError) return {}
    throw error
  }
}

function conditionsOf(name: OperationName, parts: RequestParts): ConditionValues {
  switch (name) {
    case 'CreateProfilingGroup': {
      const { tags } = parseCreateProfilingGroup(parts)
      return Object.keys(tags).length === 0 ? {} : requestTags(tags)
    }
    case 'TagResource':
      return requestTags(parseTagResource(parts).tags)
    case 'UntagResource':
      return tagKeys(parseUntagResource(parts).tagKeys)
    default:
      return {}
  }
}
