import { type KeyObject, timingSafeEqual, verify as verifyBytes } from 'node:crypto'
import type { ParsedAuthorization, ParsedCertificateAuthorization, SignedParts } from './authorization.ts'
import type { CertificateAlgorithm } from './authorization-header.ts'
import { algorithm, canonicalRequest, type Scope, stringToSign } from './canonical-request.ts'
import { invalidSignature, mismatch, quoted } from './refusals.ts'
import { formatBasic } from './request-time.ts'
import { signature } from './signing-key.ts'

export interface ScopeRules {
  /** Regions that may be named in the signature. */
  readonly regions: readonly string[]
  readonly service: string
  /** The verifier's clock, epoch milliseconds. */
  readonly now: number
  /** How far the request's clock may be off, both ways. */
  readonly skewMilliseconds: number
}

interface BodyProof extends ScopeRules {
  /** SHA-256 of the body as received, before any Content-Encoding is undone. */
  readonly bodySha256Hex: string
}

export interface SignatureProof extends BodyProof {
  /** The secret of the access key that the request names. */
  readonly secret: string
}

export interface CertificateProof extends BodyProof {
  /** Of the certificate that the request brings. Whether that is to be believed is another question. */
  readonly certificate: {
    readonly publicKey: KeyObject
    /** Decimal. */
    readonly serialNumber: string
  }
}

type Signed = SignedParts & { readonly scope: Scope; readonly signedHeaders: readonly string[] }

/**
 * Region, service and time: what can be judged before the key is looked up and the body is read. `verify` judges it
 * again, so that leaving this out loses time and nothing else.
 *
 * @throws ApiError InvalidSignatureException
 */
export function verifyScope({ scope, time }: Pick<Signed, 'scope' | 'time'>, rules: ScopeRules): void {
  if (!rules.regions.includes(scope.region)) {
    throw invalidSignature(`Credential should be scoped to a valid region, not ${quoted(scope.region)}.`)
  }
  if (scope.service !== rules.service) {
    throw invalidSignature(`Credential should be scoped to correct service: '${rules.service}'.`)
  }
  const { now, skewMilliseconds } = rules
  const minutes = skewMilliseconds / 60_000
  if (time.instant < now - skewMilliseconds) {
    throw invalidSignature(
      `Signature expired: ${time.timestamp} is now earlier than ${formatBasic(now - skewMilliseconds)} (${formatBasic(now)} - ${minutes} min.)`,
    )
  }
  if (time.instant > now + skewMilliseconds) {
    throw invalidSignature(
      `Signature not yet current: ${time.timestamp} is still later than ${formatBasic(now + skewMilliseconds)} (${formatBasic(now)} + ${minutes} min.)`,
    )
  }
}

/** Everything: after this the request is the named key's. @throws ApiError InvalidSignatureException */
export function verify(parsed: ParsedAuthorization, proof: SignatureProof): void {
  const text = textToSign(parsed, proof, algorithm)
  if (!timingSafeEqual(signature(proof.secret, parsed.scope, text), parsed.signature)) throw mismatch()
}

const keyTypes: Readonly<Record<CertificateAlgorithm, string>> = {
  'AWS4-X509-RSA-SHA256': 'rsa',
  'AWS4-X509-ECDSA-SHA256': 'ec',
}

/**
 * Everything but the certificate itself: after this the request was signed by whoever holds the certificate's key.
 *
 * @throws ApiError InvalidSignatureException
 */
export function verifyCertificate(parsed: ParsedCertificateAuthorization, proof: CertificateProof): void {
  const text = textToSign(parsed, proof, parsed.algorithm)
  const { publicKey, serialNumber } = proof.certificate
  const isSigned =
    publicKey.asymmetricKeyType === keyTypes[parsed.algorithm] &&
    serialNumber === parsed.serialNumber &&
    verifyBytes('sha256', Buffer.from(text), publicKey, parsed.signature)
  if (!isSigned) throw mismatch()
}

function textToSign(parsed: Signed, proof: BodyProof, algorithm: string): string {
  verifyScope(parsed, proof)
  const { declaredBodySha256Hex: declared } = parsed
  if (declared !== null && declared !== proof.bodySha256Hex) throw mismatch()
  const canonical = canonicalRequest({
    ...parsed.request,
    headers: parsed.headers,
    signedHeaders: parsed.signedHeaders,
    bodySha256Hex: proof.bodySha256Hex,
  })
  return stringToSign(parsed.time.timestamp, parsed.scope, canonical, algorithm)
}
