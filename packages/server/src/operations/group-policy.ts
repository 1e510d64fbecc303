import { ApiError, type PolicyOutput, profilingGroupArn } from '@wick/wire'
import { resourcePolicyText } from '../access/resource-policy.ts'
import type { GroupRecord } from '../storage/catalog.ts'
import type { GroupPolicy } from '../storage/group-access.ts'

/** A group's resource policy as JSON text; null where nobody is in it. */
export function resourcePolicyOf(group: GroupRecord): string | null {
  return group.policy === null || group.policy.principals.length === 0
    ? null
    : textOf(group, group.policy.principals)
}

/** What is told of a policy after a change. */
export function policyOutput(group: GroupRecord, { principals, revisionId }: GroupPolicy): PolicyOutput {
  return { policy: textOf(group, principals), revisionId }
}

function textOf(group: GroupRecord, principals: GroupPolicy['principals']): string {
  return resourcePolicyText(
    principals.map(({ arn }) => arn),
    profilingGroupArn(group),
  )
}

export function staleRevision(name: string): ApiError {
  return new ApiError(
    'ConflictException',
    `The policy of the profiling group '${name}' is at another revision: get the policy and try again with its revisionId.`,
  )
}
