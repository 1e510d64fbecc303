import type { Access } from '../access/access.ts'
import type { AccessRequest, NamedPolicy } from '../access/access-request.ts'
import type { Principal as Asking } from '../access/request-principal.ts'
import { type Account, roleById } from './account.ts'
import { roleArn } from './arns.ts'
import { conditionKeys, type RequestFacts } from './condition-keys.ts'
import { policiesOf } from './policies-of.ts'
import type { Principal } from './principal.ts'

/** Somebody, and the circumstances of a call of theirs. */
export interface Asker {
  readonly principal: Principal
  /** The principal's own, as it is now. */
  readonly account: Account
  readonly request: RequestFacts
  readonly region: string
  /** Epoch milliseconds. */
  readonly now: number
  /** Each must allow, whoever asks. */
  readonly guardrails: readonly NamedPolicy[]
}

/** What is known of the thing that a call is about. */
export interface Target {
  readonly accountId: string
  /** Null where there is no such thing. */
  readonly tags: Readonly<Record<string, string>> | null
  readonly policy: NamedPolicy | null
}

/** The question whether somebody may do something, with everything that the answer depends on. */
export function ask({ principal, account, ...asker }: Asker, access: Access, target: Target): AccessRequest {
  const resourceAccountId = access.resourceAccountId ?? target.accountId
  return {
    principal: asking(account, principal),
    action: access.action,
    resource: access.resource,
    resourceAccountId,
    context: conditionKeys({
      ...asker,
      principal,
      account,
      resourceAccountId,
      resourceTags: target.tags,
      conditions: access.conditions ?? {},
    }),
    ...policiesOf(account, principal),
    resourcePolicy: target.policy,
    guardrails: asker.guardrails,
  }
}

function asking(account: Account, { kind, arn, accountId, entityId: id }: Principal): Asking {
  if (kind === 'user') return { kind, arn, accountId, id }
  const role = roleById(account, id)
  return {
    kind: 'role-session',
    arn,
    accountId,
    id,
    // One that is gone is named by nothing.
    roleArn: role === null ? '' : roleArn(accountId, role),
  }
}
