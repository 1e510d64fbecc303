import { QueryError } from '@wick/wire/query'
import { withKnownKeys } from '../access/known-keys.ts'
import { parsePolicy } from '../access/parse-policy.ts'
import type { Account } from '../iam/account.ts'
import { findPolicy } from '../iam/operations/policy-arns.ts'
import { policyIn } from '../iam/operations/policy-text.ts'
import type { PrincipalSession } from '../iam/principal.ts'
import type { FoundRole } from './find-role.ts'
import { packedPercent, type SessionGrant } from './session-token.ts'

/** What somebody wants a session of a role to be like. */
export interface RoleWish {
  readonly sessionName: string
  readonly durationSeconds: number | null
  readonly policy: string | null
  readonly policyArns: readonly (string | null)[]
}

/** What a session of a role has besides. */
type Given = Pick<
  PrincipalSession,
  'mfaAt' | 'tags' | 'transitiveTagKeys' | 'sourceIdentity' | 'federatedProvider'
>

const standardSeconds = 3600
/** Of a session that is asked for with another session of a role. */
const chainedSeconds = 3600
const maxPolicyArns = 10

/**
 * A session of a role, as it is asked for and within the role's limits.
 *
 * @param isChained whether it is asked for with a session of a role
 * @throws QueryError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export function roleGrant(
  { account, role }: FoundRole,
  wish: RoleWish,
  given: Given,
  now: number,
  isChained = false,
): SessionGrant {
  const seconds = wish.durationSeconds ?? Math.min(standardSeconds, role.maxSessionSeconds)
  if (seconds > role.maxSessionSeconds)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  if (isChained && seconds > chainedSeconds)
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  const policyArns = wish.policyArns.map((arn) => requirePolicy(account, arn))
  if (policyArns.length > maxPolicyArns)
    throw invalid(`A session takes ${maxPolicyArns} managed policies at most.`)
  if (wish.policy !== null) policyIn(withKnownKeys(parsePolicy(wish.policy, 'session')))
  const isLimited = wish.policy !== null || policyArns.length > 0
  const grant: SessionGrant = {
    subject: { kind: 'role', accountId: account.id, roleId: role.id, sessionName: wish.sessionName },
    session: {
      issuedAt: now,
      expiresAt: now + seconds * 1000,
      policies: isLimited ? [wish.policy ?? []].flat() : null,
      policyArns,
      ...given,
    },
  }
  const percent = packedPercent(grant) ?? 0
  if (percent > 100)
    throw new QueryError(
      'PackedPolicyTooLarge',
      `Packed size of session policies and tags consumes ${percent}% of the allotted space.`,
    )
  return grant
}

function requirePolicy(account: Account, arn: string | null): string {
  if (arn === null || findPolicy(account, arn) === null)
    throw new QueryError('MalformedPolicyDocument', `The managed policy ${arn} does not exist.`)
  return arn
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}
