import { isIP, SocketAddress } from 'node:net'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { StartupError } from '../startup-error.ts'
import { type Issued, issueServerCertificate, makeAuthority } from './certificate-authority.ts'
import {
  type CertificateFiles,
  type FoundCertificate,
  isKeyOf,
  parseCertificate,
  readCertificate,
  readPair,
  writeCertificate,
} from './certificate-files.ts'
import { weaknessOf } from './certificate-strength.ts'
import { makeDirectory } from './durable-file.ts'

/** PEM texts for the listener. */
export interface TlsMaterial {
  readonly certificate: string
  readonly key: string
  /** What clients must trust (absolute if the directory is); null where it is an authority they know themselves. */
  readonly caFile: string | null
  /** Where it lies. */
  readonly files: CertificateFiles
  /** Epoch milliseconds. */
  readonly endsAt: number
}

const day = 24 * 60 * 60 * 1000
const renewBefore = 30 * day

/**
 * DIR/tls: a certificate authority of our own and a server certificate by it, made where missing and renewed where it
 * ends within 30 days or is for other names. A certificate of another authority is the operator's: used, never replaced.
 *
 * @param names host names and addresses besides localhost and the loopback addresses
 * @throws StartupError where what lies there cannot be used
 */
export async function ensureTlsMaterial(
  directory: string,
  names: readonly string[],
  now: number,
): Promise<TlsMaterial> {
  const tls = join(directory, 'tls')
  await makeDirectory(tls)
  const caFiles = { certificate: join(tls, 'ca.pem'), key: join(tls, 'ca-key.pem') }
  const serverFiles = { certificate: join(tls, 'server.pem'), key: join(tls, 'server-key.pem') }
  const ca = await readCertificate(caFiles)
  const server = await readCertificate(serverFiles)
  const wanted = [...new Set(['localhost', '127.0.0.1', '::1', ...names].map(canonical))]

  const isSignedByCa = ca.certificate !== null && isIssuedBy(server.certificate, ca.certificate, tls)
  const isOurs = server.certificate === null || (isSignedByCa && isPair(ca, caFiles.certificate))
  const isMade = server.certificate !== null || server.key !== null
  if (isMade && !(isOurs && needsRenewal(server, ca, wanted, now, tls))) {
    return { ...usable(server, serverFiles, now, removal), caFile: isSignedByCa ? caFiles.certificate : null }
  }

  let authority = issuer(ca, caFiles.certificate, now)
  if (authority === null) {
    authority = await makeAuthority(now)
    await writeCertificate(caFiles, authority)
  }
  const issued = await issueServerCertificate(authority, wanted, now)
  await writeCertificate(serverFiles, issued)
  return { ...usable(issued, serverFiles, now, removal), caFile: caFiles.certificate }
}

/** A pair that the operator keeps elsewhere; it is never written. @throws StartupError where it cannot be used */
export async function openTlsMaterial(files: CertificateFiles, now: number): Promise<TlsMaterial> {
  const material = usable(await readPair(files), files, now, withoutSettings)
  const certificate = parseCertificate(files.certificate, material.certificate)
  // Whom nobody else has signed, clients must know as such.
  return { ...material, caFile: certificate.checkIssued(certificate) ? files.certificate : null }
}

function isPair({ certificate, key }: FoundCertificate, file: string): boolean {
  return certificate !== null && key !== null && isKeyOf(parseCertificate(file, certificate), key)
}

function isIssuedBy(certificate: string | null, ca: string, tls: string): boolean {
  if (certificate === null) return false
  const authority = parseCertificate(join(tls, 'ca.pem'), ca)
  return parseCertificate(join(tls, 'server.pem'), certificate).verify(authority.publicKey)
}

/** Of a certificate by our authority. One whose key is another is not renewed but reported: the key may be somebody's. */
function needsRenewal(
  { certificate, key }: FoundCertificate,
  ca: FoundCertificate,
  names: readonly string[],
  now: number,
  tls: string,
): boolean {
  if (certificate === null || ca.certificate === null) return false
  if (key === null) return true
  const parsed = parseCertificate(join(tls, 'server.pem'), certificate)
  if (!isKeyOf(parsed, key)) return false
  const held = alternativeNames(parsed.subjectAltName ?? '')
  const isSame = held.size === names.length && names.every((name) => held.has(name))
  return !isSame || parsed.validToDate.getTime() - now < renewBefore || isOfClockAhead()

  /** It was made by a clock that was ahead. If the authority is not valid yet either, the clock is behind now. */
  function isOfClockAhead(): boolean {
    const authority = parseCertificate(join(tls, 'ca.pem'), ca.certificate!)
    return parsed.validFromDate.getTime() > now && authority.validFromDate.getTime() <= now
  }
}

/** `DNS:localhost, IP Address:0:0:0:0:0:0:0:1` → canonical names */
function alternativeNames(text: string): ReadonlySet<string> {
  return new Set(text.split(', ').map((entry) => canonical(entry.replace(/^(DNS|IP Address):/, ''))))
}

/** One spelling for each address. */
function canonical(name: string): string {
  return isIP(name) === 6 ? new SocketAddress({ address: name, family: 'ipv6' }).address : name.toLowerCase()
}

/** The authority to sign with; null where one must be made. @throws StartupError where there is one without its key */
function issuer({ certificate, key }: FoundCertificate, file: string, now: number): Issued | null {
  if (certificate === null) return null
  const parsed = parseCertificate(file, certificate)
  if (key === null || !isKeyOf(parsed, key)) {
    throw new StartupError(
      `A server certificate must be made, and tls/ca-key.pem is not there or not the key of ${file}. Put the key back, ` +
        'or remove tls/ca.pem to have a new authority made (clients must then trust the new one).',
    )
  }
  return parsed.validToDate.getTime() - now < renewBefore ? null : { certificate, key }
}

/** What else can be done where the operator's certificate cannot be used, to complete "…, or". */
const removal = 'remove both to have new ones made'
const withoutSettings = 'leave --tls-certificate and --tls-key out to have one made'

/** @throws StartupError */
function usable(
  { certificate, key }: FoundCertificate,
  files: CertificateFiles,
  now: number,
  otherwise: string,
): Omit<TlsMaterial, 'caFile'> {
  if (certificate === null || key === null) {
    const missing = certificate === null ? files.certificate : files.key
    throw new StartupError(
      `${missing} is missing: certificate and key belong together. Put it there, or ${otherwise}.`,
    )
  }
  const parsed = parseCertificate(files.certificate, certificate)
  if (!isKeyOf(parsed, key)) {
    throw new StartupError(
      `${files.key} is not the key of ${files.certificate} (or needs a passphrase). Put the right one there, or ` +
        `${otherwise}.`,
    )
  }
  const endsAt = parsed.validToDate.getTime()
  const weakness = weaknessOf(parsed) ?? objectionOf(certificate, key)
  if (weakness === null && endsAt > now) return { certificate, key, files, endsAt }
  const reason =
    weakness === null
      ? `expired on ${parsed.validToDate.toISOString().slice(0, 10)}`
      : `is not used, because ${weakness}`
  throw new StartupError(
    `The certificate ${files.certificate} ${reason}. Replace it and its key, or ${otherwise}.`,
  )
}

/** What OpenSSL has against it, to complete "because"; null where it takes it. */
function objectionOf(cert: string, key: string): string | null {
  try {
    createSecureContext({ cert, key })
    return null
  } catch (error) {
    return `OpenSSL does not take it: ${(error as Error).message}`
  }
}
