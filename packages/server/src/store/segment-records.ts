import type { Damage, GroupKey, Journal } from '../storage/ports.ts'
import { RecordCipher } from './record-cipher.ts'
import { decodeRecordHeader, frameLength, type RecordHeader, recordHeaderLength } from './segment-format.ts'
import type { RecordPlace, SegmentGroup } from './segment-index.ts'

/** Reads of neighbouring records are joined as long as what lies between them is shorter than this. */
const joinGapBytes = 65_536
const longestReadBytes = 8 * 1024 * 1024

type OnRecord = (header: RecordHeader, payload: Uint8Array) => Promise<void> | undefined

/**
 * One group's records in one segment, decrypted, in their order. Remembers how far it got, so that it can be asked again
 * for what has been appended since. At a record that is not what was written it stops for good: what follows may use that
 * record's dictionary.
 */
export class SegmentRecords {
  readonly #journal: Journal
  readonly #place: SegmentGroup
  readonly #cipher: RecordCipher
  readonly #onDamage: (damage: Damage) => void
  #next = 0
  #isBroken = false

  constructor(journal: Journal, group: GroupKey, place: SegmentGroup, onDamage: (damage: Damage) => void) {
    this.#journal = journal
    this.#place = place
    this.#cipher = new RecordCipher(group.dataKey, place.segmentId)
    this.#onDamage = onDamage
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Hands out the records that there are at the time of the call and that were not handed out before. Where a promise is returned, the next waits for it. */
  async forEachNew(onRecord: OnRecord): Promise<void> {
    const { records, segment } = this.#place
    const until = records.length
    while (this.#next < until && !this.#isBroken) {
      const run = joined(records, this.#next, until)
      const first = records[this.#next]!.offset
      const last = records[run - 1]!
      const bytes = await this.#journal.read(segment, first, last.offset + last.length)
      for (; this.#next < run && !this.#isBroken; this.#next++) {
        const work = this.#open(records[this.#next]!, bytes, first, onRecord)
        if (work !== undefined) await work
      }
    }
  }

  #open(
    { offset, length }: RecordPlace,
    bytes: Uint8Array,
    first: number,
    onRecord: OnRecord,
  ): ReturnType<OnRecord> {
    const from = offset - first + frameLength
    const head = bytes.subarray(from, from + recordHeaderLength)
    const sealed = bytes.subarray(from + recordHeaderLength, offset - first + length)
    const header = offset - first + length <= bytes.length ? decodeRecordHeader(head) : null
    const payload = header?.ordinal === this.#next ? this.#cipher.decrypt(header.ordinal, head, sealed) : null
    if (header !== null && payload !== null) return onRecord(header, payload)
    this.#isBroken = true
    const lost = `${this.#place.records.length - this.#next} profiles of one group from here on: they are not what was written`
    this.#onDamage({ file: this.#place.segment, offset, lost })
  }
}

/** The end of the run of records from `start` on that are worth one read. */
function joined(records: readonly RecordPlace[], start: number, until: number): number {
  const first = records[start]!
  let end = start + 1
  while (end < until) {
    const previous = records[end - 1]!
    const next = records[end]!
    const isNear = next.offset - (previous.offset + previous.length) <= joinGapBytes
    if (!isNear || next.offset + next.length - first.offset > longestReadBytes) break
    end++
  }
  return end
}
