import { algorithm, canonicalRequest, scopeText, sha256Hex, stringToSign } from './canonical-request.ts'
import { signature } from './signing-key.ts'

export interface SigningInput {
  readonly method: string
  /** `path?query` exactly as it will be sent. */
  readonly target: string
  /** Sent headers by lower-case name; must hold `host`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly accessKeyId: string
  readonly secret: string
  readonly region: string
  readonly service: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** @returns the headers to send: those given, x-amz-date and authorization. All given headers are signed. */
export function sign(input: SigningInput): Record<string, string> {
  const timestamp = `${new Date(input.now).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`
  const headers: Record<string, string> = { ...input.headers, 'x-amz-date': timestamp }
  const signedHeaders = Object.keys(headers).sort()
  const scope = { date: timestamp.slice(0, 8), region: input.region, service: input.service }
  const canonical = canonicalRequest({
    method: input.method,
    rawTarget: input.target,
    headers: new Map(signedHeaders.map((name) => [name, [headers[name]!]])),
    signedHeaders,
    bodySha256Hex: sha256Hex(input.body),
  })
  const hex = signature(input.secret, scope, stringToSign(timestamp, scope, canonical)).toString('hex')
  const credential = `${input.accessKeyId}/${scopeText(scope)}`
  headers['authorization'] =
    `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${hex}`
  return headers
}
