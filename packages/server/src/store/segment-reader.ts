import type { Damage, GroupKey, Journal } from '../storage/ports.ts'
import { EpochReader } from './epoch-reader.ts'
import type { EpochSums } from './epoch-sums.ts'
import type { Admits } from './profile-filter.ts'
import type { SegmentGroup } from './segment-index.ts'
import { SegmentRecords } from './segment-records.ts'
import { SegmentViews } from './segment-views.ts'

export interface SegmentSum {
  readonly sums: EpochSums
  /** Their starts, ascending. */
  readonly windows: readonly number[]
}

/** Adds up what is in segments. */
export class SegmentReader {
  readonly #journal: Journal
  readonly #onDamage: (damage: Damage) => void
  readonly #views: SegmentViews<EpochReader>

  constructor(journal: Journal, maxBytes: number, onDamage: (damage: Damage) => void) {
    this.#journal = journal
    this.#onDamage = onDamage
    this.#views = new SegmentViews(journal, maxBytes, onDamage, () => new EpochReader())
  }

  /** The group's sum in one segment over the windows in [from, to), and which of them it is of. Null where there are none. */
  async sums(group: GroupKey, place: SegmentGroup, from: number, to: number): Promise<SegmentSum | null> {
    const view = await this.#views.get(group, place)
    const sums = view.sums(from, to)
    return sums === null ? null : { sums, windows: view.windows(from, to) }
  }

  /**
   * The profiles from some origins only, of all windows. Read anew: what is kept is summed over all origins.
   *
   * @returns also the windows in [from, to) in which there are any
   */
  async filtered(
    group: GroupKey,
    place: SegmentGroup,
    from: number,
    to: number,
    admits: Admits,
  ): Promise<{ readonly epoch: EpochReader; readonly windows: ReadonlySet<number> }> {
    const epoch = new EpochReader()
    const windows = new Set<number>()
    const records = new SegmentRecords(this.#journal, group, place, this.#onDamage)
    await records.forEachNew((header, payload) => {
      const { window } = header
      const isThere = epoch.apply(header, payload, admits)
      if (isThere && window >= from && window < to) windows.add(window)
    })
    return { epoch, windows }
  }

  /** @param segments whose files will be removed */
  forgetSegments(segments: readonly string[]): void {
    this.#views.forgetSegments(segments)
  }

  forget(groupId: string): void {
    this.#views.forget(groupId)
  }
}
