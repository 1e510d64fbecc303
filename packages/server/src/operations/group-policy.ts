import { ApiError, type PolicyOutput, profilingGroupArn } from '@wick/wire'
import { resourcePolicyText } from '../access/resource-policy.ts'
import { principalArn, principalId } from '../iam/principal-ids.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { GroupRecord } from '../storage/catalog.ts'
import type { GroupPolicy, PolicyPrincipal } from '../storage/group-access.ts'

/** A group's resource policy as JSON text; null where nobody is in it. */
export function resourcePolicyOf(group: GroupRecord, accounts: Accounts): string | null {
  return group.policy === null || group.policy.principals.length === 0
    ? null
    : textOf(group, group.policy.principals, accounts)
}

/** What is told of a policy after a change. */
export function policyOutput(
  group: GroupRecord,
  { principals, revisionId }: GroupPolicy,
  accounts: Accounts,
): PolicyOutput {
  return { policy: textOf(group, principals, accounts), revisionId }
}

function textOf(group: GroupRecord, principals: GroupPolicy['principals'], accounts: Accounts): string {
  const shown = principals.map((principal) => shownPrincipal(principal, accounts))
  return resourcePolicyText(shown, profilingGroupArn(group))
}

/** As it is kept: of a user or role of an account here, with its unique id. */
export function keptPrincipal(arn: string, accounts: Accounts): PolicyPrincipal {
  const account = accounts.find(accountOf(arn))
  return { arn, id: account === null ? null : principalId(account, arn) }
}

/** The ARN as it is by now; of one that is gone, the id, as AWS shows it: it is nobody's any more. */
function shownPrincipal({ arn, id }: PolicyPrincipal, accounts: Accounts): string {
  if (id === null) return arn
  const account = accounts.find(accountOf(arn))
  return (account && principalArn(account, id)) ?? id
}

function accountOf(arn: string): string {
  return arn.split(':', 5)[4] ?? ''
}

export function staleRevision(name: string): ApiError {
  return new ApiError(
    'ConflictException',
    `The policy of the profiling group '${name}' is at another revision: get the policy and try again with its revisionId.`,
  )
}
