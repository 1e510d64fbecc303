import type { CallTree } from '@wick/profile'
import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { addAttributes, addSums } from './block-sections.ts'
import { type DayEpochs, dayOf } from './day-epochs.ts'
import { EpochSums } from './epoch-sums.ts'
import { PayloadError } from './payload-codec.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'

/** Adds up blocks. What is not what was written is reported and left out; the rest is served. */
export class BlockReader {
  readonly #blobs: BlobStore
  readonly #epochs: DayEpochs
  readonly #onDamage: (damage: Damage) => void
  /** Keys of blobs that were reported. */
  readonly #reported = new Set<string>()

  constructor(blobs: BlobStore, epochs: DayEpochs, onDamage: (damage: Damage) => void) {
    this.#blobs = blobs
    this.#epochs = epochs
    this.#onDamage = onDamage
  }

  /** One tree for each day that the blocks are of, oldest first. @param blocks oldest first */
  async trees(group: GroupKey, blocks: readonly BlockRecord[]): Promise<CallTree[]> {
    const trees: CallTree[] = []
    for (const [day, ofDay] of Map.groupBy(blocks, ({ start }) => dayOf(start))) {
      const sums = await this.sums(group, day, ofDay)
      if (sums !== null) trees.push(sums.tree())
    }
    return trees
  }

  /** The blocks of one day, added up; null where nothing of them can be read. */
  async sums(group: GroupKey, day: number, blocks: readonly BlockRecord[]): Promise<EpochSums | null> {
    const epoch = await this.#sound('all that is sealed of a day of one group', () =>
      this.#epochs.get(group, day),
    )
    if (epoch === null) return null
    const sums = new EpochSums(epoch)
    for (const { key, profiles } of blocks) {
      await this.#sound(`${profiles} profiles of one group`, () => this.#add(group, key, sums))
    }
    return sums
  }

  async #add(group: GroupKey, key: string, sums: EpochSums): Promise<void> {
    const file = await SealedFile.open(this.#blobs, key, group.dataKey)
    const counts = await file.section('sums')
    const attributes = await file.section('attributes')
    try {
      if (counts !== null) addSums(counts, sums)
      if (attributes !== null) addAttributes(attributes, sums.attributes)
    } catch (error) {
      throw error instanceof PayloadError ? new SealedFileDamaged(key, error.message) : error
    }
  }

  async #sound<T>(lost: string, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof SealedFileDamaged)) throw error
      if (!this.#reported.has(error.key)) this.#onDamage({ file: error.key, offset: 0, lost })
      this.#reported.add(error.key)
      return null
    }
  }
}
