import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { addAttributes, addSums, addVectors } from './block-sections.ts'
import { type DayEpochs, dayOf } from './day-epochs.ts'
import type { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { readFleet } from './fleet-section.ts'
import { PayloadError } from './payload-codec.ts'
import type { Admits } from './profile-filter.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'
import { sumParts, unlessDamaged } from './sum-parts.ts'

/** What blocks of a day add up to. */
export interface DaySum {
  /** Null where nothing of the day can be read. */
  readonly sums: EpochSums | null
  readonly parts: readonly BlockRecord[]
  /** Whether every part could be read. */
  readonly isWhole: boolean
}

/** Adds up blocks. What is not what was written is reported and left out; the rest is served. */
export class BlockReader {
  readonly #blobs: BlobStore
  readonly #epochs: DayEpochs
  readonly #onDamage: (damage: Damage) => void

  constructor(blobs: BlobStore, epochs: DayEpochs, onDamage: (damage: Damage) => void) {
    this.#blobs = blobs
    this.#epochs = epochs
    this.#onDamage = onDamage
  }

  /**
   * One sum for each day of [from, to), oldest first. Where a roll-up cannot be read, what it is the sum of is.
   *
   * @param blocks every block of the group that overlaps [from, to)
   */
  async sums(
    group: GroupKey,
    blocks: readonly BlockRecord[],
    from: number,
    to: number,
  ): Promise<EpochSums[]> {
    const days: EpochSums[] = []
    for (const [day, ofDay] of Map.groupBy(blocks, ({ start }) => dayOf(start))) {
      const { sums } = await this.sum(group, day, ofDay, from, to)
      if (sums !== null) days.push(sums)
    }
    return days
  }

  /** What the blocks of a day are in the numbers of; null, and reported, where it is not what was written. */
  async epoch(group: GroupKey, day: number): Promise<Epoch | null> {
    const known = await this.#sound('all that is sealed of a day of one group', () =>
      this.#epochs.get(group, day),
    )
    return known?.epoch ?? null
  }

  /** The part of one day in [from, to). @param blocks every block of the day that overlaps it */
  async sum(
    group: GroupKey,
    day: number,
    blocks: readonly BlockRecord[],
    from: number,
    to: number,
  ): Promise<DaySum> {
    const epoch = await this.epoch(group, day)
    if (epoch === null) return { sums: null, parts: [], isWhole: false }
    const { sum, parts, unread } = await sumParts(
      blocks,
      from,
      to,
      () => new EpochSums(epoch),
      async (sums, part) => {
        const lost = `${part.profiles} profiles of one group`
        return (await this.#sound(lost, () => this.#add(group, part.key, sums))) !== null
      },
    )
    return { sums: sum, parts, isWhole: unread.size === 0 }
  }

  /**
   * As `sums`, of profiles from some origins only: from the windows' blocks, because roll-ups do not tell profiles apart.
   *
   * @returns also the windows in which there are any
   */
  async filteredSums(
    group: GroupKey,
    blocks: readonly BlockRecord[],
    admits: Admits,
  ): Promise<{ readonly sums: EpochSums[]; readonly windows: number[] }> {
    const days: EpochSums[] = []
    const windows: number[] = []
    const ofWindows = blocks.filter(({ level }) => level === 'PT5M')
    for (const [day, ofDay] of Map.groupBy(ofWindows, ({ start }) => dayOf(start))) {
      const known = await this.#sound('all that is sealed of a day of one group', () =>
        this.#epochs.get(group, day),
      )
      if (known === null) continue
      const sums = new EpochSums(known.epoch)
      for (const { key, start, profiles } of ofDay.sort((a, b) => a.start - b.start || a.id - b.id)) {
        const lost = `${profiles} profiles of one group`
        const isThere = await this.#sound(lost, () => this.#addFiltered(group, key, start, sums, admits))
        if (isThere === true) windows.push(start)
      }
      days.push(sums)
    }
    return { sums: days, windows }
  }

  /** @returns whether the block has a profile from there */
  async #addFiltered(
    group: GroupKey,
    key: string,
    start: number,
    sums: EpochSums,
    admits: Admits,
  ): Promise<boolean> {
    const file = await SealedFile.open(this.#blobs, key, group.dataKey)
    try {
      const sealed = await readFleet(file, start)
      if (sealed?.rowOf == null) return false
      const isWanted = sealed.fleet.rows.map(({ origin }) => admits(origin))
      if (!isWanted.includes(true)) return false
      const vectors = await file.section('vectors')
      const attributes = await file.section('attributes')
      const ofProfile = Uint8Array.from(sealed.rowOf, (row) => (isWanted[row] ? 1 : 0))
      if (vectors !== null) addVectors(vectors, ofProfile, sums)
      if (attributes !== null) addAttributes(attributes, sums.attributes)
      return true
    } catch (error) {
      throw error instanceof PayloadError ? new SealedFileDamaged(key, error.message) : error
    }
  }

  async #add(group: GroupKey, key: string, sums: EpochSums): Promise<true> {
    const file = await SealedFile.open(this.#blobs, key, group.dataKey)
    const counts = await file.section('sums')
    const attributes = await file.section('attributes')
    try {
      if (counts !== null) addSums(counts, sums)
      if (attributes !== null) addAttributes(attributes, sums.attributes)
    } catch (error) {
      throw error instanceof PayloadError ? new SealedFileDamaged(key, error.message) : error
    }
    return true
  }

  #sound<T>(lost: string, read: () => Promise<T>): Promise<T | null> {
    return unlessDamaged(this.#onDamage, lost, read)
  }
}
