import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../errors.ts'
import type { ParsedAuthorization } from './authorization.ts'
import { canonicalRequest, stringToSign } from './canonical-request.ts'
import { signature } from './signing-key.ts'

export interface ScopeRules {
  readonly regions: readonly string[]
  readonly service: string
  /** Server's clock, epoch milliseconds. */
  readonly now: number
  /** How far the request's clock may be off, both ways. */
  readonly skewMilliseconds: number
}

/** Region, service and time: what can be judged before the body is read. @throws ApiError InvalidSignatureException */
export function verifyScope({ scope, timestamp, instant }: ParsedAuthorization, rules: ScopeRules): void {
  if (!rules.regions.includes(scope.region)) {
    throw invalidSignature(
      `Credential should be scoped to a valid region, not '${scope.region.slice(0, 64)}'.`,
    )
  }
  if (scope.service !== rules.service) {
    throw invalidSignature(`Credential should be scoped to correct service: '${rules.service}'.`)
  }
  if (instant < rules.now - rules.skewMilliseconds) {
    throw invalidSignature(
      `Signature expired: ${timestamp} is now earlier than ${basic(rules.now - rules.skewMilliseconds)} (${basic(rules.now)} - ${rules.skewMilliseconds / 60_000} min.)`,
    )
  }
  if (instant > rules.now + rules.skewMilliseconds) {
    throw invalidSignature(
      `Signature not yet current: ${timestamp} is still later than ${basic(rules.now + rules.skewMilliseconds)} (${basic(rules.now)} + ${rules.skewMilliseconds / 60_000} min.)`,
    )
  }
}

/** The signature itself, over the raw request and the body as received. @throws ApiError InvalidSignatureException */
export function verifySignature(parsed: ParsedAuthorization, secret: string, bodySha256Hex: string): void {
  const isBodyAsDeclared =
    parsed.declaredBodySha256Hex === null || parsed.declaredBodySha256Hex === bodySha256Hex
  if (
    !isBodyAsDeclared ||
    !timingSafeEqual(expectedSignature(parsed, secret, bodySha256Hex), parsed.signature)
  ) {
    throw invalidSignature(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  }
}

function expectedSignature(parsed: ParsedAuthorization, secret: string, bodySha256Hex: string): Buffer {
  const { request, headers, signedHeaders, scope, timestamp } = parsed
  let canonical: string
  try {
    canonical = canonicalRequest({
      method: request.method,
      rawTarget: request.rawTarget,
      headers,
      signedHeaders,
      bodySha256Hex,
    })
  } catch {
    // A stray percent sign in the query: nothing that was ever signed.
    canonical = ''
  }
  return signature(secret, scope, stringToSign(timestamp, scope, canonical))
}

/** Epoch milliseconds → yyyymmddThhmmssZ. */
function basic(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`
}

function invalidSignature(message: string): ApiError {
  return new ApiError('InvalidSignatureException', message)
}
