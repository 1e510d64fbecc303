import type { BlockContent } from '../block-content.ts'
import { dropOldest } from '../drop-oldest.ts'
import { Epoch } from '../epoch.ts'
import { EpochMap } from '../epoch-map.ts'

/** Questions come in turns about the same time: its picture, a search in it, a part of it, all of it beside another. */
const rememberedSums = 4

/**
 * One numbering of a group's call paths for its questions. Days and segments have epochs of their own; what is added up
 * over several of them is added up in this one. It remembers how their numbers map to its own, so that the next question
 * about the same days costs no hashing.
 */
export class GroupEpoch {
  readonly epoch = new Epoch()
  readonly #maps = new WeakMap<Epoch, EpochMap>()
  /** By what they are the sum of, least recently used first. */
  readonly #sums = new Map<string, BlockContent>()
  readonly #mostBytes: number

  /** @param mostBytes that its names and call paths may take */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get byteLength(): number {
    let bytes = this.epoch.byteLength
    for (const sum of this.#sums.values()) bytes += sum.byteLength
    return bytes
  }

  /** Whether it learns nothing more: what is new to it is then counted below its caller. */
  get isFull(): boolean {
    return this.epoch.byteLength >= this.#mostBytes
  }

  /** What was added up before, in this epoch's numbers; null where it is not remembered. @param of what never changes */
  recall(of: string): BlockContent | null {
    const known = this.#sums.get(of)
    if (known === undefined) return null
    this.#sums.delete(of)
    this.#sums.set(of, known)
    return known
  }

  /** @param sums in this epoch's numbers */
  remember(of: string, sums: BlockContent): void {
    this.#sums.set(of, sums)
    this.forgetSums(rememberedSums)
  }

  /** Forgets what was used longest ago, but for so many. */
  forgetSums(kept: number): void {
    for (const oldest of this.#sums.keys()) {
      if (this.#sums.size <= kept) return
      this.#sums.delete(oldest)
    }
  }

  mapFrom(epoch: Epoch): EpochMap {
    const known = this.#maps.get(epoch)
    if (known !== undefined) return known
    const made = new EpochMap(epoch, this.epoch, () => this.isFull)
    this.#maps.set(epoch, made)
    return made
  }
}

/** Remembers the epochs of the groups asked about last, up to a bound. */
export class GroupEpochs {
  readonly #maxBytes: number
  readonly #mostEpochBytes: number
  /** Least recently used first. */
  readonly #known = new Map<string, GroupEpoch>()

  /** @param mostEpochBytes what the names and call paths of one may take while questions are answered */
  constructor(maxBytes: number, mostEpochBytes: number) {
    this.#maxBytes = maxBytes
    this.#mostEpochBytes = mostEpochBytes
  }

  get(groupId: string): GroupEpoch {
    const before = this.#known.get(groupId)
    const known = before === undefined || before.isFull ? this.apart() : before
    this.#known.delete(groupId)
    this.#known.set(groupId, known)
    return known
  }

  /** One of nobody else's. */
  apart(): GroupEpoch {
    return new GroupEpoch(this.#mostEpochBytes)
  }

  /** After an answer: sums but the latest go first; an epoch that names which come and go have made too large begins anew. */
  trim(): void {
    for (const [groupId, known] of this.#known) if (known.isFull) this.#known.delete(groupId)
    let held = 0
    for (const { byteLength } of this.#known.values()) held += byteLength
    for (const known of this.#known.values()) {
      if (held <= this.#maxBytes) return
      held -= known.byteLength
      known.forgetSums(1)
      held += known.byteLength
    }
    dropOldest(this.#known, this.#maxBytes, ({ byteLength }) => byteLength)
  }

  forget(groupId: string): void {
    this.#known.delete(groupId)
  }
}
