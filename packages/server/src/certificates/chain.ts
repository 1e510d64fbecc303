import type { Certificate } from './certificate.ts'
import { CertificateError } from './der.ts'
import { nameText } from './name.ts'
import type { RevocationList } from './revocation-list.ts'

export interface Trust {
  readonly anchors: readonly Certificate[]
  readonly revocationLists: readonly RevocationList[]
  /** Epoch milliseconds. */
  readonly now: number
}

/**
 * Whether a certificate may speak for its holder: its own use, and a chain of authorities from it to an anchor.
 *
 * @param sent certificates that came along, in any order; nothing of them is believed but what the chain proves
 * @returns the certificate first, the anchor last
 * @throws CertificateError which says what is wrong
 */
export function findChain(
  leaf: Certificate,
  sent: readonly Certificate[],
  trust: Trust,
): readonly Certificate[] {
  requireClient(leaf)
  requireValid(leaf, trust)
  const search: Search = { trust, sent, verified: new Map(), problem: null }
  const chain = extend([leaf], search)
  if (chain === null) {
    throw search.problem ?? new CertificateError('No chain leads from the certificate to the trust anchor.')
  }
  return chain
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/** What Roles Anywhere asks of a certificate that signs requests. */
function requireClient({ authority, keyUsage, extendedKeyUsage }: Certificate): void {
  if (authority !== null)
    throw new CertificateError('The certificate is one of an authority: it may not sign requests.')
  if (!keyUsage?.has('digitalSignature')) {
    throw new CertificateError('The certificate must have the key usage digitalSignature.')
  }
  if (!(extendedKeyUsage?.includes(clientAuthentication) ?? true)) {
    throw new CertificateError('The extended key usage of the certificate must include clientAuth.')
  }
}

/** @throws CertificateError before and after its time, and where it was revoked */
function requireValid(certificate: Certificate, { now, revocationLists }: Trust): void {
  const { notBefore, notAfter, serialNumber, issuer, subject } = certificate
  const day = (time: number) => new Date(time).toISOString()
  if (now < notBefore) {
    throw new CertificateError(
      `The certificate '${nameText(subject)}' is not valid before ${day(notBefore)}.`,
    )
  }
  if (now > notAfter) {
    throw new CertificateError(`The certificate '${nameText(subject)}' expired at ${day(notAfter)}.`)
  }
  const isRevoked = revocationLists.some(
    (list) => list.issuer.der.equals(issuer.der) && list.serialNumbers.has(serialNumber),
  )
  if (isRevoked) throw new CertificateError(`The certificate '${nameText(subject)}' is revoked.`)
}

interface Search {
  readonly trust: Trust
  readonly sent: readonly Certificate[]
  /** Certificate → authority → whether it signed it: each pair is asked once, however many ways lead through it. */
  readonly verified: Map<Certificate, Map<Certificate, boolean>>
  /** Why the authority that came nearest was not taken. */
  problem: CertificateError | null
}

/** The longest way is through all certificates sent: at most five, so at most a few hundred ways. */
function extend(path: readonly Certificate[], search: Search): readonly Certificate[] | null {
  const below = path.at(-1)!
  for (const anchor of search.trust.anchors) {
    if (mayIssue(anchor, below, path, search)) return [...path, anchor]
  }
  for (const authority of search.sent) {
    if (path.some(({ der }) => der.equals(authority.der))) continue
    if (!mayIssue(authority, below, path, search)) continue
    const chain = extend([...path, authority], search)
    if (chain !== null) return chain
  }
  return null
}

function mayIssue(
  authority: Certificate,
  below: Certificate,
  path: readonly Certificate[],
  search: Search,
): boolean {
  if (!authority.subject.der.equals(below.issuer.der)) return false
  try {
    requireAuthority(authority, path)
    requireValid(authority, search.trust)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    search.problem = error
    return false
  }
  return isSignedBy(below, authority, search.verified)
}

function isSignedBy(below: Certificate, authority: Certificate, verified: Search['verified']): boolean {
  const known = verified.get(below) ?? new Map<Certificate, boolean>()
  const isSigned = known.get(authority) ?? below.platform.verify(authority.publicKey)
  verified.set(below, known.set(authority, isSigned))
  return isSigned
}

/** @param path what it stands above */
function requireAuthority(
  { authority, keyUsage, extendedKeyUsage, subject }: Certificate,
  path: readonly Certificate[],
): void {
  const mayCertify = authority !== null && (keyUsage?.has('keyCertSign') ?? true)
  if (!mayCertify) {
    throw new CertificateError(
      `The certificate '${nameText(subject)}' is none of an authority: it may not sign others.`,
    )
  }
  if (!(extendedKeyUsage?.includes(clientAuthentication) ?? true)) {
    throw new CertificateError(`The authority '${nameText(subject)}' may not issue certificates for clients.`)
  }
  // Of the authorities below it those count that were not issued to themselves (RFC 5280 4.2.1.9).
  const between = path.slice(1).filter((one) => !one.subject.der.equals(one.issuer.der)).length
  if (authority.pathLength !== null && between > authority.pathLength) {
    throw new CertificateError(
      `The chain has more authorities than '${nameText(subject)}' allows below itself.`,
    )
  }
}
