import { ApiError } from '@wick/wire'
import type { Access } from '../access/access.ts'
import { evaluate } from '../access/evaluate.ts'
import { ask, type Target } from '../iam/ask.ts'
import { askerOf } from '../operations/asker.ts'
import type { OperationContext } from '../operations/context.ts'
import { effectivePolicyOf } from '../operations/effective-policy.ts'

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
  const target = await targetOf(context, groupName)
  for (const access of accesses) {
    const decision = evaluate(ask(asker, access, target))
    if (decision.kind === 'deny') throw new ApiError('AccessDeniedException', decision.message)
  }
}

async function targetOf({ catalog, scope }: OperationContext, groupName: string | null): Promise<Target> {
  const group = groupName === null ? null : await catalog.findGroup(scope, groupName)
  return {
    accountId: scope.accountId,
    tags: group?.tags ?? null,
    policy: group === null ? null : effectivePolicyOf(group),
  }
}
