import { Epoch } from '../epoch.ts'
import { EpochMap } from '../epoch-map.ts'

/**
 * One numbering of a group's call paths for its questions. Days and segments have epochs of their own; what is added up
 * over several of them is added up in this one. It remembers how their numbers map to its own, so that the next question
 * about the same days costs no hashing.
 */
export class GroupEpoch {
  readonly epoch = new Epoch()
  readonly #maps = new WeakMap<Epoch, EpochMap>()

  mapFrom(epoch: Epoch): EpochMap {
    const known = this.#maps.get(epoch)
    if (known !== undefined) return known
    const made = new EpochMap(epoch, this.epoch)
    this.#maps.set(epoch, made)
    return made
  }
}

/** Remembers the epochs of the groups asked about last, up to a bound. */
export class GroupEpochs {
  readonly #maxBytes: number
  /** Least recently used first. */
  readonly #known = new Map<string, GroupEpoch>()

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(groupId: string): GroupEpoch {
    const known = this.#known.get(groupId) ?? new GroupEpoch()
    this.#known.delete(groupId)
    this.#known.set(groupId, known)
    return known
  }

  /** After an answer: an epoch that names which come and go have made too large begins anew. */
  trim(): void {
    let held = 0
    for (const { epoch } of this.#known.values()) held += epoch.byteLength
    for (const [oldest, { epoch }] of this.#known) {
      if (held <= this.#maxBytes) break
      this.#known.delete(oldest)
      held -= epoch.byteLength
    }
  }

  forget(groupId: string): void {
    this.#known.delete(groupId)
  }
}
