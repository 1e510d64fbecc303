import { sessionArn } from '../iam/arns.ts'
import type { FoundRole } from '../sts/find-role.ts'
import { packedPercent, type SessionGrant, type TemporaryCredentials } from '../sts/session-token.ts'

/** Credentials as STS answers them. */
export function credentialsOutput(credentials: TemporaryCredentials): {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  readonly Expiration: number
} {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAt,
  }
}

/** Who a session of a role is, and how much of its token policies and tags take. */
export function roleOutput(
  { account, role }: FoundRole,
  sessionName: string,
  grant: SessionGrant,
): {
  readonly AssumedRoleUser: { readonly AssumedRoleId: string; readonly Arn: string }
  readonly PackedPolicySize: number | null
} {
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: sessionArn(account.id, role.name, sessionName),
    },
    PackedPolicySize: packedPercent(grant),
  }
}
