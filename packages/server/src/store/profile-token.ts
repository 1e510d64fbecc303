import { createHash } from 'node:crypto'

/** Bytes of a token's hash, and of the digest of the body it came with: the beginnings of their SHA-256. */
export const tokenHashLength = 16

/** How a post is known again. */
export interface TokenMark {
  readonly tokenHash: Uint8Array
  /** Of its body. */
  readonly bodyDigest: Uint8Array
}

/** Of a post without a token. */
export const noMark: TokenMark = {
  tokenHash: new Uint8Array(tokenHashLength),
  bodyDigest: new Uint8Array(tokenHashLength),
}

/** Tokens are scoped to their group. */
export function tokenHash(groupId: string, token: string): Uint8Array {
  const hash = createHash('sha256').update(groupId).update('\0').update(token)
  return hash.digest().subarray(0, tokenHashLength)
}

export function hasToken({ tokenHash }: Pick<TokenMark, 'tokenHash'>): boolean {
  return tokenHash.some((byte) => byte !== 0)
}
