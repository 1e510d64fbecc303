import { isIP } from 'node:net'
import type * as x509Module from '@peculiar/x509'

/** A certificate and its private key, PEM. */
export interface Issued {
  readonly certificate: string
  readonly key: string
}

type X509 = typeof x509Module

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 24 * 60 * 60 * 1000
const authorityDays = 3650
/** The longest that browsers accept. */
const serverDays = 397
/** Certificates start an hour ago, for clients whose clock is behind. */
const backdate = 60 * 60 * 1000

/** Loaded only when a certificate must be made: it costs a tenth of a second at start. */
async function load(): Promise<X509> {
  // x509's own dependency injection needs it loaded first.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(crypto)
  return x509
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function keyPem(x509: X509, key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

/** A new self-signed authority that may sign servers and nothing below them. */
export async function makeAuthority(now: number): Promise<Issued> {
  const x509 = await load()
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Wick CA ${new Date(now).toISOString().slice(0, 10)}`,
    keys,
    notBefore: new Date(now - backdate),
    notAfter: new Date(now - backdate + authorityDays * day),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(x509, keys.privateKey) }
}

/** @param names host names and IP addresses the certificate is good for */
export async function issueServerCertificate(
  authority: Issued,
  names: readonly string[],
  now: number,
): Promise<Issued> {
  const x509 = await load()
  const ca = new x509.X509Certificate(authority.certificate)
  const caKey = await crypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(authority.key),
    algorithm,
    false,
    ['sign'],
  )
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    // Clients look at the alternative names only.
    subject: 'CN=Wick server',
    issuer: ca.subject,
    notBefore: new Date(now - backdate),
    // A certificate that outlives its authority would be refused.
    notAfter: new Date(Math.min(now - backdate + serverDays * day, ca.notAfter.getTime())),
    signingKey: caKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(x509, keys.privateKey) }
}
