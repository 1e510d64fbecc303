/**
 * CreateSession as a credential helper sends it, signed without any code of ours: from AWS's description of the signing
 * process alone.
 */
import { createHash, sign } from 'node:crypto'
import type { Made } from '../../certificates/testing/pki.ts'

export interface SessionRequest {
  readonly host: string
  readonly region: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly trustAnchorArn: string
  readonly profileArn: string
  readonly roleArn: string
  readonly by: Made
  /** The certificate's own, decimal. */
  readonly serialNumber: string
  readonly chain?: readonly Made[]
  readonly body?: string
  readonly service?: string
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export function signSessionRequest(request: SessionRequest): {
  target: string
  headers: Readonly<Record<string, string>>
  body: string
} {
  const { host, region, at, by, serialNumber, chain = [], body = '{"durationSeconds":3600}' } = request
  const query = (['profileArn', 'roleArn', 'trustAnchorArn'] as const)
    .map((name) => `${name}=${encodeURIComponent(request[name])}`)
    .join('&')
  const date = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host,
    'x-amz-date': date,
    'x-amz-x509': by.der.toString('base64'),
    ...(chain.length > 0 && { 'x-amz-x509-chain': chain.map(({ der }) => der.toString('base64')).join(',') }),
  }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = ['POST', '/sessions', query, lines.join(''), names, sha256(body)].join('\n')
  const kind = by.privateKey.asymmetricKeyType === 'rsa' ? 'RSA' : 'ECDSA'
  const algorithm = `AWS4-X509-${kind}-SHA256`
  const scope = `${date.slice(0, 8)}/${region}/${request.service ?? 'rolesanywhere'}/aws4_request`
  const text = [algorithm, date, scope, sha256(canonical)].join('\n')
  const signature = sign('sha256', Buffer.from(text), by.privateKey).toString('hex')
  const authorization = `${algorithm} Credential=${serialNumber}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return { target: `/sessions?${query}`, headers: { ...headers, authorization }, body }
}
