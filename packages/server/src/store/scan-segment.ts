import type { Journal } from '../storage/ports.ts'
import {
  decodeRecordHeader,
  decodeSegmentHeader,
  framedLength,
  frameLength,
  isRecordKind,
  type RecordHeader,
  recordHeaderLength,
  type SegmentHeader,
  segmentHeaderLength,
  soundRecordLength,
} from './segment-format.ts'

const chunkBytes = 8 * 1024 * 1024

export interface FoundRecord {
  readonly header: RecordHeader
  readonly offset: number
  readonly length: number
}

export interface SegmentScan {
  /** Null where not even the header is whole. */
  readonly header: SegmentHeader | null
  /** Where the sound part ends; less than `size` where something follows that is no record. */
  readonly soundLength: number
  readonly size: number
  /** What is no sound record, with sound ones after it. */
  readonly damaged: readonly { readonly offset: number; readonly length: number }[]
}

/**
 * Reads a segment from front to back, a piece at a time, checks every checksum and hands out the headers of sound
 * records. What is not sound is passed over: to where the record says it ends, or where that is wrong as well, to the next
 * sound record, wherever it begins. Where there is none the segment ends.
 *
 * @throws SegmentFormatError where the segment is of another format version
 */
export async function scanSegment(
  journal: Journal,
  segment: string,
  onRecord: (record: FoundRecord) => void,
): Promise<SegmentScan> {
  const size = await journal.size(segment)
  const header = decodeSegmentHeader(await journal.read(segment, 0, segmentHeaderLength))
  if (header === null) return { header, soundLength: 0, size, damaged: [] }

  const damaged: { offset: number; length: number }[] = []
  let chunk = new Uint8Array(0)
  let chunkAt = 0
  /** Makes the whole record at `offset` visible, as far as the segment has it; returns its place in the chunk. */
  const load = async (offset: number): Promise<number> => {
    const wanted = Math.max(
      chunkBytes,
      (offset < chunkAt ? null : framedLength(chunk, offset - chunkAt)) ?? 0,
    )
    chunk = new Uint8Array(await journal.read(segment, offset, offset + wanted))
    chunkAt = offset
    return 0
  }

  const isSoundAt = async (offset: number): Promise<boolean> => {
    if (soundRecordLength(chunk, offset - chunkAt) !== null) return true
    await load(offset)
    if (soundRecordLength(chunk, 0) !== null) return true
    // Once its length is seen, all of it is read.
    await load(offset)
    return soundRecordLength(chunk, 0) !== null
  }
  /** Where the record at `offset` says it ends; null where nothing sound begins there. */
  const soundAfter = async (offset: number, claimed: number | null): Promise<number | null> => {
    const next = offset + (claimed ?? size)
    return next < size && (await isSoundAt(next)) ? next : null
  }
  /** The next place behind `offset` where a sound record begins. */
  const soundBehind = async (offset: number): Promise<number | null> => {
    for (let at = offset + 1; at + smallestRecord <= size; at++) {
      if (at < chunkAt || at + smallestRecord > chunkAt + chunk.length) await load(at)
      if (mayBegin(chunk, at - chunkAt, header, size - at) && (await isSoundAt(at))) return at
    }
    return null
  }

  let offset = segmentHeaderLength
  while (offset < size) {
    let at = offset - chunkAt
    let length = soundRecordLength(chunk, at)
    if (length === null) {
      at = await load(offset)
      length = soundRecordLength(chunk, at)
    }
    const claimed = framedLength(chunk, at)
    if (length === null && claimed !== null && at + claimed > chunk.length && offset + claimed <= size) {
      at = await load(offset)
      length = soundRecordLength(chunk, at)
    }
    if (length === null) {
      const next = (await soundAfter(offset, claimed)) ?? (await soundBehind(offset))
      if (next === null) break
      damaged.push({ offset, length: next - offset })
      offset = next
      continue
    }
    onRecord({ header: decodeRecordHeader(chunk.subarray(at + frameLength)), offset, length })
    offset += length
  }
  return { header, soundLength: offset, size, damaged }
}

const smallestRecord = frameLength + recordHeaderLength
/** How long after its segment's creation a record's window may begin. Of imported profiles it may be any before. */
const aheadMilliseconds = 30 * 86_400_000

/** Whether it is worth computing a checksum: hardly ever where no record begins. */
function mayBegin(bytes: Uint8Array, at: number, { createdAt }: SegmentHeader, left: number): boolean {
  const length = framedLength(bytes, at)
  if (length === null || length > left || !isRecordKind(bytes[at + frameLength])) return false
  const { window } = decodeRecordHeader(bytes.subarray(at + frameLength))
  return window < createdAt + aheadMilliseconds
}
