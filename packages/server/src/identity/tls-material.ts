import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { StartupError } from '../config/startup-error.ts'
import { type Issued, issueServerCertificate, makeAuthority } from './certificate-authority.ts'
import { writeDurably } from './durable-file.ts'

/** PEM texts for the listener. */
export interface TlsMaterial {
  readonly certificate: string
  readonly key: string
  /** Where the authority's certificate lies, for clients. */
  readonly caFile: string
}

const day = 24 * 60 * 60 * 1000
const renewBefore = 30 * day

/**
 * DIR/tls: a certificate authority of our own and a server certificate, made where missing and renewed where it ends
 * within 30 days or lacks a name. A certificate of another authority is the operator's: used, never replaced.
 *
 * @throws StartupError where what lies there cannot be used
 */
export async function ensureTlsMaterial(
  directory: string,
  names: readonly string[],
  now: number,
): Promise<TlsMaterial> {
  const tls = join(directory, 'tls')
  await mkdir(tls, { recursive: true, mode: 0o700 })
  const file = (name: string): string => join(tls, name)
  const wanted = [...new Set(['localhost', '127.0.0.1', '::1', ...names])]

  const certificate = await readIfThere(file('server.pem'))
  const key = await readIfThere(file('server-key.pem'))
  const caPem = await readIfThere(file('ca.pem'))
  const caKey = await readIfThere(file('ca-key.pem'))
  const found = { certificate, key, caFile: file('ca.pem') }
  const isOurs = certificate === null || (caPem !== null && isIssuedBy(certificate, caPem))
  if (!isOurs) return checked(found, now)
  if (certificate !== null && key !== null && !needsRenewal(certificate, wanted, now))
    return checked(found, now)

  const authority =
    caPem !== null && caKey !== null ? { certificate: caPem, key: caKey } : await renewAuthority(file, now)
  const issued = await issueServerCertificate(authority, wanted, now)
  await writeDurably(file('server-key.pem'), issued.key, 0o600)
  await writeDurably(file('server.pem'), issued.certificate, 0o644)
  return { ...issued, caFile: file('ca.pem') }
}

async function renewAuthority(file: (name: string) => string, now: number): Promise<Issued> {
  const made = await makeAuthority(now)
  await writeDurably(file('ca-key.pem'), made.key, 0o600)
  await writeDurably(file('ca.pem'), made.certificate, 0o644)
  return made
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new StartupError(`The TLS certificate cannot be parsed: ${(error as Error).message}`)
  }
}

function isIssuedBy(pem: string, caPem: string): boolean {
  return parse(pem).verify(parse(caPem).publicKey)
}

function needsRenewal(pem: string, names: readonly string[], now: number): boolean {
  const certificate = parse(pem)
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
  return Date.parse(certificate.validTo) - now < renewBefore || !names.every(covers)
}

function checked(
  { certificate, key, caFile }: { certificate: string | null; key: string | null; caFile: string },
  now: number,
): TlsMaterial {
  if (certificate === null || key === null)
    throw new StartupError('tls/server.pem and tls/server-key.pem belong together: one is missing.')
  const parsed = parse(certificate)
  if (!isKeyOf(parsed, key)) throw new StartupError('tls/server-key.pem is not the key of tls/server.pem.')
  if (Date.parse(parsed.validTo) < now)
    throw new StartupError(`The certificate tls/server.pem expired on ${parsed.validTo}.`)
  return { certificate, key, caFile }
}

function isKeyOf(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}
