import { type BlockRecord, levelMilliseconds } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { addVectors } from './block-content.ts'
import { decodeSums } from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import { EpochSums } from './epoch-sums.ts'
import { type FrameTotals, totalsByCounter } from './frame-totals.ts'
import { PayloadError } from './payload-codec.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'
import { encodeSeries, type SeriesColumn, SeriesSection } from './series-section.ts'
import { unlessDamaged } from './sum-parts.ts'

/**
 * What blocks say of each frame, time by time. An hour's roll-up has it written down; of other blocks it is worked out
 * from their sums, for the whole of their time. What was asked for last is kept, up to a bound: blocks never change.
 */
export class SeriesReader {
  readonly #blobs: BlobStore
  readonly #onDamage: (damage: Damage) => void
  readonly #maxBytes: number
  /** Blob key → section, least recently used first. */
  readonly #known = new Map<string, SeriesSection>()
  #heldBytes = 0

  constructor(blobs: BlobStore, onDamage: (damage: Damage) => void, maxBytes: number) {
    this.#blobs = blobs
    this.#onDamage = onDamage
    this.#maxBytes = maxBytes
  }

  /** A block's series, in the numbers of its epoch; null, and reported, where it is not what was written. */
  async section(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<SeriesSection | null> {
    const known = this.#known.get(block.key)
    if (known !== undefined) {
      this.#known.delete(block.key)
      this.#known.set(block.key, known)
      return known
    }
    const section = await unlessDamaged(this.#onDamage, lostWith(block), () =>
      this.#read(group, epoch, block),
    )
    if (section !== null) this.#keep(block.key, section)
    return section
  }

  /** The section `series` of a roll-up of windows; null where one of them is not what was written. */
  async encode(group: GroupKey, epoch: Epoch, windows: readonly BlockRecord[]): Promise<Uint8Array | null> {
    const columns: SeriesColumn[] = []
    for (const [start, ofWindow] of Map.groupBy(windows, (block) => block.start)) {
      const totals: FrameTotals[] = []
      for (const block of ofWindow) {
        const some = await unlessDamaged(this.#onDamage, lostWith(block), async () =>
          this.#totals(epoch, block, await SealedFile.open(this.#blobs, block.key, group.dataKey)),
        )
        if (some === null) return null
        totals.push(some)
      }
      columns.push({ start, end: endOf(ofWindow[0]!), totals })
    }
    return encodeSeries(columns.sort((a, b) => a.start - b.start))
  }

  async #read(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<SeriesSection> {
    const file = await SealedFile.open(this.#blobs, block.key, group.dataKey)
    const written = await file.section('series')
    const bytes = written ?? encodeSeries([await this.#column(epoch, block, file)]).slice()
    return orDamaged(block.key, () => new SeriesSection(bytes))
  }

  async #column(epoch: Epoch, block: BlockRecord, file: SealedFile): Promise<SeriesColumn> {
    return { start: block.start, end: endOf(block), totals: [await this.#totals(epoch, block, file)] }
  }

  async #totals(epoch: Epoch, block: BlockRecord, file: SealedFile): Promise<FrameTotals> {
    const section = await file.section('sums')
    const sums = new EpochSums(epoch)
    if (section !== null) orDamaged(block.key, () => addVectors(decodeSums(section, epoch), sums))
    return totalsByCounter(sums)
  }

  #keep(key: string, section: SeriesSection): void {
    // Two questions at a time may have read it both.
    this.#heldBytes += section.byteLength - (this.#known.get(key)?.byteLength ?? 0)
    this.#known.set(key, section)
    for (const [oldest, { byteLength }] of this.#known) {
      if (this.#heldBytes <= this.#maxBytes) break
      this.#known.delete(oldest)
      this.#heldBytes -= byteLength
    }
  }
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
