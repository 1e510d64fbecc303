import { randomBytes } from 'node:crypto'
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { BlobStore } from '../storage/ports.ts'
import { RecordCipher } from './record-cipher.ts'

/**
 * Sealed files, format version 1: blocks and pieces of dictionaries. Immutable; made of sections that can be read one by
 * one. Integers are little-endian.
 *
 *     header    8 magic · u16 version · 16 file id · u16 number of sections
 *               for each section: u16 kind · u32 offset · u32 length · u32 length once inflated
 *               u32 CRC-32 of what precedes
 *     section   AES-256-GCM ciphertext of one zstd frame · 16 tag
 *
 * The key is derived from the group's data key and the file id; the nonce is the section's kind, and the header up to
 * the file id is authenticated with it.
 */
const magic = Buffer.from('WICKBLK\0', 'latin1')
const version = 1
const idLength = 16
const fixedLength = 28
const entryLength = 14
/** Header and, mostly, the first section: one read. */
const firstReadBytes = 64 * 1024
const maxSections = 64
const cipherPurpose = 'wick sealed sections'

/** Not what was written; reported as damage. */
export class SealedFileDamaged extends Error {
  override readonly name = 'SealedFileDamaged'
  /** The blob's. */
  readonly key: string

  constructor(key: string, what: string) {
    super(`${what} of ${key} is not what was written`)
    this.key = key
  }
}

/** Written by another version of Wick. */
class SealedFileTooNew extends Error {
  override readonly name = 'SealedFileTooNew'
}

/** What a section holds. Numbers are never reused: 8 and 11 were heaps of another layout, for which profiles and windows answer. */
const sectionKind = {
  sums: 1,
  plainAttributes: 2,
  vectors: 3,
  profiles: 4,
  dictionary: 5,
  tokens: 6,
  fleet: 7,
  series: 9,
  attributes: 10,
  heap: 12,
  heaps: 13,
} as const
export type SectionKind = keyof typeof sectionKind

/** @param sections in the order in which they will be read */
export function encodeSealedFile(
  dataKey: Uint8Array,
  sections: readonly (readonly [SectionKind, Uint8Array])[],
): Uint8Array {
  const id = randomBytes(idLength)
  const headerLength = fixedLength + sections.length * entryLength + 4
  const header = Buffer.alloc(headerLength)
  magic.copy(header)
  header.writeUInt16LE(version, 8)
  id.copy(header, 10)
  header.writeUInt16LE(sections.length, 26)
  const cipher = new RecordCipher(dataKey, id, cipherPurpose)
  const parts: Uint8Array[] = [header]
  let offset = headerLength
  for (const [i, [kind, raw]] of sections.entries()) {
    const packed = zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
    const sealed = cipher.encrypt(sectionKind[kind], header.subarray(0, fixedLength - 2), packed)
    const length = sealed.reduce((sum, part) => sum + part.length, 0)
    const at = fixedLength + i * entryLength
    header.writeUInt16LE(sectionKind[kind], at)
    header.writeUInt32LE(offset, at + 2)
    header.writeUInt32LE(length, at + 6)
    header.writeUInt32LE(raw.length, at + 10)
    parts.push(...sealed)
    offset += length
  }
  header.writeUInt32LE(crc32(header.subarray(0, headerLength - 4)), headerLength - 4)
  return Buffer.concat(parts)
}

interface Entry {
  readonly offset: number
  readonly length: number
  readonly rawLength: number
}

/** One sealed file, opened: its sections are read when asked for, and checked. */
export class SealedFile {
  readonly #blobs: BlobStore
  readonly #key: string
  readonly #head: Uint8Array
  readonly #entries: ReadonlyMap<number, Entry>
  readonly #cipher: RecordCipher
  readonly #authenticated: Uint8Array

  private constructor(blobs: BlobStore, key: string, head: Buffer, dataKey: Uint8Array) {
    this.#blobs = blobs
    this.#key = key
    this.#head = head
    this.#entries = readEntries(key, head)
    this.#cipher = new RecordCipher(dataKey, head.subarray(10, 10 + idLength), cipherPurpose)
    this.#authenticated = head.subarray(0, fixedLength - 2)
  }

  /** @throws SealedFileDamaged where it is missing or not what was written; SealedFileTooNew */
  static async open(blobs: BlobStore, key: string, dataKey: Uint8Array): Promise<SealedFile> {
    const head = await blobs.get(key, 0, firstReadBytes)
    if (head === null) throw new SealedFileDamaged(key, 'all')
    return new SealedFile(blobs, key, Buffer.from(head.buffer, head.byteOffset, head.byteLength), dataKey)
  }

  /** The sections that there are, in the order of their numbers. */
  kinds(): SectionKind[] {
    const kinds = Object.keys(sectionKind) as SectionKind[]
    return kinds.filter((kind) => this.#entries.has(sectionKind[kind]))
  }

  /** The section, inflated; null where the file has none of the kind. @throws SealedFileDamaged */
  async section(kind: SectionKind): Promise<Uint8Array | null> {
    const number = sectionKind[kind]
    const entry = this.#entries.get(number)
    return entry === undefined ? null : this.#read(number, entry)
  }

  /** Reads all that it holds. @throws SealedFileDamaged */
  async check(): Promise<void> {
    for (const [number, entry] of this.#entries) await this.#read(number, entry)
  }

  async #read(number: number, { offset, length, rawLength }: Entry): Promise<Uint8Array> {
    const sealed =
      offset + length <= this.#head.length
        ? this.#head.subarray(offset, offset + length)
        : await this.#blobs.get(this.#key, offset, offset + length)
    const packed =
      sealed?.length === length ? this.#cipher.decrypt(number, this.#authenticated, sealed) : null
    const raw = packed === null ? null : inflated(packed, rawLength)
    if (raw === null) throw new SealedFileDamaged(this.#key, `section ${number}`)
    return raw
  }
}

/** Null where it is no frame of this length. */
function inflated(packed: Uint8Array, rawLength: number): Uint8Array | null {
  try {
    // One chunk of the whole length: putting together the usual small ones takes longer than inflating.
    const raw = zstdDecompressSync(packed, {
      maxOutputLength: Math.max(1, rawLength),
      chunkSize: Math.max(64, rawLength),
    })
    return raw.length === rawLength ? raw : null
  } catch {
    return null
  }
}

function readEntries(key: string, head: Buffer): ReadonlyMap<number, Entry> {
  const damaged = (): SealedFileDamaged => new SealedFileDamaged(key, 'the header')
  if (head.length < fixedLength || !head.subarray(0, 8).equals(magic)) throw damaged()
  const found = head.readUInt16LE(8)
  const count = head.readUInt16LE(26)
  const end = fixedLength + count * entryLength
  if (count > maxSections || head.length < end + 4) throw damaged()
  if (head.readUInt32LE(end) !== crc32(head.subarray(0, end))) throw damaged()
  if (found !== version)
    throw new SealedFileTooNew(`${key} has format version ${found}; this version of Wick reads ${version}`)
  const entries = new Map<number, Entry>()
  for (let at = fixedLength; at < end; at += entryLength) {
    entries.set(head.readUInt16LE(at), {
      offset: head.readUInt32LE(at + 2),
      length: head.readUInt32LE(at + 6),
      rawLength: head.readUInt32LE(at + 10),
    })
  }
  return entries
}
