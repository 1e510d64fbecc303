import type { BlockContent } from '../block-content.ts'
import { dropOldest } from '../drop-oldest.ts'
import { Epoch } from '../epoch.ts'
import { EpochMap } from '../epoch-map.ts'
import { maxGroupCounters } from '../group-counters.ts'

/** Questions come in turns about the same time: its picture, a search in it, a part of it, all of it beside another. */
const rememberedSums = 4

export interface RememberedSum {
  /** In the group's numbers. */
  readonly content: BlockContent
  /** Whether it is all that the blocks hold. Where it is not, it serves one question. */
  readonly isWhole: boolean
}

/**
 * One numbering of a group's call paths for its questions. Days and segments have epochs of their own; what is added up
 * over several of them is added up in this one. It remembers how their numbers map to its own, so that the next question
 * about the same days costs no hashing.
 */
export class GroupEpoch {
  readonly epoch = new Epoch()
  readonly #maps = new WeakMap<Epoch, EpochMap>()
  /** By what they are the sum of, least recently used first. */
  readonly #sums = new Map<string, RememberedSum>()
  readonly #mostBytes: number

  /** @param mostBytes that its names and call paths may take */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get byteLength(): number {
    let bytes = this.epoch.byteLength
    for (const { content } of this.#sums.values()) bytes += content.byteLength
    return bytes
  }

  /** Whether there is something that it does not tell apart, or would not. */
  get isFull(): boolean {
    return this.#isFullOfPaths || this.epoch.size.counters > maxGroupCounters
  }

  /** It learns nothing more then: what is new to it is counted below its caller. */
  get #isFullOfPaths(): boolean {
    return this.epoch.byteLength >= this.#mostBytes
  }

  /** What was added up before; null where it is not remembered. @param of what never changes */
  recall(of: string): RememberedSum | null {
    const known = this.#sums.get(of)
    if (known === undefined) return null
    this.#sums.delete(of)
    // What could not be read for one question may be read for the next.
    if (known.isWhole) this.#sums.set(of, known)
    return known
  }

  isKnown(of: string): boolean {
    return this.#sums.has(of)
  }

  remember(of: string, sum: RememberedSum): void {
    this.#sums.set(of, sum)
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
    const made = new EpochMap(epoch, this.epoch, () => this.#isFullOfPaths)
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
    const known = this.#known.get(groupId) ?? this.apart()
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
