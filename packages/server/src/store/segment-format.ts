import { crc32 } from 'node:zlib'

/**
 * Segments, format version 2. Integers are little-endian.
 *
 *     file header   8 magic · u16 version · 16 segment id · f64 created (epoch ms) · u32 CRC-32 of what precedes
 *     record        u32 length of what follows the checksum · u32 CRC-32 of it
 *                   u8 kind · 16 group id · u32 ordinal · u32 window · f64 received · 16 token hash · 16 body digest
 *                   ciphertext · 16 GCM tag
 *
 * `ordinal` counts the group's records in this segment from 0: it is the nonce of the encryption and tells at once when
 * a record of the group is missing. `window` is its start ÷ 300,000. Everything between checksum and ciphertext is
 * authenticated with it. Token hash and body digest are zero where the post had no token.
 */
const magic = Buffer.from('WICKSEG\0', 'latin1')
export const segmentVersion = 2
export const segmentHeaderLength = 38
/** Before the part that the length counts. */
export const frameLength = 8
export const recordHeaderLength = 65
export const tagLength = 16

/** How a profile's payload is written: as version 1 did, or packed. */
export type RecordForm = 'plain' | 'packed'
const kindOf: Readonly<Record<RecordForm, number>> = { plain: 1, packed: 2 }

export function isRecordKind(kind: number | undefined): boolean {
  return Object.values(kindOf).some((known) => known === kind)
}

/** The name of a segment, by which names sort by age and a file that got to another's place is known. */
export function segmentName({ id, createdAt }: SegmentHeader): string {
  return `${String(createdAt).padStart(15, '0')}-${Buffer.from(id).toString('hex', 0, 4)}`
}

/** No record is longer: a length beyond it is damage, not a reason to allocate. */
export const maxRecordLength = 256 * 1024 * 1024

export class SegmentFormatError extends Error {
  override readonly name = 'SegmentFormatError'
}

export interface SegmentHeader {
  /** 16 bytes. */
  readonly id: Uint8Array
  readonly createdAt: number
}

export function encodeSegmentHeader({ id, createdAt }: SegmentHeader): Uint8Array {
  const header = Buffer.alloc(segmentHeaderLength)
  magic.copy(header, 0)
  header.writeUInt16LE(segmentVersion, 8)
  header.set(id, 10)
  header.writeDoubleLE(createdAt, 26)
  header.writeUInt32LE(crc32(header.subarray(0, 34)), 34)
  return header
}

/** @returns null where the bytes are no whole header; @throws SegmentFormatError where they are of a later version */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | null {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (header.length < segmentHeaderLength || !header.subarray(0, 8).equals(magic)) return null
  if (header.readUInt32LE(34) !== crc32(header.subarray(0, 34))) return null
  const version = header.readUInt16LE(8)
  if (version < 1 || version > segmentVersion)
    throw new SegmentFormatError(
      `it has format version ${version}; this version of Wick reads ${segmentVersion}`,
    )
  return { id: new Uint8Array(header.subarray(10, 26)), createdAt: header.readDoubleLE(26) }
}

export interface RecordHeader {
  readonly form: RecordForm
  /** UUID. */
  readonly groupId: string
  readonly ordinal: number
  /** Start, epoch milliseconds. */
  readonly window: number
  readonly receivedAt: number
  /** 16 bytes. */
  readonly tokenHash: Uint8Array
  /** 16 bytes. */
  readonly bodyDigest: Uint8Array
}

const windowUnit = 300_000

export function encodeRecordHeader(record: RecordHeader): Buffer {
  const header = Buffer.alloc(recordHeaderLength)
  header[0] = kindOf[record.form]
  header.write(record.groupId.replaceAll('-', ''), 1, 'hex')
  header.writeUInt32LE(record.ordinal, 17)
  header.writeUInt32LE(record.window / windowUnit, 21)
  header.writeDoubleLE(record.receivedAt, 25)
  header.set(record.tokenHash, 33)
  header.set(record.bodyDigest, 49)
  return header
}

/** @param bytes from the record's kind on */
export function decodeRecordHeader(bytes: Uint8Array): RecordHeader {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, recordHeaderLength)
  const hex = header.toString('hex', 1, 17)
  return {
    form: header[0] === kindOf.plain ? 'plain' : 'packed',
    groupId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    ordinal: header.readUInt32LE(17),
    window: header.readUInt32LE(21) * windowUnit,
    receivedAt: header.readDoubleLE(25),
    tokenHash: new Uint8Array(header.subarray(33, 49)),
    bodyDigest: new Uint8Array(header.subarray(49, 65)),
  }
}

/** Puts length and checksum before a record's parts. */
export function frameRecord(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const record = Buffer.allocUnsafe(frameLength + length)
  let at = frameLength
  for (const part of parts) {
    record.set(part, at)
    at += part.length
  }
  record.writeUInt32LE(length, 0)
  record.writeUInt32LE(crc32(record.subarray(frameLength)), 4)
  return record
}

/** Length of the record that starts at `at`, checksum included in the judgement; null where there is no whole sound one. */
export function soundRecordLength(bytes: Uint8Array, at: number): number | null {
  const length = framedLength(bytes, at)
  if (length === null || at + length > bytes.length) return null
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return crc32(buffer.subarray(at + frameLength, at + length)) === buffer.readUInt32LE(at + 4) ? length : null
}

/** What the frame at `at` says its record takes, frame included; null where it cannot be true. */
export function framedLength(bytes: Uint8Array, at: number): number | null {
  if (at + frameLength > bytes.length) return null
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32LE(at)
  return length >= recordHeaderLength + tagLength && length <= maxRecordLength ? frameLength + length : null
}
