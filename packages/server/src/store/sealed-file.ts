import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { BlobStore } from '../storage/ports.ts'
import { RecordCipher } from './record-cipher.ts'

/**
 * Sealed files, format version 2: blocks and pieces of dictionaries. Immutable; made of sections that can be read one by
 * one. Integers are little-endian.
 *
 *     header    8 magic · u16 version · 16 file id · u16 number of sections
 *               for each section: u16 kind · u32 offset · u32 length · u32 length once inflated
 *               u32 CRC-32 of what precedes
 *     section   AES-256-GCM ciphertext of one zstd frame · 16 tag
 *
 * The high byte of a kind tells the sections of one kind apart, where a file has several. Parts of a series are no zstd frames.
 *
 * The key is derived from the group's data key and the file id; the nonce is the section's kind, and the header up to
 * the file id is authenticated with it. The file id is the UUID that the blob's key ends with: a file that got to another's
 * place is not what was written there. In version 1 it was any number.
 */
const magic = Buffer.from('WICKBLK\0', 'latin1')
const version = 2
const firstVersion = 1
const idLength = 16
const uuidLength = 36
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
  // 8, 9 and 11 were first layouts of what has other numbers now.
  attributes: 10,
  heap: 12,
  heaps: 13,
  series: 14,
  seriesPart: 15,
} as const
export type SectionKind = keyof typeof sectionKind

/** A section of which a file may have several has a number for each. */
export type NewSection = readonly [kind: SectionKind, bytes: Uint8Array, part?: number]

function numberOf(kind: SectionKind, part = 0): number {
  return sectionKind[kind] + (part << 8)
}

/** Sections that would not become smaller: they are encrypted as they are. */
function isPlain(number: number): boolean {
  return (number & 0xff) === sectionKind.seriesPart
}

/** The UUID that a blob's key ends with, as bytes; null where there is none. */
function fileIdOf(key: string): Uint8Array | null {
  const id = Buffer.from(key.slice(-uuidLength).replaceAll('-', ''), 'hex')
  return id.length === idLength ? id : null
}

/**
 * @param key the blob's; it ends with a UUID that no file had before
 * @param sections in the order in which they will be read
 */
export function encodeSealedFile(
  dataKey: Uint8Array,
  key: string,
  sections: readonly NewSection[],
): Uint8Array {
  const id = fileIdOf(key)
  if (id === null) throw new Error(`${key} ends with no UUID`)
  const headerLength = fixedLength + sections.length * entryLength + 4
  const header = Buffer.alloc(headerLength)
  magic.copy(header)
  header.writeUInt16LE(version, 8)
  header.set(id, 10)
  header.writeUInt16LE(sections.length, 26)
  const cipher = new RecordCipher(dataKey, id, cipherPurpose)
  const parts: Uint8Array[] = [header]
  let offset = headerLength
  for (const [i, [kind, raw, part]] of sections.entries()) {
    const number = numberOf(kind, part)
    const packed = isPlain(number)
      ? raw
      : zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
    const sealed = cipher.encrypt(number, header.subarray(0, fixedLength - 2), packed)
    const length = sealed.reduce((sum, part) => sum + part.length, 0)
    const at = fixedLength + i * entryLength
    header.writeUInt16LE(number, at)
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

  /**
   * @param headBytes what is read with the header, in one go
   * @throws SealedFileDamaged where it is missing or not what was written; SealedFileTooNew
   */
  static async open(
    blobs: BlobStore,
    key: string,
    dataKey: Uint8Array,
    headBytes = firstReadBytes,
  ): Promise<SealedFile> {
    const head = await blobs.get(key, 0, headBytes)
    if (head === null) throw new SealedFileDamaged(key, 'all')
    return new SealedFile(blobs, key, Buffer.from(head.buffer, head.byteOffset, head.byteLength), dataKey)
  }

  /** The section, inflated; null where the file has none of the kind. @throws SealedFileDamaged */
  async section(kind: SectionKind): Promise<Uint8Array | null> {
    const number = numberOf(kind)
    const entry = this.#entries.get(number)
    return entry === undefined ? null : this.#whole(number, entry)
  }

  /** Reads all that it holds. @throws SealedFileDamaged */
  async check(): Promise<void> {
    for (const [number, entry] of this.#entries) await this.#whole(number, entry)
  }

  /** Some of the sections of a kind, read in one go. @throws SealedFileDamaged also where there is none of the number */
  async parts(kind: SectionKind, parts: readonly number[]): Promise<Uint8Array[]> {
    const entries = parts.map((part) => {
      const number = numberOf(kind, part)
      const entry = this.#entries.get(number)
      if (entry === undefined) throw new SealedFileDamaged(this.#key, `section ${number}`)
      return { number, entry }
    })
    const from = Math.min(...entries.map(({ entry }) => entry.offset))
    const bytes = await this.#read(from, Math.max(...entries.map(({ entry }) => entry.offset + entry.length)))
    return entries.map(({ number, entry }) => {
      const start = entry.offset - from
      return this.#opened(number, entry, bytes?.subarray(start, start + entry.length) ?? null)
    })
  }

  async #whole(number: number, entry: Entry): Promise<Uint8Array> {
    const { offset, length } = entry
    return this.#opened(number, entry, await this.#read(offset, offset + length))
  }

  async #read(from: number, to: number): Promise<Uint8Array | null> {
    return to <= this.#head.length ? this.#head.subarray(from, to) : this.#blobs.get(this.#key, from, to)
  }

  #opened(number: number, { length, rawLength }: Entry, sealed: Uint8Array | null): Uint8Array {
    const packed =
      sealed?.length === length ? this.#cipher.decrypt(number, this.#authenticated, sealed) : null
    const raw = packed === null || isPlain(number) ? packed : inflated(packed, rawLength)
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
  if (found < firstVersion || found > version)
    throw new SealedFileTooNew(
      `${key} has format version ${found}; this version of Wick reads up to ${version}`,
    )
  if (found > firstVersion && !head.subarray(10, 10 + idLength).equals(fileIdOf(key) ?? magic))
    throw damaged()
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
