import { createHash } from 'node:crypto'
import type { BlockRecord } from '../../storage/manifest.ts'
import type { BlobStore, GroupKey } from '../../storage/ports.ts'
import { addContent, readBlockContent } from '../block-content.ts'
import { type Cells, decodeProfiles, decodeVectors, type ProfileNote } from '../block-sections.ts'
import { endOf } from '../cover.ts'
import type { Epoch } from '../epoch.ts'
import { EpochSums } from '../epoch-sums.ts'
import { heapSummaryOf } from '../heap-report.ts'
import { readWholeHeap } from '../heap-section.ts'
import type { Heap } from '../heap-sum.ts'
import { PayloadError } from '../payload-codec.ts'
import { type BodyLimits, profileBody } from '../profile-body.ts'
import { SealedFile, SealedFileDamaged } from '../sealed-file.ts'
import type { ArchiveRecord } from './archive-format.ts'

/** What an archive says of one block: its profiles one by one, or its sum. */
export interface BlockRecords {
  readonly length: number
  /** @throws ProfileError where it is too long for an archive */
  record(index: number, limits: BodyLimits): ArchiveRecord
}

/** @param epoch the dictionary of the block's day. @throws SealedFileDamaged */
export async function openBlockRecords(
  blobs: BlobStore,
  group: GroupKey,
  block: BlockRecord,
  epoch: Epoch,
): Promise<BlockRecords> {
  const file = await SealedFile.open(blobs, block.key, group.dataKey)
  const sums = new EpochSums(epoch)
  try {
    const content = await readBlockContent(file, epoch)
    if (block.level !== 'PT5M') {
      addContent(content, sums)
      // None or one: it is the sum of the block's.
      const [heap = null] = (await readWholeHeap(file, block.start)) ?? []
      return new SumRecord(block, sums, heap)
    }
    if (content.attributes !== null) sums.attributes.learnAll(content.attributes)
    const vectors = await file.section('vectors')
    const profiles = await file.section('profiles')
    if (vectors === null || profiles === null) throw new PayloadError('the profiles')
    const { counters } = decodeVectors(vectors)
    return new WindowRecords(block, sums, counters, decodeProfiles(block.start, profiles))
  } catch (error) {
    throw error instanceof PayloadError ? new SealedFileDamaged(block.key, error.message) : error
  }
}

class WindowRecords implements BlockRecords {
  readonly #block: BlockRecord
  readonly #sums: EpochSums
  readonly #counters: readonly (Cells & { readonly order: Int32Array; readonly starts: Int32Array })[]
  readonly #notes: readonly ProfileNote[]

  constructor(
    block: BlockRecord,
    sums: EpochSums,
    counters: readonly Cells[],
    notes: readonly ProfileNote[],
  ) {
    const { nodeCount } = sums.epoch.trie
    // Nodes ascend. A write beyond a typed array's end is silent, and would be a wrong number.
    for (const { node } of counters)
      if ((node.at(-1) ?? 0) >= nodeCount) throw new PayloadError('a node is not in the dictionary')
    this.#block = block
    this.#sums = sums
    this.#counters = counters.map((cells) => ({ ...cells, ...byProfile(cells.profile, notes.length) }))
    this.#notes = notes
  }

  get length(): number {
    return this.#notes.length
  }

  record(index: number, limits: BodyLimits): ArchiveRecord {
    const { start, end, receivedAt, extras } = this.#notes[index]!
    this.#addProfile(index)
    const tree = this.#sums.tree()
    this.#sums.keepCounters(new Set())
    const { key, start: window } = this.#block
    return {
      kind: 'profile',
      id: idOf(key, index),
      start: window,
      receivedAt,
      profiles: 1,
      ...profileBody({ start, end }, tree, extras, limits),
    }
  }

  #addProfile(index: number): void {
    for (const { counter, node, count, order, starts } of this.#counters) {
      const places = order.subarray(starts[index]!, starts[index + 1]!)
      const counts = Float64Array.from(places, (at) => count[at]!)
      this.#sums.addSamples({ counter, nodes: places.map((at) => node[at]!), counts })
    }
  }
}

/** Cells in the order of their profiles: a counting sort. */
function byProfile(profile: Int32Array, profiles: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(profiles + 1)
  for (const one of profile) starts[one + 1]!++
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!
  const next = starts.slice()
  const order = new Int32Array(profile.length)
  for (let i = 0; i < profile.length; i++) order[next[profile[i]!]!++] = i
  return { order, starts }
}

class SumRecord implements BlockRecords {
  readonly length = 1
  readonly #block: BlockRecord
  readonly #sums: EpochSums
  readonly #heap: Heap | null

  constructor(block: BlockRecord, sums: EpochSums, heap: Heap | null) {
    this.#block = block
    this.#sums = sums
    this.#heap = heap
  }

  record(_index: number, limits: BodyLimits): ArchiveRecord {
    const { key, level, start, profiles, receivedAt } = this.#block
    const agentInfo = { type: 'wick-sum', version: level }
    const heapSummary = this.#heap === null ? undefined : heapSummaryOf(this.#heap)
    const extras = Buffer.from(JSON.stringify({ agentMetadata: { agentInfo }, heapSummary }))
    const times = { start, end: endOf(this.#block) }
    return {
      kind: 'sum',
      id: idOf(key, 0),
      start,
      receivedAt,
      profiles,
      ...profileBody(times, this.#sums.tree(), extras, limits),
    }
  }
}

/** The same for the same profile in every archive: the keys of blobs are random. */
function idOf(key: string, index: number): Uint8Array {
  return createHash('sha256').update(`${key} ${index}`).digest().subarray(0, 16)
}
