import type { AccessRequest, NamedPolicy } from '../access/access-request.ts'
import { builtInPolicies } from '../access/built-in-policies.ts'
import { parsePolicy } from '../access/parse-policy.ts'
import type { Policy, PolicyKind } from '../access/policy.ts'
import { type Account, groupById, roleById, userById } from './account.ts'
import { policyArn } from './arns.ts'
import type { Principal, PrincipalSession } from './principal.ts'

/** Everything that says what a principal may do, wherever it stands. */
export type PrincipalPolicies = Pick<
  AccessRequest,
  'identityPolicies' | 'permissionsBoundary' | 'sessionPolicies'
>

type EntityPolicies = Omit<PrincipalPolicies, 'sessionPolicies'>

/** Whoever is gone may do nothing. */
const none: EntityPolicies = { identityPolicies: [], permissionsBoundary: null }

/** An account never changes, so what its entities may do is read once: account → id of user or role → policies. */
const known = new WeakMap<Account, Map<string, EntityPolicies>>()

/** @throws Error where a policy that is kept cannot be read: better no answer than one without a Deny */
export function policiesOf(account: Account, { kind, entityId, session }: Principal): PrincipalPolicies {
  let ofAccount = known.get(account)
  if (ofAccount === undefined) {
    ofAccount = new Map()
    known.set(account, ofAccount)
  }
  let policies = ofAccount.get(entityId)
  if (policies === undefined) {
    policies = kind === 'user' ? userPolicies(account, entityId) : rolePolicies(account, entityId)
    ofAccount.set(entityId, policies)
  }
  return { ...policies, sessionPolicies: session === null ? null : ofSession(account, session) }
}

/** Null where the session was given without any: then it is not limited. */
function ofSession(account: Account, { policies, policyArns }: PrincipalSession): NamedPolicy[] | null {
  if (policies === null) return null
  return [
    ...policies.map((text, i) => ({
      name: `session policy ${i + 1}`,
      policy: readPolicy(text, 'session'),
    })),
    ...policyArns.map((arn) => ({ name: arn, policy: readPolicy(managedDocument(account, arn), 'session') })),
  ]
}

interface Holder {
  readonly name: string
  readonly inlinePolicies: Readonly<Record<string, string>>
  readonly attachedPolicies: readonly string[]
}

function userPolicies(account: Account, id: string): EntityPolicies {
  const user = userById(account, id)
  if (user === null) return none
  const groups = user.groups.flatMap((groupId) => groupById(account, groupId) ?? [])
  return {
    identityPolicies: [user, ...groups].flatMap((holder) => heldBy(account, holder)),
    permissionsBoundary: boundaryOf(account, user.permissionsBoundary),
  }
}

function rolePolicies(account: Account, id: string): EntityPolicies {
  const role = roleById(account, id)
  if (role === null) return none
  return {
    identityPolicies: heldBy(account, role),
    permissionsBoundary: boundaryOf(account, role.permissionsBoundary),
  }
}

function heldBy(account: Account, { name, inlinePolicies, attachedPolicies }: Holder): NamedPolicy[] {
  const inline = Object.entries(inlinePolicies).map(
    ([policyName, text]): NamedPolicy => ({
      name: `${name}/${policyName}`,
      policy: readPolicy(text, 'identity'),
    }),
  )
  return [
    ...inline,
    ...attachedPolicies.map(
      (arn): NamedPolicy => ({ name: arn, policy: readPolicy(managedDocument(account, arn), 'identity') }),
    ),
  ]
}

function boundaryOf(account: Account, arn: string | null): NamedPolicy | null {
  if (arn === null) return null
  return { name: arn, policy: readPolicy(managedDocument(account, arn), 'boundary') }
}

const shipped = new Map(builtInPolicies.map((policy) => [policy.arn, policy]))

/** Text of the default version; null where there is no such policy. */
export function findManagedDocument(account: Account, arn: string): string | null {
  const builtIn = shipped.get(arn)
  if (builtIn !== undefined) return builtIn.document
  const policy = account.policies.get(arn.slice(arn.lastIndexOf('/') + 1).toLowerCase())
  if (policy === undefined || policyArn(account.id, policy) !== arn) return null
  return policy.versions.find(({ id }) => id === policy.defaultVersionId)?.document ?? null
}

/** @throws Error where there is no such policy */
function managedDocument(account: Account, arn: string): string {
  const document = findManagedDocument(account, arn)
  if (document === null) throw new Error(`there is no policy ${arn}`)
  return document
}

/** Texts read lately: accounts are replaced at every change, and most of their policies stay. */
const texts = new Map<string, Policy>()
const maxTexts = 4096

/** A policy that was accepted when it was written. @throws Error where it cannot be read */
export function readPolicy(text: string, kind: PolicyKind): Policy {
  const key = `${kind} ${text}`
  const read = texts.get(key)
  if (read !== undefined) return read
  // Whether it is too large was for whoever took it to say.
  const parsed = parsePolicy(text, kind, Number.POSITIVE_INFINITY)
  if (parsed.kind === 'problems')
    throw new Error(`a ${kind} policy cannot be read: ${parsed.problems[0]!.reason}`)
  if (texts.size >= maxTexts) texts.delete(texts.keys().next().value!)
  texts.set(key, parsed.policy)
  return parsed.policy
}
