import { ApiError, profilingGroupArn } from '@wick/wire'
import type { Access } from '../access/access.ts'
import { evaluate } from '../access/evaluate.ts'
import { ask, type Target } from '../iam/ask.ts'
import { askerOf } from '../operations/asker.ts'
import type { OperationContext } from '../operations/context.ts'
import { effectivePolicyOf } from '../operations/effective-policy.ts'
import type { GroupRecord, Scope } from '../storage/catalog.ts'

/**
 * Decides whether a call may do all that it needs. It knows the group that the call is about, its tags and policy, but a
 * denial does not depend on whether there is one: without a group, nothing but its tags and policy is missing.
 *
 * @param groupName what the path calls the group; null where it names none
 * @throws ApiError AccessDeniedException
 */
export async function authorise(
  context: OperationContext,
  accesses: readonly Access[],
  groupName: string | null,
): Promise<void> {
  if (accesses.length === 0) return
  const asker = askerOf(context)
  const { catalog, scope } = context
  const group = groupName === null ? null : await catalog.findGroup(scope, groupName)
  for (const access of accesses) {
    const decision = evaluate(ask(asker, access, targetOf(scope, group, access)))
    if (decision.kind === 'deny') throw new ApiError('AccessDeniedException', decision.message)
  }
}

/** A call about a group may need something of another thing, which does not have the group's tags and policy. */
function targetOf({ accountId }: Scope, group: GroupRecord | null, { resource }: Access): Target {
  if (group === null || resource !== profilingGroupArn(group)) return { accountId, tags: null, policy: null }
  return { accountId, tags: group.tags, policy: effectivePolicyOf(group) }
}
