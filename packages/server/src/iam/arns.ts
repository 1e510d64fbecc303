/** Names of identities. `partition` is always `aws`. */
import { createHash } from 'node:crypto'
import type { Passkey } from './account.ts'

interface Pathed {
  readonly name: string
  readonly path: string
}

export function userArn(accountId: string, { path, name }: Pathed): string {
  return `arn:aws:iam::${accountId}:user${path}${name}`
}

export function groupArn(accountId: string, { path, name }: Pathed): string {
  return `arn:aws:iam::${accountId}:group${path}${name}`
}

export function roleArn(accountId: string, { path, name }: Pathed): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`
}

export function policyArn(accountId: string, { path, name }: Pathed): string {
  return `arn:aws:iam::${accountId}:policy${path}${name}`
}

export function mfaArn(accountId: string, { path, name }: Pathed): string {
  return `arn:aws:iam::${accountId}:mfa${path}${name}`
}

/** As IAM names security keys. What their users call them may hold anything: what an ARN may not is left out. */
export function passkeyArn(
  accountId: string,
  userName: string,
  { id, name }: Pick<Passkey, 'id' | 'name'>,
): string {
  const shown = name.replaceAll(/[^\w+=,.@-]/g, '').slice(0, 64)
  const unique = createHash('sha256').update(id).digest('hex').slice(0, 16)
  return `arn:aws:iam::${accountId}:u2f/user/${userName}/${shown}-${unique}`
}

export function oidcProviderArn(accountId: string, { url }: { readonly url: string }): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${url.slice('https://'.length)}`
}

export function sessionArn(accountId: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`
}
