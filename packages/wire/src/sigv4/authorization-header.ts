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

/** Signed with the key of a certificate, as IAM Roles Anywhere takes it. */
const certificateAlgorithms = ['AWS4-X509-RSA-SHA256', 'AWS4-X509-ECDSA-SHA256'] as const
export type CertificateAlgorithm = (typeof certificateAlgorithms)[number]

/** The parts of `AWS4-X509-RSA-SHA256 Credential=SERIAL/…, SignedHeaders=…, Signature=…`. */
export interface CertificateHeader {
  readonly algorithm: CertificateAlgorithm
  /** Of the certificate, decimal. */
  readonly serialNumber: string
  readonly scope: Scope
  readonly signedHeaders: readonly string[]
  /** RSA: as long as the modulus; ECDSA: DER. */
  readonly signature: Buffer
}

const maxLength = 4096

/** Reads the header: its three parameters in any order, whitespace around commas as one likes, nothing else. */
export function parseAuthorizationHeader(header: string): AuthorizationHeader {
  const { parameters } = parseHeader(header, [algorithm])
  const { name: accessKeyId, scope } = parseCredential(parameters.Credential)
  if (accessKeyId.length > 128 || !isAlphanumeric(accessKeyId)) throw unrecognizedClient()
  return {
    accessKeyId,
    scope,
    signedHeaders: parseSignedHeaders(parameters.SignedHeaders),
    signature: parseSignature(parameters.Signature),
  }
}

/** The same for a certificate's signature. */
export function parseCertificateHeader(header: string): CertificateHeader {
  const { name, parameters } = parseHeader(header, certificateAlgorithms)
  const { name: serialNumber, scope } = parseCredential(parameters.Credential)
  if (serialNumber.length > maxSerialDigits || !isDigits(serialNumber)) throw unrecognizedClient()
  return {
    algorithm: name,
    serialNumber,
    scope,
    signedHeaders: parseSignedHeaders(parameters.SignedHeaders),
    signature: parseCertificateSignature(parameters.Signature),
  }
}

/** RFC 5280 allows 20 bytes; the sign takes one bit. */
const maxSerialDigits = 49
/** RSA of 8192 bits. */
const maxCertificateSignature = 1024

function parseHeader<Name extends string>(
  header: string,
  names: readonly Name[],
): { name: Name; parameters: Parameters } {
  if (header.length > maxLength) throw incomplete('The Authorization header is too long.')
  const blank = header.indexOf(' ')
  const written = header.slice(0, Math.max(blank, 0))
  const name = names.find((candidate) => candidate === written)
  if (name === undefined) throw incomplete(`The Authorization header must start with ${names.join(' or ')}.`)
  return { name, parameters: parseParameters(header.slice(blank + 1)) }
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

/** @returns the key's name, not looked at yet, and the scope */
function parseCredential(text: string): { name: string; scope: Scope } {
  const parts = text.split('/')
  if (parts.length !== 5 || parts.includes('')) {
    throw incomplete('Credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request.')
  }
  const [name, date, region, service, terminator] = parts as [string, string, string, string, string]
  if (date.length !== 8 || !isDigits(date)) {
    throw invalidSignature(`Date in Credential scope must have the form YYYYMMDD, not ${quoted(date)}.`)
  }
  if (terminator !== 'aws4_request') {
    throw invalidSignature(
      `Credential should be scoped with a valid terminator: 'aws4_request', not ${quoted(terminator)}.`,
    )
  }
  return { name, scope: { date, region, service } }
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

function parseCertificateSignature(text: string): Buffer {
  if (text.length > 2 * maxCertificateSignature || text.length % 2 !== 0 || !isLowerHex(text)) {
    throw incomplete('Signature must be lower-case hexadecimal digits.')
  }
  return Buffer.from(text, 'hex')
}
