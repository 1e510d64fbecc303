import type { Damage, GroupKey, Journal } from '../storage/ports.ts'
import { EpochReader } from './epoch-reader.ts'
import type { EpochSums } from './epoch-sums.ts'
import type { Admits } from './profile-filter.ts'
import type { SegmentGroup } from './segment-index.ts'
import { SegmentRecords } from './segment-records.ts'

interface View {
  readonly epoch: EpochReader
  readonly records: SegmentRecords
}

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
  async sums(group: GroupKey, place: SegmentGroup, from: number, to: number): Promise<EpochSums | null> {
    const view = await this.#view(group, place)
    return view.epoch.sums(from, to)
  }

  /** As `sums`, of profiles from some origins only. Read anew: what is kept is summed over all. */
  async filteredSums(
    group: GroupKey,
    place: SegmentGroup,
    from: number,
    to: number,
    admits: Admits,
  ): Promise<{ readonly sums: EpochSums | null; readonly windows: ReadonlySet<number> }> {
    const epoch = new EpochReader()
    const windows = new Set<number>()
    const records = new SegmentRecords(this.#journal, group, place, this.#onDamage)
    await records.forEachNew(({ window }, payload) => {
      const isThere = epoch.apply(window, payload, admits)
      if (isThere && window >= from && window < to) windows.add(window)
    })
    return { sums: windows.size === 0 ? null : epoch.sums(from, to), windows }
  }

  /** @param segments whose files will be removed */
  forgetSegments(segments: readonly string[]): void {
    for (const key of this.#views.keys())
      if (segments.includes(key.slice(0, key.indexOf('/')))) this.#views.delete(key)
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
      records: new SegmentRecords(this.#journal, group, place, this.#onDamage),
    }
    this.#views.delete(key)
    await view.records.forEachNew(({ window }, payload) => view.epoch.apply(window, payload))
    this.#keep(key, view)
    return view
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
