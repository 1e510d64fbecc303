import type { Damage, GroupKey, Journal } from '../storage/ports.ts'
import { dropOldest } from './drop-oldest.ts'
import type { RecordHeader } from './segment-format.ts'
import type { SegmentGroup } from './segment-index.ts'
import { SegmentRecords } from './segment-records.ts'

/** What one group's records in one segment come to. It can be fed further records later. */
export interface SegmentView {
  readonly byteLength: number
  /** @param header the record's; @throws PayloadError */
  apply(header: RecordHeader, payload: Uint8Array): void
}

interface Kept<V> {
  readonly view: V
  readonly records: SegmentRecords
}

/**
 * Segments, read back. What was read last is kept, up to a bound, and fed with what has been appended since; so it never
 * holds anything that is not durable.
 */
export class SegmentViews<V extends SegmentView> {
  readonly #journal: Journal
  readonly #maxBytes: number
  readonly #onDamage: (damage: Damage) => void
  readonly #begin: () => V
  /** `segment/group` → view, least recently used first. */
  readonly #views = new Map<string, Kept<V>>()
  readonly #busy = new Map<string, Promise<Kept<V>>>()

  constructor(journal: Journal, maxBytes: number, onDamage: (damage: Damage) => void, begin: () => V) {
    this.#journal = journal
    this.#maxBytes = maxBytes
    this.#onDamage = onDamage
    this.#begin = begin
  }

  /** With every record there is now. One reader at a time for each: two would apply the same records twice. */
  async get(group: GroupKey, place: SegmentGroup): Promise<V> {
    const key = `${place.segment}/${group.id}`
    const before = this.#busy.get(key) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(() => this.#load(key, group, place))
    this.#busy.set(key, mine)
    try {
      const { view } = await mine
      return view
    } finally {
      if (this.#busy.get(key) === mine) this.#busy.delete(key)
    }
  }

  /** @param segments whose files will be removed */
  forgetSegments(segments: readonly string[]): void {
    for (const key of this.#views.keys())
      if (segments.includes(key.slice(0, key.indexOf('/')))) this.#views.delete(key)
  }

  forget(groupId: string): void {
    for (const key of this.#views.keys()) if (key.endsWith(groupId)) this.#views.delete(key)
  }

  async #load(key: string, group: GroupKey, place: SegmentGroup): Promise<Kept<V>> {
    const kept = this.#views.get(key) ?? {
      view: this.#begin(),
      records: new SegmentRecords(this.#journal, group, place, this.#onDamage),
    }
    this.#views.delete(key)
    await kept.records.forEachNew((header, payload) => void kept.view.apply(header, payload))
    this.#views.set(key, kept)
    dropOldest(this.#views, this.#maxBytes, ({ view }) => view.byteLength, key)
    return kept
  }
}
