import { isLowerHex, isVisibleAscii } from '../characters.ts'
import { queryPairs } from '../query-string.ts'
import {
  type AuthorizationHeader,
  type CertificateHeader,
  parseAuthorizationHeader,
  parseCertificateHeader,
} from './authorization-header.ts'
import {
  incomplete,
  invalidSignature,
  mismatch,
  missingToken,
  quoted,
  unrecognizedClient,
} from './refusals.ts'
import { type RequestTime, requestTime } from './request-time.ts'
import { collectHeaders, type Headers, onlyValue, type SignedRequest, splitTarget } from './signed-request.ts'

/** What a signed request says of itself; nothing of it is believed before `verify`. */
export interface ParsedAuthorization extends AuthorizationHeader, SignedParts {}

/** The same of a request signed with a certificate's key; nothing of it is believed before `verifyCertificate`. */
export interface ParsedCertificateAuthorization extends CertificateHeader, SignedParts {
  /** DER, not parsed. */
  readonly certificate: Buffer
  /** What was sent to lead from it to an authority, in no promised order. */
  readonly chain: readonly Buffer[]
}

/** What both have beside their header. */
export interface SignedParts {
  readonly request: SignedRequest
  readonly headers: Headers
  readonly time: RequestTime
  /** From x-amz-security-token, which belongs to temporary credentials; null where absent. */
  readonly sessionToken: string | null
  /** From x-amz-content-sha256, where sent: 64 hexadecimal digits. */
  readonly declaredBodySha256Hex: string | null
}

/**
 * Reads the signature of a request and checks all that needs neither clock, key nor body, so that a request that
 * cannot become valid is refused before its body is read. Identity and signature come from one place, the
 * Authorization header; the query form (presigned URLs) is refused wherever it appears.
 *
 * @throws ApiError Missing-, Incomplete-, InvalidSignature- or UnrecognizedClientException
 */
export function parseAuthorization(request: SignedRequest): ParsedAuthorization {
  return parseSigned(request, parseAuthorizationHeader)
}

/**
 * The same for a request that is signed with the key of the certificate in its X-Amz-X509 header.
 *
 * @throws ApiError Missing-, Incomplete-, InvalidSignature- or UnrecognizedClientException
 */
export function parseCertificateAuthorization(request: SignedRequest): ParsedCertificateAuthorization {
  const parsed = parseSigned(request, parseCertificateHeader)
  if (parsed.sessionToken !== null) throw unrecognizedClient()
  const certificate = onlyValue(parsed.headers, 'x-amz-x509')
  if (certificate === null) throw incomplete("The request has no 'X-Amz-X509' header.")
  const chain = onlyValue(parsed.headers, 'x-amz-x509-chain')?.split(',') ?? []
  if (chain.length > maxChain) {
    throw incomplete(`'X-Amz-X509-Chain' must not hold more than ${maxChain} certificates.`)
  }
  return { ...parsed, certificate: parseBase64(certificate), chain: chain.map(parseBase64) }
}

/** As many as Roles Anywhere takes. */
const maxChain = 5

/** Base64 in its one canonical form: Buffer.from would skip what it does not know. */
function parseBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (text === '' || bytes.toString('base64') !== text) {
    throw incomplete("'X-Amz-X509' and 'X-Amz-X509-Chain' must hold certificates as base64-encoded DER.")
  }
  return bytes
}

function parseSigned<Header extends AuthorizationHeader | CertificateHeader>(
  request: SignedRequest,
  parse: (header: string) => Header,
): Header & SignedParts {
  const headers = collectHeaders(request.rawHeaders)
  checkTarget(request.rawTarget)
  const text = onlyValue(headers, 'authorization')
  if (text === null) throw missingToken()
  const authorization = parse(text)
  const sessionToken = onlyValue(headers, 'x-amz-security-token')
  const time = requestTime(headers)
  const date = time.timestamp.slice(0, 8)
  if (authorization.scope.date !== date) {
    throw invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.scope.date}' != '${date}'.`,
    )
  }
  checkSignedHeaders(headers, authorization.signedHeaders, time)
  const declaredBodySha256Hex = declaredBodyHash(headers)
  return { ...authorization, request, headers, time, sessionToken, declaredBodySha256Hex }
}

/** Signers percent-encode; what is not encoded, or not decodable, was never signed. */
function checkTarget(rawTarget: string): void {
  if (!isVisibleAscii(rawTarget)) throw mismatch()
  for (const name of queryNames(splitTarget(rawTarget).query)) {
    if (name.toLowerCase().startsWith('x-amz-')) {
      throw incomplete('Presigned URLs are not supported: sign with the Authorization header.')
    }
  }
}

function queryNames(rawQuery: string): readonly string[] {
  try {
    return queryPairs(rawQuery).map(([name]) => name)
  } catch {
    throw mismatch()
  }
}

/** Host, the date in use and every x-amz-* header must be covered: an unsigned one could have been added on the way. */
function checkSignedHeaders(headers: Headers, signedHeaders: readonly string[], time: RequestTime): void {
  const signed = new Set(signedHeaders)
  if (!signed.has('host')) {
    throw invalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  onlyValue(headers, 'host')
  const required = [time.header, ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))]
  for (const name of required) {
    if (!signed.has(name)) {
      throw invalidSignature(`${quoted(name)} must be a 'SignedHeader' in the AWS Authorization.`)
    }
  }
  for (const name of signedHeaders) {
    if (!headers.has(name)) throw invalidSignature(`The signed header ${quoted(name)} is not in the request.`)
  }
}

function declaredBodyHash(headers: Headers): string | null {
  const text = onlyValue(headers, 'x-amz-content-sha256')
  if (text !== null && (text.length !== 64 || !isLowerHex(text))) {
    throw invalidSignature(
      'x-amz-content-sha256 must be the SHA-256 of the body in lower-case hexadecimal; unsigned and streaming payloads are not supported.',
    )
  }
  return text
}
