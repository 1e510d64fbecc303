import { createHash } from 'node:crypto'

/** What a token was stored with: 16 bytes of SHA-256 of the body. */
const hashLength = 16
const bucketMilliseconds = 60 * 60 * 1000
const wordsPerSlot = 8
const smallestSlots = 64

/** SHA-256 of group and token, cut to 16 bytes: tokens are scoped to their group. */
export function tokenHash(groupId: string, token: string): Uint8Array {
  return createHash('sha256').update(groupId).update('\0').update(token).digest().subarray(0, hashLength)
}

/**
 * Remembers tokens for at least `lifetime`, in hash tables of typed arrays, one for each hour received: 32 bytes a slot,
 * forgotten an hour at a time.
 */
export class TokenMemory {
  readonly #lifetime: number
  readonly #buckets = new Map<number, Bucket>()

  constructor(lifetimeMilliseconds: number) {
    this.#lifetime = lifetimeMilliseconds
  }

  /** The body digest (16 bytes) the token was stored with; null where it is unknown. */
  find(hash: Uint8Array): Uint8Array | null {
    for (const bucket of this.#buckets.values()) {
      const digest = bucket.find(hash)
      if (digest !== null) return digest
    }
    return null
  }

  remember(hash: Uint8Array, digest: Uint8Array, receivedAt: number): void {
    const hour = Math.floor(receivedAt / bucketMilliseconds)
    const bucket = this.#buckets.get(hour) ?? new Bucket()
    this.#buckets.set(hour, bucket)
    bucket.add(hash, digest)
  }

  forgetBefore(now: number): void {
    for (const hour of this.#buckets.keys()) {
      if ((hour + 1) * bucketMilliseconds + this.#lifetime < now) this.#buckets.delete(hour)
    }
  }
}

/** Open addressing; a slot is 4 words of token hash and 4 of body digest, all zero where free. */
class Bucket {
  #slots = new Uint32Array(smallestSlots * wordsPerSlot)
  #count = 0

  find(hash: Uint8Array): Uint8Array | null {
    const at = this.#slotOf(words(hash))
    if (this.#isFree(at)) return null
    const digest = this.#slots.slice(at + 4, at + 8)
    return new Uint8Array(digest.buffer)
  }

  add(hash: Uint8Array, digest: Uint8Array): void {
    if (this.#count * 2 >= this.#slots.length / wordsPerSlot) this.#grow()
    const key = words(hash)
    const at = this.#slotOf(key)
    if (this.#isFree(at)) this.#count++
    this.#slots.set(key, at)
    this.#slots.set(words(digest), at + 4)
  }

  /** The key's slot, or the free one where it would go. SHA-256 spreads evenly: no further hashing. */
  #slotOf(key: Uint32Array): number {
    const slots = this.#slots
    let at = (key[0]! * wordsPerSlot) % slots.length
    while (
      !this.#isFree(at) &&
      !(
        slots[at] === key[0] &&
        slots[at + 1] === key[1] &&
        slots[at + 2] === key[2] &&
        slots[at + 3] === key[3]
      )
    ) {
      at = (at + wordsPerSlot) % slots.length
    }
    return at
  }

  #isFree(at: number): boolean {
    const slots = this.#slots
    return (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) === 0
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      const slot = old.subarray(at, at + wordsPerSlot)
      if ((slot[0]! | slot[1]! | slot[2]! | slot[3]!) !== 0) this.#slots.set(slot, this.#slotOf(slot))
    }
  }
}

function words(bytes: Uint8Array): Uint32Array {
  // Not `slice`: a Buffer's shares the memory of a larger pool.
  return new Uint32Array(Uint8Array.from(bytes.subarray(0, hashLength)).buffer)
}
