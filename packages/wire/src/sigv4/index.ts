export { type ParsedAuthorization, parseAuthorization, type SignedRequest } from './authorization.ts'
export { type SigningInput, sign } from './sign.ts'
export { type ScopeRules, verifyScope, verifySignature } from './verify.ts'
