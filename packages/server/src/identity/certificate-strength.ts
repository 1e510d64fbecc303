import type { X509Certificate } from 'node:crypto'

const oldHashes = ['md2', 'md4', 'md5', 'sha1']
const leastRsaBits = 2048
/** Of elliptic curves. */
const leastCurveBits = 256

/** Why a certificate must not be relied on, to complete "… because"; null where nothing speaks against it. */
export function weaknessOf({ signatureAlgorithm = '', publicKey }: X509Certificate): string | null {
  const algorithm = signatureAlgorithm.toLowerCase().replaceAll('-', '')
  if (oldHashes.some((hash) => algorithm.includes(hash))) {
    return `it is signed by ${signatureAlgorithm}, whose hash can be forged; SHA-256 or better is needed`
  }
  const { asymmetricKeyType, asymmetricKeyDetails = {} } = publicKey
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails
  switch (asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return modulusLength >= leastRsaBits
        ? null
        : `its RSA key has ${modulusLength} bits; ${leastRsaBits} or more are needed`
    case 'ec':
      return curveBits(namedCurve) >= leastCurveBits
        ? null
        : `its key is on the curve ${namedCurve}; P-256 or a larger one is needed`
    case 'ed25519':
    case 'ed448':
      return null
    default:
      return `its key is one of ${asymmetricKeyType}; RSA or an elliptic curve is needed`
  }
}

/** `prime256v1`, `secp384r1`: the names say it. */
function curveBits(name: string): number {
  return Number(/\d{3}/.exec(name)?.[0] ?? 0)
}
