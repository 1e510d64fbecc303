/** What somebody could do, without doing it. */
import { QueryError } from '@wick/wire/query'
import type { AccessRequest, Decision, NamedPolicy } from '../access/access-request.ts'
import { contextKeysOf } from '../access/context-keys.ts'
import { evaluate } from '../access/evaluate.ts'
import { parsePolicy, policySize } from '../access/parse-policy.ts'
import type { PolicyKind } from '../access/policy.ts'
import type { Principal } from '../access/request-principal.ts'
import { type Account, type Group, groupById, type Role, type User } from './account.ts'
import { groupArn, roleArn, sessionArn, userArn } from './arns.ts'
import { found } from './operations/find.ts'
import { findPolicy } from './operations/policy-arns.ts'
import { policyIn } from './operations/policy-text.ts'

/** Where a policy comes from, as simulations tell it. */
type PolicySource = 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none'

export interface SourcedPolicy extends NamedPolicy {
  readonly source: PolicySource
}

/** Whose permissions are looked at. */
export interface Source {
  readonly principal: Principal
  readonly policies: readonly SourcedPolicy[]
  readonly boundary: SourcedPolicy | null
  /** What is known of it without a request: lower-case key → value. */
  readonly context: ReadonlyMap<string, string>
}

/**
 * A user, a group or a role, by its ARN.
 *
 * @throws QueryError NoSuchEntity
 */
export function sourceByArn(account: Account, arn: string): Source {
  const name = arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()
  const [user, group, role] = [account.users.get(name), account.groups.get(name), account.roles.get(name)]
  if (user !== undefined && userArn(account.id, user) === arn) return userSource(account, user)
  if (group !== undefined && groupArn(account.id, group) === arn) return groupSource(account, group)
  if (role !== undefined && roleArn(account.id, role) === arn) return roleSource(account, role)
  throw new QueryError('NoSuchEntity', `There is no user, group or role ${arn}.`)
}

function userSource(account: Account, user: User): Source {
  const arn = userArn(account.id, user)
  const groups = user.groups.flatMap((id) => groupById(account, id) ?? [])
  return {
    principal: { kind: 'user', arn, accountId: account.id, id: user.id },
    policies: [
      ...heldBy(account, user, 'user'),
      ...groups.flatMap((group) => heldBy(account, group, 'group')),
    ],
    boundary: boundaryOf(account, user),
    context: contextOf(account, user, { arn, type: 'User', userId: user.id }, [['aws:username', user.name]]),
  }
}

/** Somebody who is in the group and has nothing else. */
function groupSource(account: Account, group: Group): Source {
  return {
    principal: { kind: 'user', arn: groupArn(account.id, group), accountId: account.id, id: group.id },
    policies: heldBy(account, group, 'group'),
    boundary: null,
    context: new Map(),
  }
}

function roleSource(account: Account, role: Role): Source {
  const session = 'simulation'
  const arn = roleArn(account.id, role)
  return {
    principal: {
      kind: 'role-session',
      arn: sessionArn(account.id, role.name, session),
      accountId: account.id,
      id: role.id,
      roleArn: arn,
    },
    policies: heldBy(account, role, 'role'),
    boundary: boundaryOf(account, role),
    context: contextOf(account, role, { arn, type: 'AssumedRole', userId: `${role.id}:${session}` }, []),
  }
}

function contextOf(
  account: Account,
  { tags }: User | Role,
  { arn, type, userId }: { readonly arn: string; readonly type: string; readonly userId: string },
  more: readonly (readonly [string, string])[],
): ReadonlyMap<string, string> {
  return new Map([
    ['aws:principalaccount', account.id],
    ['aws:principalarn', arn],
    ['aws:principaltype', type],
    ['aws:userid', userId],
    ...Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value] as const),
    ...more,
  ])
}

function heldBy(
  account: Account,
  { name, inlinePolicies, attachedPolicies }: User | Group | Role,
  source: 'user' | 'group' | 'role',
): readonly SourcedPolicy[] {
  const inline = Object.entries(inlinePolicies).map(([policyName, text]) =>
    readAs('identity', text, `${source}_${name}_${policyName}`, source),
  )
  return [...inline, ...attachedPolicies.map((arn) => managed(account, arn, 'identity'))]
}

function boundaryOf(account: Account, { permissionsBoundary }: User | Role): SourcedPolicy | null {
  return permissionsBoundary === null ? null : managed(account, permissionsBoundary, 'boundary')
}

function managed(account: Account, arn: string, kind: PolicyKind): SourcedPolicy {
  const policy = found(findPolicy(account, arn), `Policy ${arn} was not found.`)
  const { document } = policy.versions.find(({ id }) => id === policy.defaultVersionId)!
  return readAs(kind, document, arn, arn.startsWith('arn:aws:iam::aws:') ? 'aws-managed' : 'user-managed')
}

/** @throws QueryError MalformedPolicyDocument */
export function readAs(kind: PolicyKind, text: string, name: string, source: PolicySource): SourcedPolicy {
  return { name, source, policy: policyIn(parsePolicy(text, kind, Number.POSITIVE_INFINITY)) }
}

/** More is no policy that could be put anywhere; without a limit one call could keep everybody else waiting. */
const maxInputSize = 65_536

/** Policies that come with the question. @throws QueryError MalformedPolicyDocument, InvalidInput */
export function readInputs(
  kind: PolicyKind,
  texts: readonly string[] | null,
  name: string,
): readonly SourcedPolicy[] {
  const size = (texts ?? []).reduce((sum, text) => sum + policySize(text), 0)
  if (size > maxInputSize)
    throw new QueryError(
      'InvalidInput',
      `The policies of a simulation have ${maxInputSize} characters at most.`,
    )
  return (texts ?? []).map((text, i) => readAs(kind, text, `${name}.${i + 1}`, 'none'))
}

/** A question with everything that its answer depends on, but for action and resource. */
export interface Simulation {
  readonly principal: Principal
  readonly policies: readonly SourcedPolicy[]
  readonly boundary: SourcedPolicy | null
  readonly resourcePolicy: SourcedPolicy | null
  readonly resourceAccountId: string
  readonly context: AccessRequest['context']
}

export interface Simulated {
  readonly decision: Decision
  /** Whether the boundary would allow it; null without one. */
  readonly isInBoundary: boolean | null
}

export function simulate(simulation: Simulation, action: string, resource: string): Simulated {
  const { boundary } = simulation
  const request: AccessRequest = {
    principal: simulation.principal,
    action,
    resource,
    resourceAccountId: simulation.resourceAccountId,
    context: simulation.context,
    identityPolicies: simulation.policies,
    permissionsBoundary: boundary,
    sessionPolicies: null,
    resourcePolicy: simulation.resourcePolicy,
    guardrails: [],
  }
  const decision = evaluate(request)
  if (boundary === null) return { decision, isInBoundary: null }
  const alone: AccessRequest = {
    ...request,
    resourceAccountId: accountIdOf(simulation.principal) ?? simulation.resourceAccountId,
    identityPolicies: [boundary],
    permissionsBoundary: null,
    resourcePolicy: null,
  }
  return { decision, isInBoundary: evaluate(alone).kind === 'allow' }
}

function accountIdOf(principal: Principal): string | null {
  return 'accountId' in principal ? principal.accountId : null
}

/** Keys that the policies ask about. */
export function keysAskedFor(policies: Iterable<NamedPolicy>): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { policy } of policies) for (const key of contextKeysOf(policy)) keys.add(key)
  return keys
}
