import { randomUUID } from 'node:crypto'
import type { Manifest, NewPart } from '../storage/manifest.ts'
import type { BlobStore, GroupKey } from '../storage/ports.ts'
import { Epoch, type EpochSize, emptyEpoch } from './epoch.ts'
import { PayloadReader, PayloadWriter } from './payload-codec.ts'
import { encodeSealedFile, SealedFile } from './sealed-file.ts'

const dayMilliseconds = 86_400_000

/** Start of the UTC day, epoch milliseconds. */
export function dayOf(instant: number): number {
  return Math.floor(instant / dayMilliseconds) * dayMilliseconds
}

/** A day's dictionary is read from fewer files than this. */
const manyParts = 16

interface DayEpoch {
  readonly epoch: Epoch
  /** Keys of the parts it holds. */
  readonly parts: Set<string>
  /** How much of it is in parts. */
  written: EpochSize
}

/**
 * The dictionaries of groups' days. Each UTC day of a group has one, so that names that come and go cannot make it grow
 * for ever; all sealed blocks of the day are in its numbers. It is kept as parts, one for each sealing that learnt
 * something. Those used last are remembered, up to a bound.
 */
export class DayEpochs {
  readonly #manifest: Pick<Manifest, 'dictionaryParts' | 'consolidateParts'>
  readonly #blobs: BlobStore
  readonly #maxBytes: number
  /** `group/day` → epoch, least recently used first. */
  readonly #known = new Map<string, DayEpoch>()

  constructor(
    manifest: Pick<Manifest, 'dictionaryParts' | 'consolidateParts'>,
    blobs: BlobStore,
    maxBytes: number,
  ) {
    this.#manifest = manifest
    this.#blobs = blobs
    this.#maxBytes = maxBytes
  }

  /** The epoch with every part that the manifest has now. @throws SealedFileDamaged, SealedFileTooNew */
  async get({ id, dataKey }: GroupKey, day: number): Promise<Epoch> {
    const key = `${id}/${day}`
    const parts = await this.#manifest.dictionaryParts(id, day)
    const known = this.#known.get(key) ?? {
      epoch: new Epoch(),
      parts: new Set<string>(),
      written: emptyEpoch,
    }
    for (const part of parts) {
      if (known.parts.has(part.key)) continue
      const file = await SealedFile.open(this.#blobs, part.key, dataKey)
      const section = await file.section('dictionary')
      if (section !== null) known.written = readPiece(section, known.epoch)
      known.parts.add(part.key)
    }
    this.#keep(key, known)
    return known.epoch
  }

  /** Writes what the epoch has learnt since its last part; null where that is nothing. The part counts once the manifest has it. */
  async write({ id, dataKey }: GroupKey, day: number): Promise<NewPart | null> {
    const known = this.#known.get(`${id}/${day}`)
    if (known === undefined) return null
    const { epoch, written } = known
    const { size } = epoch
    if (isSame(size, written)) return null
    const key = `${id}/${day}-${randomUUID()}`
    await this.#blobs.put(key, encodeSealedFile(dataKey, [['dictionary', encodePiece(epoch, written)]]))
    known.parts.add(key)
    known.written = size
    return { groupId: id, epoch: day, key }
  }

  /** Makes one part of many. @returns keys of blobs that are named no longer */
  async consolidate(group: GroupKey, day: number): Promise<readonly string[]> {
    const parts = await this.#manifest.dictionaryParts(group.id, day)
    if (parts.length < manyParts) return []
    const epoch = await this.get(group, day)
    const key = `${group.id}/${day}-${randomUUID()}`
    const piece = encodePiece(epoch, emptyEpoch)
    await this.#blobs.put(key, encodeSealedFile(group.dataKey, [['dictionary', piece]]))
    this.#known.get(`${group.id}/${day}`)?.parts.add(key)
    return this.#manifest.consolidateParts({ groupId: group.id, epoch: day, key }, parts.at(-1)!.id)
  }

  /** Forgets a group's epochs: they hold what the manifest does not have, or the group is gone. */
  forget(groupId: string): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${groupId}/`)) this.#known.delete(key)
  }

  #keep(key: string, known: DayEpoch): void {
    this.#known.delete(key)
    this.#known.set(key, known)
    let held = 0
    for (const { epoch } of this.#known.values()) held += epoch.byteLength
    for (const [oldest, { epoch }] of this.#known) {
      if (held <= this.#maxBytes || oldest === key) break
      this.#known.delete(oldest)
      held -= epoch.byteLength
    }
  }
}

/** The epoch's size where the piece begins, then the piece. */
function encodePiece(epoch: Epoch, before: EpochSize): Uint8Array {
  const out = new PayloadWriter()
  for (const size of [before.frames, before.files, before.counters, before.nodes]) out.uint(size)
  epoch.write(out, before)
  return out.take()
}

/** @returns the epoch's size where the piece ends */
function readPiece(section: Uint8Array, epoch: Epoch): EpochSize {
  const input = new PayloadReader(section)
  const [frames, files, counters, nodes] = [input.uint(), input.uint(), input.uint(), input.uint()]
  epoch.read(input, { frames, files, counters, nodes })
  return epoch.size
}

function isSame(a: EpochSize, b: EpochSize): boolean {
  return a.frames === b.frames && a.files === b.files && a.counters === b.counters && a.nodes === b.nodes
}
