import { type KeyObject, X509Certificate } from 'node:crypto'
import {
  bitsOf,
  booleanOf,
  CertificateError,
  constructed,
  contentOf,
  type Element,
  integerOf,
  malformed,
  oidOf,
  only,
  parts,
  tags,
  timeOf,
} from './der.ts'
import { type AlternativeName, type Name, parseAlternativeNames, parseName } from './name.ts'

/** An X.509 certificate, read and not believed: see `findChain`. */
export interface Certificate {
  readonly der: Buffer
  /** The same as the platform reads it: for its signature. */
  readonly platform: X509Certificate
  readonly serialNumber: bigint
  readonly issuer: Name
  readonly subject: Name
  /** Epoch milliseconds. */
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: KeyObject
  /** Null where it may not sign certificates. `pathLength`: how many authorities may follow below it. */
  readonly authority: { readonly pathLength: number | null } | null
  /** Null where the certificate does not say what its key is for. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null
  /** Numbers of uses; null where all are allowed. */
  readonly extendedKeyUsage: readonly string[] | null
  readonly alternativeNames: readonly AlternativeName[]
}

type KeyUsage = 'digitalSignature' | 'keyCertSign' | 'crlSign'

/** Bits of the extension, counted from the first. */
const keyUsageBits: readonly (readonly [KeyUsage, number])[] = [
  ['digitalSignature', 0],
  ['keyCertSign', 5],
  ['crlSign', 6],
]

/** Larger than any that fits into the head of a request. */
const maxBytes = 12 * 1024
const maxSerialBytes = 20

/**
 * @param der one certificate and nothing behind it
 * @throws CertificateError where it cannot be read, says something that cannot be honoured, or is too weak to be believed
 */
export function parseCertificate(der: Buffer): Certificate {
  if (der.length > maxBytes) throw new CertificateError(`A certificate may have ${maxBytes} bytes at most.`)
  const [toBeSigned, algorithm, signature, ...more] = parts(only(der), tags.sequence)
  if (signature === undefined || more.length > 0) throw malformed()
  const [version, serialNumber, signedAlgorithm, issuer, validity, subject, , ...optional] = parts(
    toBeSigned,
    tags.sequence,
  )
  const isThird =
    version?.tag === constructed(0) && contentOf(only(version.content), tags.integer).equals(thirdVersion)
  if (!isThird) throw new CertificateError('Only certificates of version 3 are accepted.')
  if (!signedAlgorithm?.whole.equals(algorithm!.whole)) throw malformed()
  strongHashOf(algorithm!)
  if (contentOf(serialNumber, tags.integer).length > maxSerialBytes) throw malformed()
  const [notBefore, notAfter] = parts(validity, tags.sequence)
  const platform = readPlatform(der)
  return {
    der,
    platform,
    serialNumber: integerOf(serialNumber),
    issuer: parseName(issuer),
    subject: parseName(subject),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    publicKey: strongKeyOf(platform),
    ...parseExtensions(optional.find(({ tag }) => tag === constructed(3))),
  }
}

const thirdVersion = Buffer.of(2)

function readPlatform(der: Buffer): X509Certificate {
  try {
    const platform = new X509Certificate(der)
    if (platform.raw.equals(der)) return platform
  } catch {
    // The reason is OpenSSL's, and tells its caller nothing.
  }
  throw malformed()
}

/** SHA-256 or better, in the forms whose parameters cannot be chosen. RSA-PSS is not among them: it names its hash. */
const strongAlgorithms: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}

/** @returns the hash that is signed @throws CertificateError */
export function strongHashOf(algorithm: Element): string {
  const [oid] = parts(algorithm, tags.sequence)
  const hash = strongAlgorithms[oidOf(oid)]
  if (hash === undefined) {
    throw new CertificateError(
      'Signed with a weak or unknown algorithm: RSA or ECDSA with SHA-256 or better is accepted.',
    )
  }
  return hash
}

const minModulusBits = 2048
/** Verifying costs more the longer it is. */
const maxModulusBits = 8192
const curves = ['prime256v1', 'secp384r1', 'secp521r1']

