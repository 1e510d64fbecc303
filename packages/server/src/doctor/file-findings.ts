import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { listenersOf } from '../config/listener-settings.ts'
import type { Config } from '../config/settings.ts'
import { administratorName } from '../identity/administrator.ts'
import { weaknessOf } from '../identity/certificate-strength.ts'
import { openFiles } from '../identity/open-files.ts'
import type { Finding } from './finding.ts'

const day = 24 * 60 * 60 * 1000
const endingDays = 30

/** Name of the user whose access key it is; null where it is nobody's. */
export type OwnerOf = (accessKeyId: string) => string | null

/** What is unsafe about the files a server keeps. @param now epoch milliseconds */
export async function fileFindings(
  config: Config,
  ownerOf: OwnerOf,
  now: number,
): Promise<readonly Finding[]> {
  const path = resolve(config.dataDirectory)
  const isTls = listenersOf(config).some(({ insecureHttp }) => !insecureHttp)
  return [
    ...(await ofModes(path, config)),
    ...(isTls ? await ofCertificate(config.tlsCertificateFile ?? join(path, 'tls/server.pem'), now) : []),
    ...(await ofCredentials(join(path, 'credentials'), ownerOf)),
  ]
}

async function ofModes(path: string, { masterKeyFile, tlsKeyFile }: Config): Promise<Finding[]> {
  const elsewhere = [masterKeyFile, tlsKeyFile].filter((file) => file !== null)
  return (await openFiles(path, elsewhere)).map(({ file, mode, fix }) => ({
    severity: 'unsafe',
    id: 'file-open',
    subject: file,
    problem: `is open to other users (mode ${mode})`,
    fix,
  }))
}

async function ofCertificate(file: string, now: number): Promise<Finding[]> {
  const pem = await readFile(file, 'utf8').catch(() => null)
  if (pem === null) return []
  const certificate = new X509Certificate(pem)
  const weakness = weaknessOf(certificate)
  const days = Math.floor((certificate.validToDate.getTime() - now) / day)
  const findings: Finding[] = []
  if (weakness !== null) {
    findings.push({
      severity: 'unsafe',
      id: 'certificate-weak',
      subject: file,
      problem: weakness,
      fix: 'replace it and its key; the server takes the new ones without a restart',
    })
  }
  if (days < endingDays) {
    findings.push({
      severity: 'unsafe',
      id: 'certificate-ends',
      subject: file,
      problem: days < 0 ? 'has expired' : `ends in ${days} days`,
      fix: 'replace it and its key; the server takes the new ones without a restart',
    })
  }
  return findings
}

/** The key that the commands of `wick` use. It is better somebody's than everybody's. */
async function ofCredentials(file: string, ownerOf: OwnerOf): Promise<Finding[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const line = text.split('\n').find((candidate) => candidate.startsWith('aws_access_key_id = '))
  if (line === undefined || ownerOf(line.slice(line.indexOf('=') + 2)) !== administratorName) return []
  return [
    {
      severity: 'note',
      id: 'administrator-key-file',
      subject: file,
      problem: "holds the first administrator's key, which everybody who administers here shares",
      fix: 'give each person a user of their own, put your own key there, and delete the first one (see the README)',
    },
  ]
}
