import type { Journal } from '../storage/ports.ts'
import {
  decodeRecordHeader,
  decodeSegmentHeader,
  framedLength,
  frameLength,
  type RecordHeader,
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
  /** Records whose checksum is wrong with sound ones after them. */
  readonly damaged: readonly { readonly offset: number; readonly length: number }[]
}

/**
 * Reads a segment from front to back, a piece at a time, checks every checksum and hands out the headers of sound
 * records. A record that is not sound is passed over if the frame after it is sound; if not, the segment ends there.
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
    const wanted = Math.max(chunkBytes, framedLength(chunk, offset - chunkAt) ?? 0)
    chunk = new Uint8Array(await journal.read(segment, offset, offset + wanted))
    chunkAt = offset
    return 0
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
      const next = claimed === null ? size : offset + claimed
      if (next >= size) break
      at = await load(next)
      if (soundRecordLength(chunk, at) === null) {
        await load(next)
        if (soundRecordLength(chunk, 0) === null) break
      }
      damaged.push({ offset, length: next - offset })
      offset = next
      continue
    }
    onRecord({ header: decodeRecordHeader(chunk.subarray(at + frameLength)), offset, length })
    offset += length
  }
  return { header, soundLength: offset, size, damaged }
}
