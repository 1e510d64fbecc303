/**
 * The one place that decides whether a call is allowed. It looks at nothing but the request, never at whether the resource
 * exists, so that a denial tells nothing about it.
 *
 * 1. A Deny that matches, in whatever policy, denies.
 * 2. Every guardrail must allow.
 * 3. The resource's policy may allow. In the caller's own account that is enough when it names the user or session itself;
 *    when it names the role or everybody, boundary and session policies must allow too; when it names the account it leaves
 *    the decision to the account's policies. From another account, and for assuming a role, it must allow.
 * 4. Otherwise a policy of the identity must allow, the permissions boundary if there is one, and a session policy if the
 *    session has any.
 */
import type {
  AccessRequest,
  Decision,
  Layer,
  NamedPolicy,
  NearMiss,
  StatementReference,
} from './access-request.ts'
import { denialMessage } from './denial-message.ts'
import { explainMiss, matchStatement, type PreparedRequest, prepare } from './match-statement.ts'
import type { Statement } from './policy.ts'
import { accountOf, type Naming } from './principal-pattern.ts'

/** A policy with the layer in which it counts. */
interface Placed extends NamedPolicy {
  readonly layer: Layer
}

export function evaluate(request: AccessRequest): Decision {
  const prepared = prepare(request)
  const allows: StatementReference[] = []
  const denies: StatementReference[] = []
  const placed = placedPolicies(request)
  /** Which of the placed policies allow, and how a resource's policy names the caller. */
  const allowing = placed.map((one) => {
    let strongest: Naming | null = null
    for (const statement of one.policy.statements) {
      const naming = matchStatement(statement, prepared)
      if (naming === null) continue
      if (statement.effect === 'Deny') denies.push(referenceTo(statement, one))
      else {
        allows.push(referenceTo(statement, one))
        strongest = stronger(strongest, naming)
      }
    }
    return strongest
  })

  const layer = denies[0]?.layer ?? missingAllow(request, placed, allowing)
  if (layer === null) return { kind: 'allow', matched: allows }
  const isExplicit = denies.length > 0
  return {
    kind: 'deny',
    layer,
    isExplicit,
    message: denialMessage(request, layer, isExplicit),
    matched: isExplicit ? denies : allows,
    missed: isExplicit ? [] : missesIn(placed, prepared),
  }
}

/** In the order in which a denial is blamed on them. */
function placedPolicies(request: AccessRequest): readonly Placed[] {
  const placed: Placed[] = []
  const place = (layer: Layer, policies: readonly (NamedPolicy | null)[]): void => {
    for (const one of policies) if (one !== null) placed.push({ layer, name: one.name, policy: one.policy })
  }
  place('guardrail', request.guardrails)
  place('resource', [request.resourcePolicy])
  place('identity', request.identityPolicies)
  place('boundary', [request.permissionsBoundary])
  place('session', request.sessionPolicies ?? [])
  return placed
}

/** The layer for want of whose Allow the request is denied; null when nothing is wanting. */
function missingAllow(
  request: AccessRequest,
  placed: readonly Placed[],
  allowing: readonly (Naming | null)[],
): Layer | null {
  const { principal, resourceAccountId, resourcePolicy, permissionsBoundary, sessionPolicies } = request
  const isAllowedBy = (layer: Layer): boolean =>
    placed.some((one, index) => one.layer === layer && allowing[index] !== null)

  if (placed.some((one, index) => one.layer === 'guardrail' && allowing[index] === null)) return 'guardrail'

  const account = accountOf(principal)
  const isOwnAccount = account === resourceAccountId
  const resourceIndex = placed.findIndex(({ layer }) => layer === 'resource')
  const naming = resourceIndex === -1 ? null : allowing[resourceIndex]!
  const mustBeAllowedByResource = !isOwnAccount || resourcePolicy?.policy.kind === 'trust'
  if (mustBeAllowedByResource && naming === null) return 'resource'
  // Services and web identities belong to no account: there is no other side to ask.
  if (account === null || (isOwnAccount && naming === 'itself')) return null

  const isAllowedByResource = isOwnAccount && (naming === 'role' || naming === 'anyone')
  if (principal.kind !== 'root' && !isAllowedByResource && !isAllowedBy('identity')) return 'identity'
  if (permissionsBoundary !== null && !isAllowedBy('boundary')) return 'boundary'
  if (sessionPolicies !== null && !isAllowedBy('session')) return 'session'
  return null
}

const namings: readonly (Naming | null)[] = [null, 'account', 'anyone', 'role', 'itself']

function stronger(a: Naming | null, b: Naming): Naming {
  return namings.indexOf(a) > namings.indexOf(b) ? a! : b
}

function referenceTo(statement: Statement, { layer, name }: Placed): StatementReference {
  const { sid, index, line, effect } = statement
  return { layer, policy: name, sid, index, line, effect }
}

function missesIn(placed: readonly Placed[], request: PreparedRequest): readonly NearMiss[] {
  return placed.flatMap((one) =>
    one.policy.statements
      .filter((statement) => statement.effect === 'Allow' && matchStatement(statement, request) === null)
      .map((statement) => ({ ...referenceTo(statement, one), ...explainMiss(statement, request) })),
  )
}
