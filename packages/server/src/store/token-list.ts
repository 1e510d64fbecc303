import { crc32 } from 'node:zlib'
import type { RecordHeader } from './segment-format.ts'

/**
 * The profileTokens of sealed segments, format version 2: what a retry is recognised by, for as long as tokens are
 * remembered. Integers are little-endian.
 *
 *     8 magic · u16 version · u32 number of tokens · each: 16 token hash · 16 body digest · f64 received · u32 CRC-32
 *
 * The checksum is over the blob's key and all that stands before it, so that a list in the place of another is noticed.
 * Version 1 left the key out.
 */
const magic = Buffer.from('WICKTOK\0', 'latin1')
const version = 2
const headerLength = 14
const entryLength = 40

/** Where the lists lie among the blobs; the other directories are named by a group's id. */
export const tokenDirectory = 'tokens'

export type RememberedToken = Pick<RecordHeader, 'tokenHash' | 'bodyDigest' | 'receivedAt'>

/** A post without a token has a hash of zeros. */
export function hasToken(tokenHash: Uint8Array): boolean {
  return tokenHash.some((byte) => byte !== 0)
}

/** @param key the blob's that it becomes */
export function encodeTokenList(key: string, tokens: readonly RememberedToken[]): Uint8Array {
  const list = Buffer.alloc(headerLength + tokens.length * entryLength + 4)
  magic.copy(list)
  list.writeUInt16LE(version, 8)
  list.writeUInt32LE(tokens.length, 10)
  for (const [i, { tokenHash, bodyDigest, receivedAt }] of tokens.entries()) {
    const at = headerLength + i * entryLength
    list.set(tokenHash, at)
    list.set(bodyDigest, at + 16)
    list.writeDoubleLE(receivedAt, at + 32)
  }
  list.writeUInt32LE(checksum(version, key, list), list.length - 4)
  return list
}

/** Written by a later version of Wick. */
class TokenListTooNew extends Error {
  override readonly name = 'TokenListTooNew'
}

/** Null where it is not what was written. @param key the blob's; @throws TokenListTooNew */
export function decodeTokenList(key: string, bytes: Uint8Array): RememberedToken[] | null {
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (list.length < headerLength + 4 || !list.subarray(0, 8).equals(magic)) return null
  const found = list.readUInt16LE(8)
  if (list.readUInt32LE(list.length - 4) !== checksum(found, key, list)) return null
  if (found > version)
    throw new TokenListTooNew(
      `${key} has format version ${found}; this version of Wick reads 1 to ${version}`,
    )
  const length = list.readUInt32LE(10)
  if (list.length !== headerLength + length * entryLength + 4) return null
  return Array.from({ length }, (_, i) => {
    const at = headerLength + i * entryLength
    return {
      tokenHash: new Uint8Array(list.subarray(at, at + 16)),
      bodyDigest: new Uint8Array(list.subarray(at + 16, at + 32)),
      receivedAt: list.readDoubleLE(at + 32),
    }
  })
}

/** Of all but the last four bytes. */
function checksum(version: number, key: string, list: Buffer): number {
  return crc32(list.subarray(0, -4), version === 1 ? 0 : crc32(key))
}
