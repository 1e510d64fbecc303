/** Nobody shall lock everybody out by accident: an account that somebody may administer stays so. */
import { QueryError } from '@wick/wire/query'
import { evaluate } from '../access/evaluate.ts'
import { type Account, type User, userById } from './account.ts'
import { userArn } from './arns.ts'
import { policiesOf } from './policies-of.ts'
import { type Principal, userPrincipal } from './principal.ts'

/**
 * @param caller looked at first, being one mostly
 * @throws QueryError DeleteConflict where nobody may administer the account after a change, and somebody could before
 */
export function requireAdministrator(before: Account, after: Account, caller: Principal): void {
  if (hasAdministrator(after, caller) || !hasAdministrator(before, caller)) return
  throw new QueryError(
    'DeleteConflict',
    'After this nobody could administer the account: no other user who may attach policies to users has an active access key or a password. Make one first.',
  )
}

function hasAdministrator(account: Account, caller: Principal): boolean {
  const own = caller.kind === 'user' ? userById(account, caller.entityId) : null
  if (own !== null && isAdministrator(account, own)) return true
  return account.users.values().some((user) => isAdministrator(account, user))
}

/** Who can come in, and give permissions to anybody. */
function isAdministrator(account: Account, user: User): boolean {
  const hasKey = account.accessKeys.values().some(({ userId, isActive }) => isActive && userId === user.id)
  return (hasKey || account.loginProfiles.has(user.id)) && mayAttachPolicies(account, user)
}

/** The best of circumstances: a policy that asks for a second factor locks out nobody who has one. */
const circumstances = new Map([
  ['aws:securetransport', 'true'],
  ['aws:multifactorauthpresent', 'true'],
  ['aws:multifactorauthage', '0'],
])

function mayAttachPolicies(account: Account, user: User): boolean {
  const arn = userArn(account.id, user)
  const decision = evaluate({
    principal: { kind: 'user', arn, accountId: account.id, id: user.id },
    action: 'iam:AttachUserPolicy',
    resource: arn,
    resourceAccountId: account.id,
    context: circumstances,
    ...policiesOf(account, userPrincipal(account, user)),
    resourcePolicy: null,
    guardrails: [],
  })
  return decision.kind === 'allow'
}
