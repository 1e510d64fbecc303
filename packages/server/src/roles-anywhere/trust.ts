import { type Certificate, parseCertificate } from '../certificates/certificate.ts'
import { CertificateError } from '../certificates/der.ts'
import { nameText } from '../certificates/name.ts'
import { readPem } from '../certificates/pem.ts'
import { parseRevocationList, type RevocationList } from '../certificates/revocation-list.ts'
import type { Account } from '../iam/account.ts'
import type { Crl, TrustAnchor } from '../iam/roles-anywhere.ts'

/** What an anchor and its revocation lists say, read once for each state of them. */

const anchors = new WeakMap<TrustAnchor, readonly Certificate[]>()
const lists = new WeakMap<Crl, { readonly anchor: TrustAnchor; readonly list: RevocationList }>()

/** The certificates of an anchor. @throws CertificateError */
export function certificatesOf(anchor: TrustAnchor): readonly Certificate[] {
  let certificates = anchors.get(anchor)
  if (certificates === undefined) {
    certificates = parseAuthorities(anchor.certificates)
    anchors.set(anchor, certificates)
  }
  return certificates
}

/** @throws CertificateError where the list is none of the anchor's authorities */
export function revocationListOf(crl: Crl, anchor: TrustAnchor): RevocationList {
  const known = lists.get(crl)
  if (known?.anchor === anchor) return known.list
  const list = parseCrl(Buffer.from(crl.data, 'base64'), certificatesOf(anchor))
  lists.set(crl, { anchor, list })
  return list
}

export function crlsOf(account: Account, anchor: TrustAnchor): readonly Crl[] {
  return [...account.crls.values()].filter(({ trustAnchorId }) => trustAnchorId === anchor.id)
}

/** @param text PEM @throws CertificateError where it holds none, or one that is no authority's */
export function parseAuthorities(text: string): readonly Certificate[] {
  const certificates = readPem(text, 'CERTIFICATE').map(parseCertificate)
  if (certificates.length === 0) throw new CertificateError('No certificate is there: PEM is expected.')
  for (const { authority, keyUsage, subject } of certificates) {
    if (authority === null || !(keyUsage?.has('keyCertSign') ?? true)) {
      throw new CertificateError(
        `The certificate '${nameText(subject)}' is none of an authority: its basic constraints must say CA, its key usage keyCertSign.`,
      )
    }
  }
  return certificates
}

const derSequence = 0x30

/** @param data PEM of one list, or its DER @throws CertificateError */
export function parseCrl(data: Buffer, authorities: readonly Certificate[]): RevocationList {
  if (data[0] === derSequence) return parseRevocationList(data, authorities)
  const [der, ...more] = readPem(data.toString('latin1'), 'X509 CRL')
  if (der === undefined || more.length > 0) {
    throw new CertificateError('crlData must hold one revocation list, as PEM.')
  }
  return parseRevocationList(der, authorities)
}
