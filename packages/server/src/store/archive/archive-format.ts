import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib'

/**
 * Archives of a group's profiles, format version 2: a list of chunks, each with its checksum, so that a file can be cut
 * into chunks, sent and checked without reading more of it. Integers are little-endian.
 *
 *     chunk    u32 length of what follows the checksum · u32 CRC-32 of it · u8 kind · u32 number · u32 inflated length ·
 *              one zstd frame
 *     kind 0   the first chunk: a JSON object that begins with {"wickArchive":2, what the archive is of
 *     kind 1   records, one after another: u8 kind (1 an agent profile, 2 a sum over the fleet) · 16 id ·
 *              f64 start of its time · f64 received · u32 profiles · u32 length · body as posted, JSON or Ion text.
 *              Since version 2 also kinds 3 and 4: as 1 and 2, and behind the body u32 length · Ion binary, whose call graph
 *              takes the place of the one in the body
 *     kind 2   the last chunk, empty: an archive without it was cut off
 *
 * Chunks are numbered from 0. The id of a record is the same in every archive of the same store.
 */
const zstdAsync = promisify(zstdCompress)
const unzstdAsync = promisify(zstdDecompress)

const frameLength = 8
const chunkHeaderLength = 9
const recordHeaderLength = 41
const lengthBytes = 4
const idLength = 16
/** Added to the kind of a record whose call graph is apart. */
const apart = 2
/** A page and one body of the largest size, and some room. */
const maxInflatedBytes = 160 * 1024 * 1024

const chunkKind = { about: 0, records: 1, end: 2 } as const
export type ChunkKind = keyof typeof chunkKind
const recordKind = { profile: 1, sum: 2 } as const

export interface ArchiveRecord {
  readonly kind: keyof typeof recordKind
  /** 16 bytes. */
  readonly id: Uint8Array
  /** Start of the window, or of the hour or day of a sum; epoch milliseconds. */
  readonly start: number
  readonly receivedAt: number
  /** How many agent profiles it stands for. */
  readonly profiles: number
  readonly body: Uint8Array
  /** Null where it is in the body. */
  readonly callgraph: Uint8Array | null
}

/** Not what was written. The message is for whoever brings it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

export async function encodeChunk(kind: ChunkKind, number: number, content: Uint8Array): Promise<Uint8Array> {
  const packed = await zstdAsync(content, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  const chunk = Buffer.allocUnsafeSlow(frameLength + chunkHeaderLength + packed.length)
  chunk.writeUInt32LE(chunkHeaderLength + packed.length, 0)
  chunk[8] = chunkKind[kind]
  chunk.writeUInt32LE(number, 9)
  chunk.writeUInt32LE(content.length, 13)
  chunk.set(packed, frameLength + chunkHeaderLength)
  chunk.writeUInt32LE(crc32(chunk.subarray(frameLength)), 4)
  return chunk
}

export function encodeRecord(record: ArchiveRecord): Uint8Array[] {
  const { kind, id, start, receivedAt, profiles, body, callgraph } = record
  const head = Buffer.alloc(recordHeaderLength)
  head[0] = recordKind[kind] + (callgraph === null ? 0 : apart)
  head.set(id, 1)
  head.writeDoubleLE(start, 17)
  head.writeDoubleLE(receivedAt, 25)
  head.writeUInt32LE(profiles, 33)
  head.writeUInt32LE(body.length, 37)
  if (callgraph === null) return [head, body]
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32LE(callgraph.length)
  return [head, body, length, callgraph]
}

export function encodeAbout(about: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.from(JSON.stringify({ wickArchive: 2, ...about }))
}

/** One whole chunk, checked. @throws ArchiveError */
export async function decodeChunk(
  bytes: Uint8Array,
): Promise<{ readonly kind: ChunkKind; readonly content: Uint8Array }> {
  const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (chunk.length < frameLength + chunkHeaderLength || chunk.readUInt32LE(0) !== chunk.length - frameLength)
    throw new ArchiveError('This is no whole chunk of an archive.')
  if (chunk.readUInt32LE(4) !== crc32(chunk.subarray(frameLength)))
    throw new ArchiveError('The chunk is not what was written: its checksum does not fit.')
  const kind = (Object.keys(chunkKind) as ChunkKind[]).find((name) => chunkKind[name] === chunk[8])
  if (kind === undefined)
    throw new ArchiveError(`The archive has chunks of kind ${chunk[8]}: it is of a later version of Wick.`)
  const length = chunk.readUInt32LE(13)
  if (length > maxInflatedBytes)
    throw new ArchiveError(
      `The chunk inflates to more than ${maxInflatedBytes} bytes, the most that is allowed.`,
    )
  const content = await inflated(chunk.subarray(frameLength + chunkHeaderLength), length)
  if (kind === 'about') checkAbout(content)
  return { kind, content }
}

