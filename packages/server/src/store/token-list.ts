import { crc32 } from 'node:zlib'
import { type GatheredList, tokenEntryLength } from './gathered-tokens.ts'
import { tokenHashLength } from './profile-token.ts'

/**
 * The profileTokens of sealed segments, format version 2: what a retry is recognised by, for as long as tokens are
 * remembered. Integers are little-endian.
 *
 *     8 magic · u16 version · u32 number of tokens · each: 16 token hash · 16 body digest · f64 since when · u32 CRC-32
 *
 * The checksum is over the blob's key and all that stands before it, so that a list in the place of another is noticed.
 * Version 1 left the key out.
 */
const magic = Buffer.from('WICKTOK\0', 'latin1')
const version = 2
const headerLength = 14

/** Where the lists lie among the blobs; the other directories are named by a group's id. */
export const tokenDirectory = 'tokens'

/** A list as it lies in its blob: nothing is taken out of it before it is asked for. */
export class TokenList {
  readonly key: string
  readonly bytes: Uint8Array
  /** Number of tokens. */
  readonly length: number

  /** @param bytes what was written */
  constructor(key: string, bytes: Uint8Array) {
    this.key = key
    this.bytes = bytes
    this.length = (bytes.length - headerLength - 4) / tokenEntryLength
  }

  get byteLength(): number {
    return this.bytes.length
  }

  /** When the last of its profiles was received. */
  get receivedAt(): number {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset)
    let latest = 0
    this.forEachHash((_, at) => {
      latest = Math.max(latest, view.getFloat64(at + 2 * tokenHashLength, true))
    })
    return latest
  }

  /** The digest of the body that the token was stored with; null where it is not in the list. */
  digestOf(tokenHash: Uint8Array): Uint8Array | null {
    const { bytes } = this
    for (let at = headerLength; at + tokenEntryLength < bytes.length; at += tokenEntryLength) {
      let same = 0
      while (same < tokenHashLength && bytes[at + same] === tokenHash[same]) same++
      if (same === tokenHashLength) return bytes.subarray(at + tokenHashLength, at + 2 * tokenHashLength)
    }
    return null
  }

  /** In their order. A hash is what stands in `bytes` from `at` on. */
  forEachHash(visit: (bytes: Uint8Array, at: number) => void): void {
    const { bytes } = this
    for (let at = headerLength; at + tokenEntryLength < bytes.length; at += tokenEntryLength) visit(bytes, at)
  }
}

/** @param key the blob's that it becomes */
export function encodeTokenList(
  key: string,
  { length, entries }: Pick<GatheredList, 'length' | 'entries'>,
): TokenList {
  const list = Buffer.alloc(headerLength + entries.length + 4)
  magic.copy(list)
  list.writeUInt16LE(version, 8)
  list.writeUInt32LE(length, 10)
  list.set(entries, headerLength)
  list.writeUInt32LE(checksum(version, key, list), list.length - 4)
  return new TokenList(key, list)
}

/** Written by a later version of Wick. */
class TokenListTooNew extends Error {
  override readonly name = 'TokenListTooNew'
}

/** Null where it is not what was written. @param key the blob's; @throws TokenListTooNew */
export function decodeTokenList(key: string, bytes: Uint8Array): TokenList | null {
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (list.length < headerLength + 4 || !list.subarray(0, 8).equals(magic)) return null
  const found = list.readUInt16LE(8)
  if (list.readUInt32LE(list.length - 4) !== checksum(found, key, list)) return null
  if (found > version)
    throw new TokenListTooNew(
      `${key} has format version ${found}; this version of Wick reads 1 to ${version}`,
    )
  if (list.length !== headerLength + list.readUInt32LE(10) * tokenEntryLength + 4) return null
  return new TokenList(key, bytes)
}

/** Of all but the last four bytes. */
function checksum(version: number, key: string, list: Buffer): number {
  return crc32(list.subarray(0, -4), version === 1 ? 0 : crc32(key))
}
