import { randomUUID } from 'node:crypto'
import type { Manifest, NewPart } from '../storage/manifest.ts'
import type { BlobStore, GroupKey } from '../storage/ports.ts'
import { dropOldest } from './drop-oldest.ts'
import { Epoch, type EpochSize, emptyEpoch } from './epoch.ts'
import { PayloadError, PayloadReader, PayloadWriter } from './payload-codec.ts'
import { encodeSealedFile, SealedFile, SealedFileDamaged } from './sealed-file.ts'

export const dayMilliseconds = 86_400_000

/** A day's dictionary is read from fewer files than this. */
const manyParts = 16

/** Start of the UTC day, epoch milliseconds. */
export function dayOf(instant: number): number {
  return Math.floor(instant / dayMilliseconds) * dayMilliseconds
}

/**
 * The dictionary of one group's UTC day, so that names that come and go cannot make one grow for ever; all sealed blocks of
 * the day are in its numbers. It is kept as parts, one for each sealing that learnt something.
 */
export class DayEpoch {
  readonly epoch = new Epoch()
  readonly #group: GroupKey
  readonly #day: number
  readonly #sources: EpochSources
  /** Keys of the parts it holds. */
  readonly #parts = new Set<string>()
  /** How much of it is in parts. */
  #written: EpochSize = emptyEpoch

  constructor(sources: EpochSources, group: GroupKey, day: number) {
    this.#sources = sources
    this.#group = group
    this.#day = day
  }

  /** Reads every part that the manifest has now. @throws SealedFileDamaged, SealedFileTooNew */
  async catchUp(): Promise<void> {
    const { manifest, blobs } = this.#sources
    for (const { key } of await manifest.dictionaryParts(this.#group.id, this.#day)) {
      if (this.#parts.has(key)) continue
      const file = await SealedFile.open(blobs, key, this.#group.dataKey)
      const section = await file.section('dictionary')
      if (section !== null) this.#read(key, section)
      this.#parts.add(key)
    }
  }

  #read(key: string, section: Uint8Array): void {
    try {
      const input = new PayloadReader(section)
      const [frames, files, counters, nodes] = [input.uint(), input.uint(), input.uint(), input.uint()]
      this.epoch.read(input, { frames, files, counters, nodes })
    } catch (error) {
      throw error instanceof PayloadError ? new SealedFileDamaged(key, error.message) : error
    }
    this.#written = this.epoch.size
  }

  /**
   * Writes what the epoch has learnt since its last part; null where that is nothing. The part counts once the manifest has
   * it; until then this object must not be asked again.
   */
  async write(): Promise<NewPart | null> {
    const { size } = this.epoch
    if (isSame(size, this.#written)) return null
    const part = await this.#put(this.#written)
    this.#written = size
    return part
  }

  /** Makes one part of all up to `last`, which it has read. @returns keys of blobs that are named no longer */
  async consolidate(last: number): Promise<readonly string[]> {
    return this.#sources.manifest.consolidateParts(await this.#put(emptyEpoch), last)
  }

  /** A part of what came after `before`. */
  async #put(before: EpochSize): Promise<NewPart> {
    const key = `${this.#group.id}/${this.#day}-${randomUUID()}`
    const piece = encodePiece(this.epoch, before)
    await this.#sources.blobs.put(key, encodeSealedFile(this.#group.dataKey, key, [['dictionary', piece]]))
    this.#parts.add(key)
    return { groupId: this.#group.id, epoch: this.#day, key }
  }
}

export interface EpochSources {
  readonly manifest: Pick<Manifest, 'dictionaryParts' | 'consolidateParts'>
  readonly blobs: BlobStore
}

/**
 * Remembers the epochs used last, up to a bound. Answers have one such memory and sealing another: what a sealing has learnt
 * and not yet committed must not be seen, replaced or dropped by anybody else.
 */
export class DayEpochs {
  readonly #sources: EpochSources
  readonly #maxBytes: number
  /** `group/day` → epoch, least recently used first. */
  readonly #known = new Map<string, DayEpoch>()
  readonly #busy = new Map<string, Promise<DayEpoch>>()
  /** How often something was forgotten. */
  #forgets = 0

  constructor(sources: EpochSources, maxBytes: number) {
    this.#sources = sources
    this.#maxBytes = maxBytes
  }

  /** The epoch with every part that the manifest has now. @throws SealedFileDamaged, SealedFileTooNew */
  async get(group: GroupKey, day: number): Promise<DayEpoch> {
    const key = `${group.id}/${day}`
    // One reader at a time for each: two would make two epochs of one day.
    const before = this.#busy.get(key) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(() => this.#load(key, group, day))
    this.#busy.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#busy.get(key) === mine) this.#busy.delete(key)
    }
  }

  async #load(key: string, group: GroupKey, day: number): Promise<DayEpoch> {
    const known = this.#known.get(key) ?? new DayEpoch(this.#sources, group, day)
    const forgets = this.#forgets
    await known.catchUp()
    // What was to be forgotten meanwhile must not come back: the day may have begun anew.
    if (forgets !== this.#forgets) return known
    this.#known.delete(key)
    this.#known.set(key, known)
    dropOldest(this.#known, this.#maxBytes, ({ epoch }) => epoch.byteLength, key)
    return known
  }

  /** Where a day's dictionary has many parts, one is made of them. @returns keys of blobs that are named no longer */
  async consolidate(group: GroupKey, day: number): Promise<readonly string[]> {
    const parts = await this.#sources.manifest.dictionaryParts(group.id, day)
    if (parts.length < manyParts) return []
    return (await this.get(group, day)).consolidate(parts.at(-1)!.id)
  }

  /** Forgets a group's epochs: they hold what the manifest does not have, or the group is gone. */
  forget(groupId: string): void {
    this.#forgets++
    for (const key of this.#known.keys()) if (key.startsWith(`${groupId}/`)) this.#known.delete(key)
  }
}

/** The epoch's size where the piece begins, then the piece. */
function encodePiece(epoch: Epoch, before: EpochSize): Uint8Array {
  const out = new PayloadWriter()
  for (const size of [before.frames, before.files, before.counters, before.nodes]) out.uint(size)
  epoch.write(out, before)
  return out.take()
}

function isSame(a: EpochSize, b: EpochSize): boolean {
  return a.frames === b.frames && a.files === b.files && a.counters === b.counters && a.nodes === b.nodes
}
