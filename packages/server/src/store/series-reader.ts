import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { BlockCache } from './block-cache.ts'
import type { BlockReader } from './block-reader.ts'
import { decodeSums } from './block-sections.ts'
import { endOf } from './cover.ts'
import type { Epoch } from './epoch.ts'
import { type FrameTotals, totalsOfVectors } from './frame-totals.ts'
import { PayloadError } from './payload-codec.ts'
import type { SparseVector } from './record-content.ts'
import { SealedFile, SealedFileDamaged } from './sealed-file.ts'
import {
  type EncodedSeries,
  encodeSeries,
  type SeriesColumn,
  SeriesIndex,
  SeriesPart,
  type Span,
} from './series-section.ts'
import { unlessDamaged } from './sum-parts.ts'

/** What a block says of some frames. */
export type BlockSeries =
  /** Time by time; with the parts that have their rows. */
  | { readonly kind: 'series'; readonly index: SeriesIndex; readonly parts: ReadonlyMap<number, SeriesPart> }
  | BlockTotals

/** Of the block's time as a whole, and of every frame. */
interface BlockTotals {
  readonly kind: 'totals'
  readonly span: Span
  readonly totals: FrameTotals
  readonly byteLength: number
}

/** A block of which the series is written down. */
interface SeriesFile {
  readonly kind: 'file'
  readonly file: SealedFile
  readonly index: SeriesIndex
  readonly byteLength: number
}

/** Holds the header and the index. */
const headBytes = 4096

/**
 * What blocks say of each frame, time by time. An hour's roll-up has it written down; of other blocks it is worked out
 * from their sums, for the whole of their time. What was asked for last is kept, up to a bound: blocks never change.
 */
export class SeriesReader {
  readonly #blobs: BlobStore
  readonly #blocks: Pick<BlockReader, 'remembered'>
  readonly #onDamage: (damage: Damage) => void
  readonly #cache: BlockCache<SeriesFile | BlockTotals>
  readonly #parts: BlockCache<SeriesPart>

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
    this.#cache = new BlockCache(cacheBytes / 2)
    this.#parts = new BlockCache(cacheBytes / 2)
  }

  /**
   * In the numbers of the block's epoch; null, and reported, where it is not what was written.
   *
   * @param frames those that are asked for
   */
  read(group: GroupKey, epoch: Epoch, block: BlockRecord, frames: Int32Array): Promise<BlockSeries | null> {
    return unlessDamaged(this.#onDamage, lostWith(block), async () => {
      const known = this.#cache.find(block.key) ?? (await this.#open(group, epoch, block))
      if (known.kind === 'totals') return known
      return { kind: 'series', index: known.index, parts: await this.#partsOf(block.key, known, frames) }
    })
  }

  /** The group is gone. */
  forget(groupId: string): void {
    this.#cache.forget(groupId)
    this.#parts.forget(groupId)
  }

  /** The series of a roll-up of windows; null where one of them is not what was written. */
  async encode(
    group: GroupKey,
    epoch: Epoch,
    windows: readonly BlockRecord[],
  ): Promise<EncodedSeries | null> {
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

  async #open(group: GroupKey, epoch: Epoch, block: BlockRecord): Promise<SeriesFile | BlockTotals> {
    const { key, level, start } = block
    const file = await SealedFile.open(
      this.#blobs,
      key,
      group.dataKey,
      ...(level === 'PT1H' ? [headBytes] : []),
    )
    const written = await file.section('series')
    let opened: SeriesFile | BlockTotals
    if (written !== null) {
      const index = orDamaged(key, () => new SeriesIndex(written))
      opened = { kind: 'file', file, index, byteLength: headBytes + index.byteLength }
    } else {
      const totals = await this.#totals(epoch, block, async () => file)
      let byteLength = 256
      for (const { frames, counts } of totals.values())
        byteLength += 64 + frames.byteLength + counts.byteLength
      opened = { kind: 'totals', span: { start, end: endOf(block) }, totals, byteLength }
    }
    this.#cache.keep(key, opened)
    return opened
  }

  /** What is not in memory is read in one go. */
  async #partsOf(
    key: string,
    { file, index }: SeriesFile,
    frames: Int32Array,
  ): Promise<ReadonlyMap<number, SeriesPart>> {
    const parts = new Map<number, SeriesPart>()
    const missing: number[] = []
    for (const number of new Set(Array.from(frames, (frame) => index.partOf(frame)))) {
      if (number < 0) continue
      const known = this.#parts.find(partKey(key, number))
      if (known === null) missing.push(number)
      else parts.set(number, known)
    }
    if (missing.length === 0) return parts
    for (const [i, bytes] of (await file.parts('seriesPart', missing)).entries()) {
      const part = orDamaged(key, () => new SeriesPart(bytes, index.columns.length))
      parts.set(missing[i]!, part)
      this.#parts.keep(partKey(key, missing[i]!), part)
    }
    return parts
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

function partKey(key: string, part: number): string {
  return `${key}#${part}`
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
