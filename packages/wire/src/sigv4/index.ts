export {
  type ParsedAuthorization,
  type ParsedCertificateAuthorization,
  parseAuthorization,
  parseCertificateAuthorization,
} from './authorization.ts'
export { type SigningInput, sign } from './sign.ts'
export type { SignedRequest } from './signed-request.ts'
export { type ScopeRules, type SignatureProof, verify, verifyCertificate, verifyScope } from './verify.ts'
