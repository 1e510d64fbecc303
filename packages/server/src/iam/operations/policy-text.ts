import { QueryError } from '@wick/wire/query'
import { withKnownKeys } from '../../access/known-keys.ts'
import { type ParsedPolicy, parsePolicy, policySize } from '../../access/parse-policy.ts'
import type { Policy } from '../../access/policy.ts'
import { quotas } from '../quotas.ts'
import { requireQuota } from './find.ts'

/** A policy for users, groups and roles, of any size. @throws QueryError MalformedPolicyDocument, with line and reason */
export function requireIdentityPolicy(text: string): Policy {
  return policyIn(withKnownKeys(parsePolicy(text, 'identity', Number.POSITIVE_INFINITY)))
}

/** A role's trust policy. @throws QueryError MalformedPolicyDocument, LimitExceeded */
export function requireTrustPolicy(text: string): Policy {
  requireQuota(policySize(text), quotas.trustPolicySize, 'ACLSizePerRole')
  return policyIn(withKnownKeys(parsePolicy(text, 'trust')))
}

export function policyIn(parsed: ParsedPolicy): Policy {
  if (parsed.kind === 'policy') return parsed.policy
  const problems = parsed.problems.slice(0, maxProblems).map(({ line, reason }) => `line ${line}: ${reason}`)
  throw new QueryError('MalformedPolicyDocument', `Syntax errors in policy: ${problems.join('; ')}`)
}

/** Enough to go on with; a policy can have thousands. */
const maxProblems = 5
