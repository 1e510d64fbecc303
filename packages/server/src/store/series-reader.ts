import { type BlockRecord, levelMilliseconds } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { BlockCache } from './block-cache.ts'
import type { BlockReader } from './block-reader.ts'
import { decodeSums } from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import { type FrameTotals, totalsOfVectors } from './frame-totals.ts'
import { PayloadError } from './payload-codec.ts'
import type { SparseVector } from './record-content.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'
import { encodeSeries, type SeriesColumn, SeriesSection, type Span } from './series-section.ts'
import { unlessDamaged } from './sum-parts.ts'

/** What a block says of each frame. */
export type BlockSeries =
  /** Time by time. */
  | { readonly kind: 'section'; readonly section: SeriesSection; readonly byteLength: number }
  /** Of its time as a whole. */
  | { readonly kind: 'span'; readonly span: Span; readonly totals: FrameTotals; readonly byteLength: number }

/**
 * What blocks say of each frame, time by time. An hour's roll-up has it written down; of other blocks it is worked out
 * from their sums, for the whole of their time. What was asked for last is kept, up to a bound: blocks never change.
 */
export class SeriesReader {
  readonly #blobs: BlobStore
  readonly #blocks: Pick<BlockReader, 'remembered'>
  readonly #onDamage: (damage: Damage) => void
  readonly #cache: BlockCache<BlockSeries>

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

  /** In the numbers of the block's epoch; null, and reported, where it is not what was written. */
  async read(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<BlockSeries | null> {
    const known = this.#cache.find(block.key)
    if (known !== null) return known
    const series = await unlessDamaged(this.#onDamage, lostWith(block), () => this.#read(group, epoch, block))
    if (series !== null) this.#cache.keep(block.key, series)
    return series
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

  async #read(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<BlockSeries> {
    const file = await SealedFile.open(this.#blobs, block.key, group.dataKey)
    const written = await file.section('series')
    if (written !== null) {
      const section = orDamaged(block.key, () => new SeriesSection(written))
      return { kind: 'section', section, byteLength: section.byteLength }
    }
    const totals = await this.#totals(epoch, block, async () => file)
    let byteLength = 256
    for (const { frames, counts } of totals.values()) byteLength += 64 + frames.byteLength + counts.byteLength
    return { kind: 'span', span: { start: block.start, end: endOf(block) }, totals, byteLength }
  }

  async #totals(epoch: Epoch, { key }: BlockRecord, open: () => Promise<SealedFile>): Promise<FrameTotals> {
    const vectors = this.#blocks.remembered(key)?.vectors ?? (await readVectors(await open(), key, epoch))
    return totalsOfVectors(epoch.trie, vectors)
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
