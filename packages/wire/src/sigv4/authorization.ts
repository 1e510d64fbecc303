import { ApiError, type ApiErrorName } from '../errors.ts'
import { algorithm, type Scope, splitTarget } from './canonical-request.ts'

/** A request as it came off the wire. */
export interface SignedRequest {
  readonly method: string
  /** `path?query`, not decoded. */
  readonly rawTarget: string
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[]
}

/** What a signed request says of itself; nothing of it is believed before `verify`. */
export interface ParsedAuthorization {
  readonly request: SignedRequest
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly accessKeyId: string
  readonly scope: Scope
  /** `yyyymmddThhmmssZ` as written, and as epoch milliseconds. */
  readonly timestamp: string
  readonly instant: number
  readonly signedHeaders: readonly string[]
  /** 32 bytes. */
  readonly signature: Buffer
  /** From x-amz-content-sha256, where sent: 64 hexadecimal digits. */
  readonly declaredBodySha256Hex: string | null
}

/**
 * Reads the Authorization header and checks all that needs neither key nor body, so that a request that cannot
 * become valid is refused before its body is read.
 *
 * @throws ApiError Missing-, Incomplete- or UnrecognizedClient…
 */
export function parseAuthorization(request: SignedRequest): ParsedAuthorization {
  const headers = collectHeaders(request.rawHeaders)
  refusePresigned(request.rawTarget)
  const authorization = only(headers, 'authorization')
  if (authorization === null)
    throw refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
  if (headers.has('x-amz-security-token')) {
    throw refusal('UnrecognizedClientException', 'The security token included in the request is invalid.')
  }
  const { credential, signedHeaders, signatureHex } = parseParameters(authorization)
  const { accessKeyId, scope } = parseCredential(credential)
  const { timestamp, instant } = requestTime(headers)
  if (scope.date !== timestamp.slice(0, 8)) {
    throw refusal(
      'InvalidSignatureException',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${timestamp.slice(0, 8)}'.`,
    )
  }
  requireSigned(headers, signedHeaders)
  return {
    request,
    headers,
    accessKeyId,
    scope,
    timestamp,
    instant,
    signedHeaders,
    signature: Buffer.from(signatureHex, 'hex'),
    declaredBodySha256Hex: declaredHash(headers),
  }
}

function refusal(code: ApiErrorName, message: string): ApiError {
  return new ApiError(code, message)
}

function incomplete(message: string): ApiError {
  return refusal('IncompleteSignatureException', message)
}

function collectHeaders(rawHeaders: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [rawHeaders[i + 1]!])
    else values.push(rawHeaders[i + 1]!)
  }
  return headers
}

/** The one value of a header that must not be ambiguous. */
function only(headers: ReadonlyMap<string, readonly string[]>, name: string): string | null {
  const values = headers.get(name)
  if (values === undefined) return null
  if (values.length > 1) throw incomplete(`The header '${name}' is given more than once.`)
  return values[0]!
}

function refusePresigned(rawTarget: string): void {
  const names = splitTarget(rawTarget).query.toLowerCase()
  if (
    names.includes('x-amz-algorithm=') ||
    names.includes('x-amz-signature=') ||
    names.includes('x-amz-credential=')
  ) {
    throw incomplete('Presigned URLs are not accepted here: sign with the Authorization header.')
  }
}

function parseParameters(header: string): {
  credential: string
  signedHeaders: string[]
  signatureHex: string
} {
  if (header.length > 4096) throw incomplete('The Authorization header is too long.')
  const blank = header.indexOf(' ')
  if (blank < 0 || header.slice(0, blank) !== algorithm) {
    throw incomplete(`The Authorization header must start with ${algorithm}.`)
  }
  const parameters = new Map<string, string>()
  for (const piece of header.slice(blank + 1).split(',')) {
    const equals = piece.indexOf('=')
    const name = piece.slice(0, Math.max(equals, 0)).trim()
    if (equals < 0 || parameters.has(name)) throw incomplete('The Authorization header is malformed.')
    parameters.set(name, piece.slice(equals + 1).trim())
  }
  const read = (name: string): string => {
    const value = parameters.get(name)
    if (value === undefined || value === '')
      throw incomplete(`Authorization header requires '${name}' parameter.`)
    return value
  }
  const [credential, signedHeaders, signatureHex] = [
    read('Credential'),
    read('SignedHeaders'),
    read('Signature'),
  ]
  if (parameters.size !== 3)
    throw incomplete(
      'The Authorization header has parameters beyond Credential, SignedHeaders and Signature.',
    )
  if (!isHash(signatureHex)) throw incomplete('The Signature must be 64 lower-case hexadecimal digits.')
  return { credential, signedHeaders: parseSignedHeaders(signedHeaders), signatureHex }
}