async function inflated(packed: Uint8Array, length: number): Promise<Uint8Array> {
  const content = await unzstdAsync(packed, { maxOutputLength: Math.max(1, length) }).catch(() => null)
  if (content?.length === length) return content
  throw new ArchiveError('The chunk does not inflate to the length it says.')
}

function checkAbout(content: Uint8Array): void {
  let version: unknown
  try {
    version = JSON.parse(Buffer.from(content).toString()).wickArchive
  } catch {
    throw new ArchiveError('The archive does not say what it is.')
  }
  if (version !== 1 && version !== 2)
    throw new ArchiveError(
      `The archive is of version ${String(version)}; this version of Wick reads 1 and 2.`,
    )
}

/**
 * The records of a chunk, as views of its content, each made when its turn comes: a small chunk may inflate to millions.
 *
 * @throws ArchiveError before the first one where any is not whole
 */
export function decodeRecords(content: Uint8Array): Iterable<ArchiveRecord> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  checkRecords(bytes)
  return recordsOf(bytes)
}

function* recordsOf(bytes: Buffer): Generator<ArchiveRecord, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const { bodyAt, bodyEnd, end } = partsAt(bytes, at)
    const kind = bytes[at]!
    yield {
      kind: kind === recordKind.sum || kind === recordKind.sum + apart ? 'sum' : 'profile',
      id: bytes.subarray(at + 1, at + 1 + idLength),
      start: bytes.readDoubleLE(at + 17),
      receivedAt: bytes.readDoubleLE(at + 25),
      profiles: bytes.readUInt32LE(at + 33),
      body: bytes.subarray(bodyAt, bodyEnd),
      callgraph: kind > apart ? bytes.subarray(bodyEnd + lengthBytes, end) : null,
    }
    at = end
  }
}

function checkRecords(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const kind = bytes[at]!
    if (kind < recordKind.profile || kind > recordKind.sum + apart)
      throw new ArchiveError(`The archive has records of kind ${kind}.`)
    const { end } = partsAt(bytes, at)
    if (end > bytes.length) throw new ArchiveError('A record reaches beyond the end of its chunk.')
    const receivedAt = bytes.readDoubleLE(at + 25)
    if (!Number.isSafeInteger(receivedAt) || receivedAt < 0)
      throw new ArchiveError('A record says no time at which it was received.')
    at = end
  }
}

/** Where the parts of a record lie; its end is beyond that of `bytes` where it is not whole. */
function partsAt(
  bytes: Buffer,
  at: number,
): { readonly bodyAt: number; readonly bodyEnd: number; readonly end: number } {
  const bodyAt = at + recordHeaderLength
  const bodyEnd = behindLength(bytes, bodyAt)
  return { bodyAt, bodyEnd, end: bytes[at]! > apart ? behindLength(bytes, bodyEnd + lengthBytes) : bodyEnd }
}

/** The end of what begins at `at`, behind its length. */
function behindLength(bytes: Buffer, at: number): number {
  return at <= bytes.length ? at + bytes.readUInt32LE(at - lengthBytes) : Number.POSITIVE_INFINITY
}
