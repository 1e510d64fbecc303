/**
 * Trust policies name users and roles. They are kept by their unique ids, so that one that is made again under the same
 * name inherits nothing, and shown by name; an id that is left over from one that is gone stays an id, as at AWS.
 */
import { QueryError } from '@wick/wire/query'
import type { Account } from './account.ts'
import { principalArn, principalId } from './principal-ids.ts'

/** The text as it is kept. @throws QueryError MalformedPolicyDocument where it names a user or role that is not there */
export function keptTrustPolicy(text: string, accounts: readonly Account[]): string {
  return withPrincipals(text, (name) => {
    if (!isUserOrRole(name)) return name
    const account = accounts.find(({ id }) => id === name.split(':')[4])
    const id = account === undefined ? null : principalId(account, name)
    if (id === null)
      throw new QueryError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${name}"`)
    return id
  })
}

/** The text as it is shown. */
export function shownTrustPolicy(text: string, accounts: readonly Account[]): string {
  return withPrincipals(text, (id) => {
    if (!id.startsWith('AIDA') && !id.startsWith('AROA')) return id
    for (const account of accounts) {
      const arn = principalArn(account, id)
      if (arn !== null) return arn
    }
    return id
  })
}

/** `arn:aws:iam::ACCOUNT:user/…` and the same of roles; sessions, accounts and everybody have no ids. */
function isUserOrRole(principal: string): boolean {
  const resource = principal.split(':')[5] ?? ''
  return (
    principal.startsWith('arn:aws:iam::') && (resource.startsWith('user/') || resource.startsWith('role/'))
  )
}

/** The policy was parsed before: it is JSON, and has the shape of a policy. */
function withPrincipals(text: string, replace: (principal: string) => string): string {
  const policy = JSON.parse(text)
  for (const statement of [policy.Statement].flat()) {
    for (const element of [statement?.Principal, statement?.NotPrincipal]) {
      const named = typeof element === 'object' ? element?.AWS : undefined
      if (typeof named === 'string') element.AWS = replace(named)
      else if (Array.isArray(named)) element.AWS = named.map(replace)
    }
  }
  return JSON.stringify(policy)
}
