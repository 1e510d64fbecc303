/** Names of identities. `partition` is always `aws`. */

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

export function oidcProviderArn(accountId: string, { url }: { readonly url: string }): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${url.slice('https://'.length)}`
}

export function sessionArn(accountId: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`
}
