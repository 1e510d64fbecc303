/** For tests: a certificate of its own authority, for a server or a client on this machine, or one that only a proxy knows. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export interface Certificate {
  readonly certificateFile: string
  readonly keyFile: string
  readonly cert: Buffer
  readonly key: Buffer
}

export function certificate(t: TestContext, name: string): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'wick-agent-certificate-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const [certificateFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  // biome-ignore format: a flag and its value
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:server.invalid',
    '-keyout', keyFile, '-out', certificateFile,
  ], { stdio: 'ignore' })
  return { certificateFile, keyFile, cert: readFileSync(certificateFile), key: readFileSync(keyFile) }
}
