import { type TokenMark, tokenHashLength } from './profile-token.ts'

const wordsPerSlot = 8
const smallestSlots = 64

/**
 * The tokens of what is not sealed yet, by segment, all of each: hash tables of typed arrays, 32 bytes a slot. They last
 * as long as their segment; after that they are in a list, which `SealedTokens` finds.
 */
export class UnsealedTokens {
  /** By name of the segment. */
  readonly #tables = new Map<string, TokenTable>()

  /** The digest of the body it was stored with; null where it is unknown. */
  find(tokenHash: Uint8Array): Uint8Array | null {
    const key = words(tokenHash)
    for (const table of this.#tables.values()) {
      const digest = table.find(key)
      if (digest !== null) return digest
    }
    return null
  }

  remember(segment: string, { tokenHash, bodyDigest }: TokenMark): void {
    const table = this.#tables.get(segment) ?? new TokenTable()
    this.#tables.set(segment, table)
    table.add(words(tokenHash), words(bodyDigest))
  }

  /** The others of the segment are in a list. */
  keepOnly(segment: string, marks: readonly TokenMark[]): void {
    this.forget(segment)
    for (const mark of marks) this.remember(segment, mark)
  }

  forget(segment: string): void {
    this.#tables.delete(segment)
  }

  /** Bytes held, free slots included. */
  get byteLength(): number {
    let sum = 0
    for (const { byteLength } of this.#tables.values()) sum += byteLength
    return sum
  }
}

/** Open addressing, at most half full; a slot is 4 words of token hash and 4 of body digest, all zero where free. */
class TokenTable {
  #slots = new Uint32Array(smallestSlots * wordsPerSlot)
  #count = 0

  get byteLength(): number {
    return this.#slots.byteLength
  }

  find(key: Uint32Array): Uint8Array | null {
    const at = this.#slotOf(key)
    if (this.#isFree(at)) return null
    const digest = this.#slots.slice(at + 4, at + 8)
    return new Uint8Array(digest.buffer)
  }

  add(key: Uint32Array, digest: Uint32Array): void {
    if (this.#count * 2 >= this.#slots.length / wordsPerSlot) this.#grow()
    const at = this.#slotOf(key)
    if (this.#isFree(at)) this.#count++
    this.#slots.set(key, at)
    this.#slots.set(digest, at + 4)
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
  return new Uint32Array(Uint8Array.from(bytes.subarray(0, tokenHashLength)).buffer)
}