function strongKeyOf(platform: X509Certificate): KeyObject {
  let key: KeyObject
  try {
    key = platform.publicKey
  } catch {
    throw malformed()
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const bits = details?.modulusLength ?? 0
  const isStrongRsa =
    type === 'rsa' && bits >= minModulusBits && bits <= maxModulusBits && details!.publicExponent! < 2n ** 32n
  const isStrongCurve = type === 'ec' && curves.includes(details?.namedCurve ?? '')
  if (isStrongRsa || isStrongCurve) return key
  throw new CertificateError(
    `The key is of a kind that is not accepted: RSA of ${minModulusBits} to ${maxModulusBits} bits, or P-256, P-384 or P-521.`,
  )
}

type Extensions = Pick<Certificate, 'authority' | 'keyUsage' | 'extendedKeyUsage' | 'alternativeNames'>

const basicConstraints = '2.5.29.19'
const keyUsage = '2.5.29.15'
const extendedKeyUsage = '2.5.29.37'
const subjectAlternativeName = '2.5.29.17'
const nameConstraints = '2.5.29.30'
/** May be critical although nothing here asks for a policy. */
const certificatePolicies = '2.5.29.32'
const understood = [basicConstraints, keyUsage, extendedKeyUsage, subjectAlternativeName, certificatePolicies]

function parseExtensions(element: Element | undefined): Extensions {
  const found = element === undefined ? new Map<string, Element>() : extensionsOf(element, understood)
  if (found.has(nameConstraints)) {
    throw new CertificateError('Name constraints cannot be honoured: the certificate is not accepted.')
  }
  const constraints = found.get(basicConstraints)
  const usage = found.get(keyUsage)
  const extended = found.get(extendedKeyUsage)
  const names = found.get(subjectAlternativeName)
  return {
    authority: constraints === undefined ? null : parseConstraints(constraints),
    keyUsage: usage === undefined ? null : parseKeyUsage(usage),
    extendedKeyUsage: extended === undefined ? null : parts(extended, tags.sequence).map(oidOf),
    alternativeNames: names === undefined ? [] : parseAlternativeNames(names),
  }
}

/**
 * Extensions by their number. One that is critical must be honoured (RFC 5280 4.2): what is not understood is refused.
 *
 * @param element `[n]` around the sequence of them
 * @throws CertificateError
 */
export function extensionsOf(element: Element, understood: readonly string[]): Map<string, Element> {
  const found = new Map<string, Element>()
  for (const extension of parts(only(element.content), tags.sequence)) {
    const [type, ...rest] = parts(extension, tags.sequence)
    const oid = oidOf(type)
    const isCritical = rest.length === 2 && booleanOf(rest[0])
    if (rest.length > 2 || found.has(oid)) throw malformed()
    if (isCritical && !understood.includes(oid)) {
      throw new CertificateError(
        `The critical extension ${oid} is not understood: the certificate is not accepted.`,
      )
    }
    const value = contentOf(rest.at(-1), tags.octetString)
    // Others may hold anything.
    found.set(oid, understood.includes(oid) ? only(value) : { tag: 0, content: value, whole: value })
  }
  return found
}

function parseConstraints(extension: Element): Certificate['authority'] {
  const [first, second, ...more] = parts(extension, tags.sequence)
  if (more.length > 0) throw malformed()
  if (first === undefined) return null
  const isAuthority = first.tag === tags.boolean && booleanOf(first)
  if (!isAuthority) return null
  if (second === undefined) return { pathLength: null }
  const length = integerOf(second)
  return { pathLength: length > 1000n ? null : Number(length) }
}

function parseKeyUsage(extension: Element): ReadonlySet<KeyUsage> {
  const bits = bitsOf(extension)
  return new Set(
    keyUsageBits.flatMap(([usage, bit]) => (((bits[bit >> 3] ?? 0) << (bit & 7)) & 0x80 ? [usage] : [])),
  )
}

/** The serial number as a session is named after it: hexadecimal in whole bytes. */
export function serialHex({ serialNumber }: Certificate): string {
  const digits = serialNumber.toString(16)
  return digits.length % 2 === 0 ? digits : `0${digits}`
}
