import { algorithm, canonicalRequest, scopeText, sha256Hex, stringToSign } from './canonical-request.ts'
import { formatBasic } from './request-time.ts'
import { signature } from './signing-key.ts'

export interface SigningInput {
  readonly method: string
  /** Absolute; its path must not hold `.`, `..` or empty segments, because URL parsers and signers see them differently. */
  readonly url: string
  /** Headers to sign besides host: they must be sent exactly so. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** @returns the headers to add to the request: x-amz-date and authorization. `host` is signed as the URL gives it. */
export function sign(input: SigningInput): { 'x-amz-date': string; authorization: string } {
  const { host, pathname, search } = new URL(input.url)
  const timestamp = formatBasic(input.now)
  const headers = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(input.headers ?? {})) headers.set(name.toLowerCase(), [value])
  headers.set('host', [host])
  headers.set('x-amz-date', [timestamp])
  const signedHeaders = [...headers.keys()].sort()
  const scope = { date: timestamp.slice(0, 8), region: input.region, service: input.service }
  const canonical = canonicalRequest({
    method: input.method,
    rawTarget: pathname + search,
    headers,
    signedHeaders,
    bodySha256Hex: sha256Hex(input.body ?? ''),
  })
  const hex = signature(input.secretAccessKey, scope, stringToSign(timestamp, scope, canonical)).toString(
    'hex',
  )
  const credential = `${input.accessKeyId}/${scopeText(scope)}`
  return {
    'x-amz-date': timestamp,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${hex}`,
  }
}
