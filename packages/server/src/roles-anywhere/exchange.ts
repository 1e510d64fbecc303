import { ApiError, invalid } from '@wick/wire'
import type { CreateSessionInput } from '@wick/wire/anywhere'
import { type Certificate, serialHex } from '../certificates/certificate.ts'
import { findChain } from '../certificates/chain.ts'
import { nameText } from '../certificates/name.ts'
import { sessionTags, sourceIdentity } from '../certificates/session-attributes.ts'
import type { Role } from '../iam/account.ts'
import { roleArn } from '../iam/arns.ts'
import type { Profile, TrustAnchor } from '../iam/roles-anywhere.ts'
import type { Desk } from './administration.ts'
import { foundByArn } from './entities.ts'
import { believing, type Presented } from './presented.ts'
import { certificatesOf, crlsOf, revocationListOf } from './trust.ts'

/** What a certificate shall be exchanged for, once it is clear that it may be believed; the role has yet to agree. */
export interface Exchange {
  readonly role: Role
  readonly trustAnchor: TrustAnchor
  readonly profile: Profile
  readonly sessionName: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly tags: Readonly<Record<string, string>>
  readonly sourceIdentity: string | null
  /** The subject of the certificate. */
  readonly subject: string
}

/**
 * Judges a certificate whose key signed the request.
 * @throws ApiError AccessDeniedException which says why, ResourceNotFoundException, ValidationException
 */
export function exchange(desk: Desk, input: CreateSessionInput, { certificate, sent }: Presented): Exchange {
  const trustAnchor = foundByArn(desk, 'trust-anchor', input.trustAnchorArn)
  const profile = foundByArn(desk, 'profile', input.profileArn)
  if (!trustAnchor.enabled) throw denied('The trust anchor is disabled.')
  if (!profile.enabled) throw denied('The profile is disabled.')
  const role = roleOf(desk, profile, input.roleArn)
  if (profile.requireInstanceProperties && !input.hasInstanceProperties)
    throw invalid('The profile requires instanceProperties.')
  if (input.roleSessionName !== null && !profile.acceptRoleSessionName)
    throw denied('The profile does not accept a roleSessionName.')
  return {
    role,
    trustAnchor,
    profile,
    sessionName: input.roleSessionName ?? serialHex(certificate),
    expiresAt: expiryOf(desk, input, profile, role, certificate),
    subject: nameText(certificate.subject),
    ...believing(() => {
      findChain(certificate, sent, {
        anchors: certificatesOf(trustAnchor),
        revocationLists: crlsOf(desk.account, trustAnchor)
          .filter(({ enabled }) => enabled)
          .map((crl) => revocationListOf(crl, trustAnchor)),
        now: desk.now,
      })
      return {
        tags: sessionTags(certificate, profile.attributeMappings),
        sourceIdentity: sourceIdentity(certificate),
      }
    }),
  }
}

/** The same refusal whether the role is not there or not the profile's: who asks learns nothing of roles. */
function roleOf({ account }: Desk, { roleArns }: Profile, arn: string): Role {
  const name = arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()
  const role = account.roles.get(name)
  if (role === undefined || !roleArns.includes(arn) || roleArn(account.id, role) !== arn)
    throw denied('The profile does not allow this role.')
  return role
}

/** As long as asked for, at most as long as the profile says; never longer than the certificate counts. */
function expiryOf(
  { now }: Desk,
  { durationSeconds }: CreateSessionInput,
  profile: Profile,
  role: Role,
  { notAfter }: Certificate,
): number {
  const seconds = Math.min(durationSeconds ?? profile.durationSeconds, profile.durationSeconds)
  if (seconds > role.maxSessionSeconds) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  return Math.min(now + seconds * 1000, notAfter)
}

function denied(message: string): ApiError {
  return new ApiError('AccessDeniedException', message)
}
