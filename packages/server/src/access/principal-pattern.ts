/** Whom a resource-based policy names, and how a caller is named by it. */
import type { Principal } from './request-principal.ts'

export type PrincipalPattern =
  /** `*`: everybody. */
  | { readonly kind: 'anyone'; readonly text: string; readonly line: number }
  | { readonly kind: 'account'; readonly text: string; readonly line: number; readonly accountId: string }
  /** The ARN or unique id of a user, role or session, a service, or an identity provider: the name itself. */
  | { readonly kind: 'named'; readonly text: string; readonly line: number; readonly type: PrincipalType }

export type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'

/**
 * How a policy names a caller, most exact first: the user or session itself, its role, everybody, or its account, which
 * only leaves the decision to the account's own policies.
 */
export type Naming = 'itself' | 'role' | 'anyone' | 'account'

interface Name {
  readonly naming: 'itself' | 'role'
  readonly type: PrincipalType
  readonly texts: readonly string[]
}

function namesOf(principal: Principal): readonly Name[] {
  switch (principal.kind) {
    case 'user':
      return [{ naming: 'itself', type: 'AWS', texts: [principal.arn, principal.id] }]
    case 'role-session':
      return [
        { naming: 'itself', type: 'AWS', texts: [principal.arn] },
        { naming: 'role', type: 'AWS', texts: [principal.roleArn, principal.id] },
      ]
    case 'web-identity':
      return [{ naming: 'itself', type: 'Federated', texts: [principal.provider] }]
    case 'service':
      return [{ naming: 'itself', type: 'Service', texts: [principal.service] }]
    case 'root':
      return []
  }
}

/** The account that a caller belongs to; null for services and web identities, which belong to none. */
export function accountOf(principal: Principal): string | null {
  return 'accountId' in principal ? principal.accountId : null
}

/** The most exact way in which the list names the caller; null when it does not. */
export function namingOf(list: readonly PrincipalPattern[], principal: Principal): Naming | null {
  for (const { naming, type, texts } of namesOf(principal)) if (isNamed(list, type, texts)) return naming
  if (list.some(({ kind }) => kind === 'anyone')) return 'anyone'
  return isAccountNamed(list, principal) ? 'account' : null
}

/**
 * Whether `NotPrincipal` excepts the caller: every one of the caller's names must be listed, the account too. An account
 * alone excepts nobody in it, nor a role its sessions.
 */
export function isExcepted(list: readonly PrincipalPattern[], principal: Principal): boolean {
  if (list.some(({ kind }) => kind === 'anyone')) return true
  const isAccountExcepted = accountOf(principal) === null || isAccountNamed(list, principal)
  return isAccountExcepted && namesOf(principal).every(({ type, texts }) => isNamed(list, type, texts))
}

function isNamed(list: readonly PrincipalPattern[], type: PrincipalType, texts: readonly string[]): boolean {
  return list.some(
    (pattern) => pattern.kind === 'named' && pattern.type === type && texts.includes(pattern.text),
  )
}

function isAccountNamed(list: readonly PrincipalPattern[], principal: Principal): boolean {
  const accountId = accountOf(principal)
  return list.some((pattern) => pattern.kind === 'account' && pattern.accountId === accountId)
}
