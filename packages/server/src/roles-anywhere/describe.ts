import { formatTimestamp } from '@wick/wire'
import type { Crl, Profile, Subject, TrustAnchor } from '../iam/roles-anywhere.ts'
import { arnOf, type Place } from './entities.ts'

/** Entities as the API answers them. */

export function trustAnchorDetail(place: Place, anchor: TrustAnchor): object {
  return {
    trustAnchorId: anchor.id,
    trustAnchorArn: arnOf(place, 'trust-anchor', anchor),
    name: anchor.name,
    source: {
      sourceType: 'CERTIFICATE_BUNDLE',
      sourceData: { x509CertificateData: anchor.certificates },
    },
    ...common(anchor),
  }
}

export function profileDetail(place: Place, profile: Profile): object {
  return {
    profileId: profile.id,
    profileArn: arnOf(place, 'profile', profile),
    name: profile.name,
    createdBy: place.account.id,
    requireInstanceProperties: profile.requireInstanceProperties,
    acceptRoleSessionName: profile.acceptRoleSessionName,
    ...(profile.sessionPolicy !== null && { sessionPolicy: profile.sessionPolicy }),
    roleArns: profile.roleArns,
    managedPolicyArns: profile.managedPolicyArns,
    durationSeconds: profile.durationSeconds,
    attributeMappings: profile.attributeMappings.map(({ certificateField, specifiers }) => ({
      certificateField,
      mappingRules: specifiers.map((specifier) => ({ specifier })),
    })),
    ...common(profile),
  }
}

export function crlDetail(place: Place, crl: Crl): object {
  const anchor = place.account.trustAnchors.get(crl.trustAnchorId)
  return {
    crlId: crl.id,
    crlArn: arnOf(place, 'crl', crl),
    name: crl.name,
    crlData: crl.data,
    ...(anchor !== undefined && { trustAnchorArn: arnOf(place, 'trust-anchor', anchor) }),
    ...common(crl),
  }
}

export function subjectSummary(place: Place, subject: Subject): object {
  return {
    subjectId: subject.id,
    subjectArn: arnOf(place, 'subject', subject),
    x509Subject: subject.x509Subject,
    lastSeenAt: formatTimestamp(subject.lastSeenAt),
    ...common(subject),
  }
}

export function subjectDetail(place: Place, subject: Subject): object {
  return {
    ...subjectSummary(place, subject),
    credentials: subject.credentials.map(({ serialNumber, issuer, seenAt, certificate }) => ({
      serialNumber,
      issuer,
      seenAt: formatTimestamp(seenAt),
      x509CertificateData: certificate,
      enabled: true,
      failed: false,
    })),
    instanceProperties: [],
  }
}

function common({ enabled, createdAt, updatedAt }: TrustAnchor | Profile | Crl | Subject): object {
  return { enabled, createdAt: formatTimestamp(createdAt), updatedAt: formatTimestamp(updatedAt) }
}
