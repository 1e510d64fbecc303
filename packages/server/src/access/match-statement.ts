/** One statement against one request. */
import type { AccessRequest, NearMiss } from './access-request.ts'
import { type ArnParts, matchesArn, splitArn } from './arn.ts'
import { holds } from './condition.ts'
import { matches } from './glob.ts'
import type { OneOf, ResourcePattern, Statement } from './policy.ts'
import { isExcepted, type Naming, namingOf, type PrincipalPattern } from './principal-pattern.ts'
import type { Principal } from './request-principal.ts'
import { type Context, isResolvable } from './template.ts'

/** A request with what every statement needs of it, made once. */
export interface PreparedRequest {
  readonly principal: Principal
  readonly context: Context
  readonly resource: string
  /** null when the resource is no ARN. */
  readonly resourceParts: ArnParts | null
  /** In lower case. */
  readonly action: string
}

export function prepare({ principal, action, resource, context }: AccessRequest): PreparedRequest {
  return { principal, context, resource, resourceParts: splitArn(resource), action: action.toLowerCase() }
}

/**
 * Whether the statement matches; if so, how it names the caller (policies of identities name nobody: `itself`). What
 * cannot be evaluated counts on the safe side: as a match of a Deny, not of an Allow.
 */
export function matchStatement(statement: Statement, request: PreparedRequest): Naming | null {
  if (!matchesAction(statement, request)) return null
  if (!matchesResource(statement.resources, request)) return null
  const naming = namingIn(statement.principals, request.principal)
  if (naming === null) return null
  for (const condition of statement.conditions) {
    const truth = holds(condition, request.context)
    if (truth === false || (truth === 'unknown' && statement.effect === 'Allow')) return null
  }
  return naming
}

/** What fails first in a statement that does not match; what else fails behind it is not looked for. */
export function explainMiss(
  statement: Statement,
  request: PreparedRequest,
): Pick<NearMiss, 'failed' | 'detail'> {
  if (!matchesAction(statement, request))
    return { failed: 'action', detail: listed('Action', statement.actions) }
  if (!matchesResource(statement.resources, request))
    return { failed: 'resource', detail: listed('Resource', statement.resources!) }
  if (namingIn(statement.principals, request.principal) === null)
    return { failed: 'principal', detail: listed('Principal', statement.principals!) }
  const condition = statement.conditions.find((one) => holds(one, request.context) !== true)!
  const found = request.context.get(condition.key)
  const has =
    found === undefined || (found.length === 0 && typeof found !== 'string')
      ? 'nothing'
      : JSON.stringify(found)
  return {
    failed: 'condition',
    detail: `${condition.operatorText} ${condition.keyText}: the request has ${has}`,
  }
}

function listed(name: string, { negated, items }: OneOf<{ readonly text: string }>): string {
  return `${negated ? 'Not' : ''}${name} ${items.map(({ text }) => text).join(', ')}`
}

function matchesAction({ actions: { negated, items } }: Statement, { action }: PreparedRequest): boolean {
  return items.some(({ pattern }) => matches(pattern, action)) !== negated
}

function matchesResource(resources: OneOf<ResourcePattern> | null, request: PreparedRequest): boolean {
  if (resources === null) return true
  const { negated, items } = resources
  // As in conditions: a pattern with an unknown variable matches nothing, and leaves NotResource unsure of what it excepts.
  if (negated && !items.every((item) => item.kind === 'any' || isResolvable(item.variables, request.context)))
    return false
  return items.some((item) => matchesOneResource(item, request)) !== negated
}

function matchesOneResource(item: ResourcePattern, { resourceParts, context }: PreparedRequest): boolean {
  if (item.kind === 'any') return true
  if (resourceParts === null || !isResolvable(item.variables, context)) return false
  const pattern = item.pattern(context)
  return pattern !== null && matchesArn(pattern, resourceParts)
}

function namingIn(principals: OneOf<PrincipalPattern> | null, principal: Principal): Naming | null {
  if (principals === null) return 'itself'
  if (!principals.negated) return namingOf(principals.items, principal)
  // NotPrincipal stands only in Deny, where it does not matter how the caller is named.
  return isExcepted(principals.items, principal) ? null : 'anyone'
}
