import { CertificateError } from './der.ts'

const begin = '-----BEGIN '
const dashes = '-----'

/**
 * The DER of each block with this label (`CERTIFICATE`, `X509 CRL`), in order; text between blocks is left out.
 *
 * @throws CertificateError where a block is not what it should be; where one is a private key, so that it is noticed
 */
export function readPem(text: string, label: string): Buffer[] {
  const blocks: Buffer[] = []
  let collected: string | null = null
  for (const line of text.split('\n').map((line) => line.trim())) {
    if (line.startsWith(begin) && line.endsWith(dashes)) {
      const found = line.slice(begin.length, -dashes.length)
      if (found.endsWith('PRIVATE KEY')) {
        throw new CertificateError(
          'This holds a private key, which belongs to its holder alone: send the certificate only.',
        )
      }
      if (collected !== null || found !== label) throw unreadable(label)
      collected = ''
    } else if (line === `-----END ${label}-----`) {
      if (collected === null) throw unreadable(label)
      blocks.push(decode(collected, label))
      collected = null
    } else if (collected !== null) collected += line
  }
  if (collected !== null) throw unreadable(label)
  return blocks
}

function decode(text: string, label: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== text) throw unreadable(label)
  return bytes
}

function unreadable(label: string): CertificateError {
  return new CertificateError(
    `Not PEM: ${begin}${label}${dashes} and ${dashes}END ${label}${dashes} must stand around base64.`,
  )
}
