import type { AttributeMapping } from '@wick/wire/anywhere'

/** What Roles Anywhere keeps: which certificates an account believes, and what they are exchanged for. */

interface Regional {
  /** A UUID. */
  readonly id: string
  /** Where it was made: in other regions it is not there. */
  readonly region: string
  readonly enabled: boolean
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

interface Tagged extends Regional {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
}

/** Authorities whose certificates are believed. */
export interface TrustAnchor extends Tagged {
  /** PEM, as it was given; each of them an authority's. */
  readonly certificates: string
}

/** Which roles a certificate may be exchanged for, and how far. */
export interface Profile extends Tagged {
  readonly roleArns: readonly string[]
  /** What sessions may do at most: their text, and policies by ARN. */
  readonly sessionPolicy: string | null
  readonly managedPolicyArns: readonly string[]
  readonly durationSeconds: number
  readonly requireInstanceProperties: boolean
  readonly acceptRoleSessionName: boolean
  readonly attributeMappings: readonly AttributeMapping[]
}

/** Certificates that the authorities of a trust anchor stand for no longer. */
export interface Crl extends Tagged {
  readonly trustAnchorId: string
  /** Base64, as it was given. */
  readonly data: string
}

/** Who had a session with a certificate. */
export interface Subject extends Regional {
  /** Its name in the certificate. */
  readonly x509Subject: string
  readonly lastSeenAt: number
  /** Newest last. */
  readonly credentials: readonly SeenCertificate[]
}

export interface SeenCertificate {
  /** Decimal. */
  readonly serialNumber: string
  readonly issuer: string
  readonly seenAt: number
  /** PEM. */
  readonly certificate: string
}
