/** Certificates that Wick would never make, made by OpenSSL. For tests. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A self-signed certificate for localhost.
 *
 * @param key arguments of `openssl req` that say which key, such as `-newkey rsa:1024`
 */
export function opensslCertificate(
  key: readonly string[],
  hash = 'sha256',
): { readonly certificate: string; readonly key: string } {
  const directory = mkdtempSync(join(tmpdir(), 'wick-openssl-'))
  try {
    const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'certificate.pem')]
    const rest = [
      '-nodes',
      '-days',
      '30',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
    ]
    execFileSync('openssl', ['req', '-x509', ...key, `-${hash}`, ...rest, ...files], { stdio: 'ignore' })
    const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
    return { certificate: read('certificate.pem'), key: read('key.pem') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

export const rsa = (bits: number): string[] => ['-newkey', `rsa:${bits}`]
export const curve = (name: string): string[] => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`]
