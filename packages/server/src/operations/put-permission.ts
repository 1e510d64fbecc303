import { randomUUID } from 'node:crypto'
import { invalid, type PolicyOutput, type PutPermissionInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { keptPrincipal, policyOutput, staleRevision } from './group-policy.ts'
import { noSuchGroup, requireGroup } from './groups.ts'

/** Lets these principals, and no others, send profiles to the group. */
export async function putPermission(
  context: OperationContext,
  input: PutPermissionInput,
): Promise<PolicyOutput> {
  const name = input.profilingGroupName
  const group = await requireGroup(context, input)
  const policy = {
    revisionId: randomUUID(),
    principals: input.principals.map((arn) => keptPrincipal(arn, context.accounts)),
  }
  const outcome = await context.catalog.putPolicy({
    groupId: group.id,
    expectedRevision: input.revisionId,
    ...policy,
  })
  switch (outcome) {
    case 'put':
      return policyOutput(group, policy, context.accounts)
    case 'revision-needed':
      throw invalid(
        `The profiling group '${name}' has a policy already: revisionId must say which revision is replaced.`,
      )
    case 'stale':
      throw staleRevision(name)
    case 'gone':
      throw noSuchGroup(name)
  }
}