function parseSignedHeaders(text: string): string[] {
  const names = text.split(';')
  const isSorted = names.every(
    (name, i) => name !== '' && name === name.toLowerCase() && (i === 0 || names[i - 1]! < name),
  )
  if (!isSorted) throw incomplete('SignedHeaders must be distinct lower-case names in order.')
  return names
}

function parseCredential(text: string): { accessKeyId: string; scope: Scope } {
  const [accessKeyId = '', date = '', region = '', service = '', terminator, ...rest] = text.split('/')
  if (accessKeyId === '' || terminator !== 'aws4_request' || rest.length > 0 || !isDigits(date, 8)) {
    throw incomplete('Credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request.')
  }
  return { accessKeyId, scope: { date, region, service } }
}

/** X-Amz-Date, else Date where it is in the same basic format (SDKs write nothing else into a signed Date). */
function requestTime(headers: ReadonlyMap<string, readonly string[]>): {
  timestamp: string
  instant: number
} {
  const amzDate = only(headers, 'x-amz-date')
  const date = only(headers, 'date')
  const text = amzDate ?? basicFormat(date)
  const instant = text === null ? null : parseBasic(text)
  if (text === null || instant === null) {
    throw incomplete(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header in the format YYYYMMDDTHHMMSSZ.",
    )
  }
  return { timestamp: text, instant }
}

function basicFormat(date: string | null): string | null {
  if (date === null) return null
  if (parseBasic(date) !== null) return date
  const instant = date.length < 64 ? Date.parse(date) : Number.NaN
  if (Number.isNaN(instant)) return null
  return new Date(instant).toISOString().replaceAll('-', '').replaceAll(':', '').replace(/\.\d+/, '')
}

function parseBasic(text: string): number | null {
  if (text.length !== 16 || text[8] !== 'T' || text[15] !== 'Z') return null
  if (!isDigits(text.slice(0, 8), 8) || !isDigits(text.slice(9, 15), 6)) return null
  const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${text.slice(9, 11)}:${text.slice(11, 13)}:${text.slice(13, 15)}.000Z`
  const instant = Date.parse(iso)
  // A rolled-over date (30 February, 24:00) would read back differently.
  return !Number.isNaN(instant) && new Date(instant).toISOString() === iso ? instant : null
}

/** Host, the date in use and every x-amz-* header must be covered: an unsigned one could have been added on the way. */
function requireSigned(headers: ReadonlyMap<string, readonly string[]>, signed: readonly string[]): void {
  const must = ['host', headers.has('x-amz-date') ? 'x-amz-date' : 'date']
  for (const name of headers.keys()) if (name.startsWith('x-amz-')) must.push(name)
  for (const name of must) {
    if (!signed.includes(name))
      throw refusal('InvalidSignatureException', `The header '${name}' must be a signed header.`)
  }
  for (const name of signed) {
    if (!headers.has(name))
      throw refusal(
        'InvalidSignatureException',
        `The signed header '${name.slice(0, 64)}' is not in the request.`,
      )
  }
  only(headers, 'host')
}

function declaredHash(headers: ReadonlyMap<string, readonly string[]>): string | null {
  const text = only(headers, 'x-amz-content-sha256')
  if (text !== null && !isHash(text)) {
    throw refusal(
      'InvalidSignatureException',
      'x-amz-content-sha256 must be the SHA-256 of the body in lower-case hexadecimal; unsigned and streaming payloads are not accepted.',
    )
  }
  return text
}

function isDigits(text: string, length: number): boolean {
  if (text.length !== length) return false
  for (const letter of text) if (letter < '0' || letter > '9') return false
  return true
}

function isHash(text: string): boolean {
  if (text.length !== 64) return false
  for (const letter of text) {
    const isHex = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f')
    if (!isHex) return false
  }
  return true
}
