import { verify } from 'node:crypto'
import { type Certificate, extensionsOf, strongHashOf } from './certificate.ts'
import {
  CertificateError,
  constructed,
  type Element,
  integerOf,
  malformed,
  octetsOf,
  only,
  parts,
  tags,
  timeOf,
} from './der.ts'
import { type Name, parseName } from './name.ts'

/** What an authority no longer stands for (RFC 5280 section 5). */
export interface RevocationList {
  readonly issuer: Name
  /** When it was made; epoch milliseconds. */
  readonly thisUpdate: number
  /** When the next one should be there; null where that was not said. */
  readonly nextUpdate: number | null
  readonly serialNumbers: ReadonlySet<bigint>
}

/** What an import may have at most, as Roles Anywhere has it. */
const maxListBytes = 300_000

/**
 * Reads a complete list and finds the authority that signed it among those given.
 *
 * @throws CertificateError where none of them did, or the list is not one of all that its issuer revoked
 */
export function parseRevocationList(der: Buffer, authorities: readonly Certificate[]): RevocationList {
  if (der.length > maxListBytes)
    throw new CertificateError(`A revocation list may have ${maxListBytes} bytes at most.`)
  const [toBeSigned, algorithm, signature, ...more] = parts(only(der), tags.sequence)
  if (signature === undefined || more.length > 0) throw malformed()
  const hash = strongHashOf(algorithm!)
  const list = parseSigned(toBeSigned!, algorithm!)
  const octets = octetsOf(signature)
  const isSigned = authorities.some(
    ({ subject, publicKey, keyUsage }) =>
      subject.der.equals(list.issuer.der) &&
      (keyUsage?.has('crlSign') ?? true) &&
      verify(hash, toBeSigned!.whole, publicKey, octets),
  )
  if (!isSigned)
    throw new CertificateError('The revocation list is not signed by an authority of the trust anchor.')
  return list
}

function parseSigned(toBeSigned: Element, algorithm: Element): RevocationList {
  const fields = parts(toBeSigned, tags.sequence)
  // Version 1 has no such field.
  if (fields[0]?.tag === tags.integer && integerOf(fields.shift()) !== 1n) throw malformed()
  const [signedAlgorithm, issuer, thisUpdate, ...rest] = fields
  if (!signedAlgorithm?.whole.equals(algorithm.whole)) throw malformed()
  const isTime = ({ tag }: Element) => tag === tags.utcTime || tag === tags.generalizedTime
  const nextUpdate = rest[0] !== undefined && isTime(rest[0]) ? timeOf(rest.shift()) : null
  const revoked = rest[0]?.tag === tags.sequence ? parts(rest.shift(), tags.sequence) : []
  const extensions = rest.shift()
  if (rest.length > 0) throw malformed()
  // Lists of changes only, or of certificates of others, say so in a critical extension: none is understood here.
  if (extensions !== undefined) {
    if (extensions.tag !== constructed(0)) throw malformed()
    extensionsOf(extensions, [])
  }
  return {
    issuer: parseName(issuer),
    thisUpdate: timeOf(thisUpdate),
    nextUpdate,
    serialNumbers: new Set(revoked.map(revokedSerial)),
  }
}

function revokedSerial(entry: Element): bigint {
  const [serialNumber, date, extensions] = parts(entry, tags.sequence)
  timeOf(date)
  if (extensions !== undefined) extensionsOf({ ...extensions, content: extensions.whole }, [])
  return integerOf(serialNumber)
}
