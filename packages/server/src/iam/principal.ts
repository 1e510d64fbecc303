import type { Account, Role, User } from './account.ts'
import { roleArn, sessionArn, userArn } from './arns.ts'

/** Who a request comes from, once that is proven. */
export interface Principal {
  readonly kind: 'user' | 'role'
  readonly accountId: string
  /** `arn:aws:iam::…:user/…`, or `arn:aws:sts::…:assumed-role/ROLE/SESSION`. */
  readonly arn: string
  /** `AIDA…`, or `AROA…:SESSION`. */
  readonly userId: string
  /** Of the user or the role. */
  readonly entityId: string
  /** Of the user or the role. */
  readonly entityArn: string
  /** Of the user or the role. */
  readonly name: string
  /** Of the key that signed; null in the console. */
  readonly accessKeyId: string | null
  /** Null for a user's long-term key. */
  readonly session: PrincipalSession | null
}

/** What was settled when temporary credentials were given, or the console was entered. Instants are epoch milliseconds. */
export interface PrincipalSession {
  readonly issuedAt: number
  readonly expiresAt: number
  /** When a second factor was given; null where none was. */
  readonly mfaAt: number | null
  /** Texts; what none of them allows is not allowed. Null: the session is not limited. */
  readonly policies: readonly string[] | null
  /** Managed policies that limit it together with `policies`; none where that is null. */
  readonly policyArns: readonly string[]
  /** They win over those of the user or role. */
  readonly tags: Readonly<Record<string, string>>
  /** Keys of `tags` that a session made from this one has, too. */
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | null
  /** Whoever vouched for a web identity: ARN of the provider. */
  readonly federatedProvider: string | null
}

/**
 * What GetSessionToken gives without a second factor. It must not make credentials that outlive it: a copy of a key that is
 * cut off with the key would make itself another one.
 */
export function isBareSessionToken({ kind, accessKeyId, session }: Principal): boolean {
  return kind === 'user' && accessKeyId !== null && session !== null && session.mfaAt === null
}

export function userPrincipal(
  account: Account,
  user: User,
  { accessKeyId = null, session = null }: Partial<Pick<Principal, 'accessKeyId' | 'session'>> = {},
): Principal {
  return {
    kind: 'user',
    accountId: account.id,
    arn: userArn(account.id, user),
    userId: user.id,
    entityId: user.id,
    entityArn: userArn(account.id, user),
    name: user.name,
    accessKeyId,
    session,
  }
}

export function rolePrincipal(
  account: Account,
  role: Role,
  sessionName: string,
  { accessKeyId = null, session }: Pick<Principal, 'session'> & Partial<Pick<Principal, 'accessKeyId'>>,
): Principal {
  return {
    kind: 'role',
    accountId: account.id,
    arn: sessionArn(account.id, role.name, sessionName),
    userId: `${role.id}:${sessionName}`,
    entityId: role.id,
    entityArn: roleArn(account.id, role),
    name: role.name,
    accessKeyId,
    session,
  }
}
