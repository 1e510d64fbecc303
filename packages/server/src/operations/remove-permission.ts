import { randomUUID } from 'node:crypto'
import { ApiError, type PolicyOutput, type RemovePermissionInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { policyOutput, staleRevision } from './group-policy.ts'
import { noSuchGroup, requireGroup } from './groups.ts'

/** Takes the right to send profiles to the group from everybody the policy names. */
export async function removePermission(
  context: OperationContext,
  input: RemovePermissionInput,
): Promise<PolicyOutput> {
  const name = input.profilingGroupName
  const group = await requireGroup(context, input)
  const revisionId = randomUUID()
  const outcome = await context.catalog.removePolicy({
    groupId: group.id,
    expectedRevision: input.revisionId,
    revisionId,
  })
  switch (outcome) {
    case 'removed':
      return policyOutput(group, { revisionId, principals: [] }, context.accounts)
    case 'none':
      throw new ApiError('ResourceNotFoundException', `The profiling group '${name}' has no policy.`)
    case 'stale':
      throw staleRevision(name)
    case 'gone':
      throw noSuchGroup(name)
  }
}
