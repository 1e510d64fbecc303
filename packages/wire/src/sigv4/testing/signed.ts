import { parseAuthorization } from '../authorization.ts'
import {
  algorithm,
  canonicalRequest,
  type Scope,
  scopeText,
  sha256Hex,
  stringToSign,
} from '../canonical-request.ts'
import { collectHeaders, type SignedRequest } from '../signed-request.ts'
import { signature } from '../signing-key.ts'
import { type ScopeRules, verify } from '../verify.ts'

/** Requests whose signature is right whatever is wrong with them otherwise, and the verifier they meet. */

export const accessKeyId = 'AKIDEXAMPLE'
export const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
export const timestamp = '20261124T131500Z'
const scope: Scope = { date: '20261124', region: 'eu-west-1', service: 'codeguru-profiler' }

export const rules: ScopeRules = {
  regions: ['eu-west-1', 'us-east-1'],
  service: 'codeguru-profiler',
  now: Date.parse('2026-11-24T13:15:00Z'),
  skewMilliseconds: 5 * 60_000,
}

export type HeaderLine = readonly [name: string, value: string]

export const host: HeaderLine = ['Host', 'wick.example:8443']
export const date: HeaderLine = ['X-Amz-Date', timestamp]

export interface ToSign {
  readonly method?: string
  readonly target?: string
  /** As they are sent; host and date unless given. */
  readonly headers?: readonly HeaderLine[]
  /** All of the headers unless given. */
  readonly signedHeaders?: readonly string[]
  readonly body?: string
  readonly scope?: Partial<Scope>
  /** The time in the string to sign. */
  readonly timestamp?: string
}

/** Signs with `secret`, and puts the Authorization header last. */
export function signed(parts: ToSign = {}): SignedRequest {
  const lines = parts.headers ?? [host, date]
  const headers = collectHeaders(lines.flat())
  const signedHeaders = parts.signedHeaders ?? [...headers.keys()].sort()
  const request = { method: parts.method ?? 'GET', rawTarget: parts.target ?? '/profilingGroups' }
  const bodySha256Hex = sha256Hex(parts.body ?? '')
  const canonical = canonicalRequest({ ...request, headers, signedHeaders, bodySha256Hex })
  const signedScope = { ...scope, ...parts.scope }
  const text = stringToSign(parts.timestamp ?? timestamp, signedScope, canonical)
  const authorization = [
    `${algorithm} Credential=${accessKeyId}/${scopeText(signedScope)}`,
    `SignedHeaders=${signedHeaders.join(';')}`,
    `Signature=${signature(secret, signedScope, text).toString('hex')}`,
  ].join(', ')
  return { ...request, rawHeaders: [...lines.flat(), 'Authorization', authorization] }
}

/** Everything that a request goes through. @throws ApiError */
export function judge(
  request: SignedRequest,
  body: string | Uint8Array = '',
  changed: Partial<ScopeRules> = {},
): void {
  verify(parseAuthorization(request), {
    ...rules,
    ...changed,
    secret,
    bodySha256Hex: sha256Hex(body),
  })
}

/** The request with one header's value replaced; every line of that name. */
export function withHeader(
  request: SignedRequest,
  name: string,
  change: (value: string) => string,
): SignedRequest {
  const rawHeaders = request.rawHeaders.map((text, i) =>
    i % 2 === 1 && request.rawHeaders[i - 1]!.toLowerCase() === name.toLowerCase() ? change(text) : text,
  )
  return { ...request, rawHeaders }
}

/** The request with lines added after its own. */
export function withLines(request: SignedRequest, ...lines: readonly HeaderLine[]): SignedRequest {
  return { ...request, rawHeaders: [...request.rawHeaders, ...lines.flat()] }
}
