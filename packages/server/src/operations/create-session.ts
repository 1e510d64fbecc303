import { randomUUID } from 'node:crypto'
import { ApiError, formatTimestamp } from '@wick/wire'
import type { CreateSessionInput } from '@wick/wire/anywhere'
import type { Account } from '../iam/account.ts'
import { roleArn, sessionArn } from '../iam/arns.ts'
import { arnOf } from '../roles-anywhere/entities.ts'
import { seen } from '../roles-anywhere/subjects.ts'
import { GrantTooLarge } from '../sts/session-token.ts'
import { type CertificateCall, certificateSession } from './certificate-session.ts'
import type { Services } from './context.ts'

/**
 * Exchanges a certificate for credentials, and notes whose it is.
 *
 * @throws ApiError as `certificateSession` does
 */
export async function createSession(
  call: CertificateCall & { readonly services: Pick<Services, 'sessions'> },
  input: CreateSessionInput,
): Promise<object> {
  const { services, region, presented } = call
  const { accounts, sessions } = services
  const { desk, given, session } = certificateSession(call, input)
  const { account } = desk
  const { role, sessionName, sourceIdentity } = given
  const subject = { kind: 'role', accountId: account.id, roleId: role.id, sessionName } as const
  const credentials = await sessions.issue({ subject, session }).catch(explained)
  const id = randomUUID()
  const subjectId = await accounts.change(account.id, (current) => {
    const changes = seen({ ...desk, account: current }, presented.certificate, id)
    return { changes, output: idOf(current, region, given.subject) ?? id }
  })
  return {
    credentialSet: [
      {
        assumedRoleUser: {
          arn: sessionArn(account.id, role.name, sessionName),
          assumedRoleId: `${role.id}:${sessionName}`,
        },
        credentials: {
          accessKeyId: credentials.accessKeyId,
          secretAccessKey: credentials.secretAccessKey,
          sessionToken: credentials.sessionToken,
          expiration: formatTimestamp(credentials.expiresAt),
        },
        packedPolicySize: 0,
        roleArn: roleArn(account.id, role),
        ...(sourceIdentity !== null && { sourceIdentity }),
      },
    ],
    subjectArn: arnOf(desk, 'subject', { region, id: subjectId }),
  }
}

function idOf(account: Account, region: string, x509Subject: string): string | null {
  return account.subjects.get(`${region}/${x509Subject}`)?.id ?? null
}

function explained(error: unknown): never {
  if (!(error instanceof GrantTooLarge)) throw error
  throw new ApiError(
    'ValidationException',
    'Tags and policies of the session are too large together: map fewer attributes in the profile.',
  )
}
