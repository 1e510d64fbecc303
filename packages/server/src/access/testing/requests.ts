/** Policies and requests for tests, with everything that a test does not care about filled in. */
import type { AccessRequest, NamedPolicy } from '../access-request.ts'
import { parsePolicy } from '../parse-policy.ts'
import type { Policy, PolicyKind } from '../policy.ts'
import type { Principal } from '../request-principal.ts'
import type { Context } from '../template.ts'

export const account = '111122223333'
export const otherAccount = '444455556666'
export const group = `arn:aws:codeguru-profiler:eu-west-1:${account}:profilingGroup/orders`

export const alice = {
  kind: 'user',
  arn: `arn:aws:iam::${account}:user/alice`,
  accountId: account,
  id: 'AIDAALICEALICEALICE1',
} as const satisfies Principal
export const agentSession = {
  kind: 'role-session',
  arn: `arn:aws:sts::${account}:assumed-role/agent/host-1`,
  accountId: account,
  id: 'AROAAGENTAGENTAGENT1',
  roleArn: `arn:aws:iam::${account}:role/agent`,
} as const satisfies Principal

/** The policy of some text or JSON; throws what is wrong with it. */
export function policy(source: unknown, kind: PolicyKind = 'identity'): Policy {
  const parsed = parsePolicy(typeof source === 'string' ? source : JSON.stringify(source), kind)
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

/** A policy of 2012-10-17 with these statements, called by its kind. */
export function named(statements: unknown, kind: PolicyKind = 'identity', name: string = kind): NamedPolicy {
  return { name, policy: policy({ Version: '2012-10-17', Statement: statements }, kind) }
}

export function contextOf(values: Readonly<Record<string, string | readonly string[]>>): Context {
  return new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]))
}

/** Alice reads a profile of her account and has no policies. */
export function request(part: Partial<AccessRequest> = {}): AccessRequest {
  return {
    principal: alice,
    action: 'codeguru-profiler:GetProfile',
    resource: group,
    resourceAccountId: account,
    context: new Map(),
    identityPolicies: [],
    permissionsBoundary: null,
    sessionPolicies: null,
    resourcePolicy: null,
    guardrails: [],
    ...part,
  }
}
