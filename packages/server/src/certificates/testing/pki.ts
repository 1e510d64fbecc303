import 'reflect-metadata'
import { KeyObject } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** Authorities, certificates and revocation lists made by another implementation than the one that reads them. */

x509.cryptoProvider.set(crypto)

export const now = Date.parse('2026-11-25T12:00:00Z')
const day = 24 * 60 * 60 * 1000

export interface Made {
  readonly der: Buffer
  readonly pem: string
  /** For node:crypto, and as a file. */
  readonly privateKey: KeyObject
  readonly keys: CryptoKeyPair
  readonly subject: string
}

export interface ToMake {
  readonly subject?: string
  /** Itself unless given. */
  readonly by?: Made
  readonly keys?: CryptoKeyPair
  readonly serialNumber?: string
  readonly notBefore?: number
  readonly notAfter?: number
  /** Null leaves the extension out. */
  readonly authority?: { readonly pathLength?: number } | false | null
  readonly keyUsage?: number | null
  readonly extendedKeyUsage?: readonly string[] | null
  readonly names?: readonly x509.JsonGeneralName[]
  readonly extensions?: readonly x509.Extension[]
  readonly signatureHash?: 'SHA-1' | 'SHA-256' | 'SHA-384'
}

export const usages = x509.KeyUsageFlags
export const clientAuthentication = x509.ExtendedKeyUsage.clientAuth
export const serverAuthentication = x509.ExtendedKeyUsage.serverAuth

export const ecKeys = (namedCurve = 'P-256'): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify'])

export const rsaKeys = (modulusLength: number, hash = 'SHA-256'): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent: Uint8Array.of(1, 0, 1), hash },
    true,
    ['sign', 'verify'],
  )

export async function make(parts: ToMake = {}): Promise<Made> {
  const keys = parts.keys ?? (await ecKeys())
  const subject = parts.subject ?? 'CN=orders-1,O=Example'
  const signer = parts.by?.keys ?? keys
  const { authority = false, keyUsage = usages.digitalSignature, extendedKeyUsage = null, names = [] } = parts
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: parts.by?.subject ?? subject,
    serialNumber: parts.serialNumber ?? '0123456789abcdef',
    notBefore: new Date(parts.notBefore ?? now - day),
    notAfter: new Date(parts.notAfter ?? now + day),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: { name: signer.privateKey.algorithm.name, hash: parts.signatureHash ?? 'SHA-256' },
    extensions: [
      ...(authority === null
        ? []
        : [
            new x509.BasicConstraintsExtension(
              authority !== false,
              authority === false ? undefined : authority.pathLength,
              true,
            ),
          ]),
      ...(keyUsage === null ? [] : [new x509.KeyUsagesExtension(keyUsage, true)]),
      ...(extendedKeyUsage === null ? [] : [new x509.ExtendedKeyUsageExtension([...extendedKeyUsage])]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])]),
      ...(parts.extensions ?? []),
    ],
  })
  return {
    der: Buffer.from(certificate.rawData),
    pem: `${certificate.toString('pem')}\n`,
    privateKey: KeyObject.from(keys.privateKey),
    keys,
    subject,
  }
}

export const makeAuthority = (subject: string, parts: ToMake = {}): Promise<Made> =>
  make({
    subject,
    authority: {},
    keyUsage: usages.keyCertSign | usages.cRLSign,
    serialNumber: '01',
    ...parts,
  })

export interface ListToMake {
  readonly serialNumbers: readonly string[]
  readonly extensions?: readonly x509.Extension[]
  readonly issuer?: string
  readonly nextUpdate?: number
}

export async function makeList(
  by: Made,
  { serialNumbers, extensions = [], issuer, nextUpdate = now + day }: ListToMake,
): Promise<{ der: Buffer; pem: string }> {
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer ?? by.subject,
    thisUpdate: new Date(now - day),
    nextUpdate: new Date(nextUpdate),
    entries: serialNumbers.map((serialNumber) => ({ serialNumber, revocationDate: new Date(now - day) })),
    extensions: [...extensions],
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    signingKey: by.keys.privateKey,
  })
  return { der: Buffer.from(list.rawData), pem: `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n` }
}

export const extension = (oid: string, isCritical: boolean, value: readonly number[]): x509.Extension =>
  new x509.Extension(oid, isCritical, Buffer.from(value))
