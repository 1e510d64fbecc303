export { type ParsedAuthorization, parseAuthorization } from './authorization.ts'
export { type SigningInput, sign } from './sign.ts'
export type { SignedRequest } from './signed-request.ts'
export { type ScopeRules, type SignatureProof, verify, verifyScope } from './verify.ts'
