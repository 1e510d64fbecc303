import type { GetPolicyOutput, GroupInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { resourcePolicyOf } from './group-policy.ts'
import { requireGroup } from './groups.ts'

/** Who may send profiles to the group, as a policy; nothing where nobody was let, or nobody is any more. */
export async function getPolicy(context: OperationContext, input: GroupInput): Promise<GetPolicyOutput> {
  const group = await requireGroup(context, input)
  const policy = resourcePolicyOf(group, context.accounts)
  return policy === null ? {} : { policy, revisionId: group.policy!.revisionId }
}
