import { type BlockRecord, levelMilliseconds } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { BlockCache } from './block-cache.ts'
import { addVectors } from './block-content.ts'
import type { BlockReader } from './block-reader.ts'
import { decodeSums } from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { type FrameTotals, totalsByCounter } from './frame-totals.ts'
import { PayloadError } from './payload-codec.ts'
import type { SparseVector } from './record-content.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'
import { encodeSeries, type SeriesColumn, SeriesSection } from './series-section.ts'
import { unlessDamaged } from './sum-parts.ts'

/**
 * What blocks say of each frame, time by time. An hour's roll-up has it written down; of other blocks it is worked out
 * from their sums, for the whole of their time. What was asked for last is kept, up to a bound: blocks never change.
 */
export class SeriesReader {
  readonly #blobs: BlobStore
  readonly #blocks: Pick<BlockReader, 'remembered'>
  readonly #onDamage: (damage: Damage) => void
  readonly #cache: BlockCache<SeriesSection>

  /** @param cacheBytes of what was read last */
  constructor(
    blobs: BlobStore,
    blocks: Pick<BlockReader, 'remembered'>,
    onDamage: (damage: Damage) => void,
    cacheBytes: number,
  ) {
    this.#blobs = blobs
    this.#blocks = blocks
    this.#onDamage = onDamage
    this.#cache = new BlockCache(cacheBytes)
  }

  /** A block's series, in the numbers of its epoch; null, and reported, where it is not what was written. */
  async section(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<SeriesSection | null> {
    const known = this.#cache.find(block.key)
    if (known !== null) return known
    const section = await unlessDamaged(this.#onDamage, lostWith(block), () =>
      this.#read(group, epoch, block),
    )
    if (section !== null) this.#cache.keep(block.key, section)
    return section
  }

  /** The group is gone. */
  forget(groupId: string): void {
    this.#cache.forget(groupId)
  }

  /** The section `series` of a roll-up of windows; null where one of them is not what was written. */
  async encode(group: GroupKey, epoch: Epoch, windows: readonly BlockRecord[]): Promise<Uint8Array | null> {
    const columns: SeriesColumn[] = []
    for (const [start, ofWindow] of Map.groupBy(windows, (block) => block.start)) {
      const totals: FrameTotals[] = []
      for (const block of ofWindow) {
        const some = await unlessDamaged(this.#onDamage, lostWith(block), () =>
          this.#totals(epoch, block, () => SealedFile.open(this.#blobs, block.key, group.dataKey)),
        )
        if (some === null) return null
        totals.push(some)
      }
      columns.push({ start, end: Math.max(...ofWindow.map(endOf)), totals })
    }
    return encodeSeries(columns.sort((a, b) => a.start - b.start))
  }

  async #read(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<SeriesSection> {
    const file = await SealedFile.open(this.#blobs, block.key, group.dataKey)
    const written = await file.section('series')
    if (written !== null) return orDamaged(block.key, () => new SeriesSection(written))
    const totals = await this.#totals(epoch, block, async () => file)
    const bytes = encodeSeries([{ start: block.start, end: endOf(block), totals: [totals] }])
    // Only as long as it is: to be kept.
    return new SeriesSection(bytes.slice())
  }

  async #totals(epoch: Epoch, { key }: BlockRecord, open: () => Promise<SealedFile>): Promise<FrameTotals> {
    const vectors = this.#blocks.remembered(key)?.vectors ?? (await readVectors(await open(), key, epoch))
    const sums = new EpochSums(epoch)
    addVectors(vectors, sums)
    return totalsByCounter(sums)
  }
}

async function readVectors(file: SealedFile, key: string, epoch: Epoch): Promise<readonly SparseVector[]> {
  const section = await file.section('sums')
  return section === null ? [] : orDamaged(key, () => decodeSums(section, epoch))
}

function endOf({ start, level }: BlockRecord): number {
  return start + levelMilliseconds[level]
}

function lostWith({ profiles }: BlockRecord): string {
  return `${profiles} profiles of one group, in time series`
}

/** @throws SealedFileDamaged where the bytes say what cannot be */
function orDamaged<T>(key: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof PayloadError ? new SealedFileDamaged(key, error.message) : error
  }
}
