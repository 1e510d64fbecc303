import type { CallTree } from '@wick/profile'
import type { Damage, GroupKey, Journal } from '../storage/ports.ts'
import { EpochReader } from './epoch-reader.ts'
import { RecordCipher } from './record-cipher.ts'
import { decodeRecordHeader, frameLength, recordHeaderLength } from './segment-format.ts'
import type { RecordPlace, SegmentGroup } from './segment-index.ts'

interface View {
  readonly epoch: EpochReader
  readonly cipher: RecordCipher
  /** How many of the group's records in the segment it holds. */
  applied: number
  isBroken: boolean
}

/** Reads of neighbouring records are joined as long as what lies between them is shorter than this. */
const joinGapBytes = 65_536
const longestReadBytes = 8 * 1024 * 1024

/**
 * Answers from segments by reading them back. What was read last is kept, up to a bound, and fed with what has been
 * appended since; so it never holds anything that is not durable.
 */
export class SegmentReader {
  readonly #journal: Journal
  readonly #maxBytes: number
  readonly #onDamage: (damage: Damage) => void
  /** `segment/group` → view, least recently used first. */
  readonly #views = new Map<string, View>()
  readonly #busy = new Map<string, Promise<View>>()

  constructor(journal: Journal, maxBytes: number, onDamage: (damage: Damage) => void) {
    this.#journal = journal
    this.#maxBytes = maxBytes
    this.#onDamage = onDamage
  }

  /** The group's sum in one segment over the windows in [from, to). */
  async tree(group: GroupKey, place: SegmentGroup, from: number, to: number): Promise<CallTree | null> {
    const view = await this.#view(group, place)
    return view.epoch.tree(from, to)
  }

  forget(groupId: string): void {
    for (const key of this.#views.keys()) if (key.endsWith(groupId)) this.#views.delete(key)
  }

  /** One reader at a time for each view: two would apply the same records twice. */
  async #view(group: GroupKey, place: SegmentGroup): Promise<View> {
    const key = `${place.segment}/${group.id}`
    const before = this.#busy.get(key) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(() => this.#load(key, group, place))
    this.#busy.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#busy.get(key) === mine) this.#busy.delete(key)
    }
  }

  async #load(key: string, group: GroupKey, place: SegmentGroup): Promise<View> {
    const view = this.#views.get(key) ?? {
      epoch: new EpochReader(),
      cipher: new RecordCipher(group.dataKey, place.segmentId),
      applied: 0,
      isBroken: false,
    }
    this.#views.delete(key)
    const until = place.records.length
    while (view.applied < until && !view.isBroken) {
      const run = joined(place.records, view.applied, until)
      const first = place.records[view.applied]!.offset
      const last = place.records[run - 1]!
      const bytes = await this.#journal.read(place.segment, first, last.offset + last.length)
      for (; view.applied < run && !view.isBroken; view.applied++) {
        this.#apply(view, place, place.records[view.applied]!, bytes, first)
      }
    }
    this.#keep(key, view)
    return view
  }

  #apply(view: View, place: SegmentGroup, record: RecordPlace, bytes: Uint8Array, first: number): void {
    const from = record.offset - first + frameLength
    const header = bytes.subarray(from, from + recordHeaderLength)
    const sealed = bytes.subarray(from + recordHeaderLength, record.offset - first + record.length)
    const isWhole = record.offset - first + record.length <= bytes.length
    const ordinal = isWhole ? decodeRecordHeader(header).ordinal : -1
    const payload = ordinal === view.applied ? view.cipher.decrypt(ordinal, header, sealed) : null
    if (payload !== null) {
      view.epoch.apply(record.window, payload)
      return
    }
    view.isBroken = true
    const lost = `${place.records.length - view.applied} profiles of one group from here on: they are not what was written`
    this.#onDamage({ file: place.segment, offset: record.offset, lost })
  }

  #keep(key: string, view: View): void {
    this.#views.set(key, view)
    let held = 0
    for (const { epoch } of this.#views.values()) held += epoch.byteLength
    for (const [oldest, { epoch }] of this.#views) {
      if (held <= this.#maxBytes || oldest === key) break
      this.#views.delete(oldest)
      held -= epoch.byteLength
    }
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
