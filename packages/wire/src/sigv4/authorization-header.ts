import { isAlphanumeric, isDigits, isLowerHex } from '../characters.ts'
import { algorithm, type Scope } from './canonical-request.ts'
import { incomplete, invalidSignature, quoted, unrecognizedClient } from './refusals.ts'

/** The parts of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */
export interface AuthorizationHeader {
  readonly accessKeyId: string
  readonly scope: Scope
  /** Lower-case names, ascending. */
  readonly signedHeaders: readonly string[]
  /** 32 bytes. */
  readonly signature: Buffer
}

const maxLength = 4096

/** Reads the header: its three parameters in any order, whitespace around commas as one likes, nothing else. */
export function parseAuthorizationHeader(header: string): AuthorizationHeader {
  if (header.length > maxLength) throw incomplete('The Authorization header is too long.')
  const blank = header.indexOf(' ')
  if (blank < 0 || header.slice(0, blank) !== algorithm) {
    throw incomplete(`The Authorization header must start with ${algorithm}.`)
  }
  const parameters = parseParameters(header.slice(blank + 1))
  return {
    ...parseCredential(parameters.Credential),
    signedHeaders: parseSignedHeaders(parameters.SignedHeaders),
    signature: parseSignature(parameters.Signature),
  }
}

const parameterNames = ['Credential', 'SignedHeaders', 'Signature'] as const
type Parameters = Record<(typeof parameterNames)[number], string>

function parseParameters(text: string): Parameters {
  const found: Partial<Parameters> = {}
  for (const piece of text.split(',')) {
    const equals = piece.indexOf('=')
    const written = piece.slice(0, Math.max(equals, 0)).trim()
    const name = parameterNames.find((candidate) => candidate === written)
    if (name === undefined || found[name] !== undefined) {
      throw incomplete(
        'The Authorization header must hold Credential, SignedHeaders and Signature, each once, and nothing else.',
      )
    }
    found[name] = piece.slice(equals + 1).trim()
  }
  for (const name of parameterNames) {
    if (!found[name]) throw incomplete(`Authorization header requires '${name}' parameter.`)
  }
  return found as Parameters
}

function parseCredential(text: string): { accessKeyId: string; scope: Scope } {
  const parts = text.split('/')
  if (parts.length !== 5 || parts.includes('')) {
    throw incomplete('Credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request.')
  }
  const [accessKeyId, date, region, service, terminator] = parts as [string, string, string, string, string]
  if (date.length !== 8 || !isDigits(date)) {
    throw invalidSignature(`Date in Credential scope must have the form YYYYMMDD, not ${quoted(date)}.`)
  }
  if (terminator !== 'aws4_request') {
    throw invalidSignature(
      `Credential should be scoped with a valid terminator: 'aws4_request', not ${quoted(terminator)}.`,
    )
  }
  if (accessKeyId.length > 128 || !isAlphanumeric(accessKeyId)) throw unrecognizedClient()
  return { accessKeyId, scope: { date, region, service } }
}

function parseSignedHeaders(text: string): readonly string[] {
  const names = text.split(';')
  const isCanonical = names.every(
    (name, i) => name !== '' && name === name.toLowerCase() && (i === 0 || names[i - 1]! < name),
  )
  if (!isCanonical) throw incomplete('SignedHeaders must be distinct lower-case names in order.')
  return names
}

/** Checked digit by digit before it becomes bytes: Buffer.from would stop silently at the first wrong one. */
function parseSignature(text: string): Buffer {
  if (text.length !== 64 || !isLowerHex(text)) {
    throw incomplete('Signature must be 64 lower-case hexadecimal digits.')
  }
  return Buffer.from(text, 'hex')
}
