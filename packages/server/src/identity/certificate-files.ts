/** A certificate and its private key as two files, PEM, that change together. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { StartupError } from '../startup-error.ts'
import type { Issued } from './certificate-authority.ts'
import { moveDurably, reasonOf, writeDurably } from './durable-file.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** What the files hold; null where one is missing. */
export interface FoundCertificate {
  readonly certificate: string | null
  readonly key: string | null
}

/**
 * Two files cannot be replaced at once. The new certificate lies ready before the key is replaced, so that whatever is
 * cut off in between can be completed: see `readCertificate`.
 */
export async function writeCertificate(files: CertificateFiles, issued: Issued): Promise<void> {
  await writeDurably(readyFile(files), issued.certificate, 0o644)
  await writeDurably(files.key, issued.key, 0o600)
  await moveDurably(readyFile(files), files.certificate)
}

/** Reads the pair and completes a replacement that was cut off. @throws StartupError */
export async function readCertificate(files: CertificateFiles): Promise<FoundCertificate> {
  const key = await readIfThere(files.key)
  const ready = await readIfThere(readyFile(files))
  if (ready === null || key === null || !isKeyOf(parseCertificate(readyFile(files), ready), key)) {
    return { certificate: await readIfThere(files.certificate), key }
  }
  await moveDurably(readyFile(files), files.certificate)
  return { certificate: ready, key }
}

/** The pair as it lies there. @throws StartupError */
export async function readPair(files: CertificateFiles): Promise<FoundCertificate> {
  return { certificate: await readIfThere(files.certificate), key: await readIfThere(files.key) }
}

export function parseCertificate(file: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new StartupError(`${file} holds no certificate in PEM form.`)
  }
}

export function isKeyOf(certificate: X509Certificate, keyPem: string): boolean {
  const key = parseKey(keyPem)
  return key !== null && certificate.checkPrivateKey(key)
}

/** Null where the text is no private key, or one behind a passphrase. */
function parseKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem)
  } catch {
    return null
  }
}

/** Where a new certificate waits for its key. */
function readyFile({ certificate }: CertificateFiles): string {
  return `${certificate}.ready`
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`${file} cannot be read: ${reasonOf(error as Error)}.`)
  }
}
