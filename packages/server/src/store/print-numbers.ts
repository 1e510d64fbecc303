import { grown } from '@wick/profile'
import { PagedNumbers } from './paged-numbers.ts'

const smallestSlots = 128

/**
 * Numbers for fingerprints (`fingerprints` of @wick/profile), in order of first appearance: which number a name has, without
 * the name. A third of the memory that names take, and of the time to compare them.
 */
export class PrintNumbers {
  /** How many there are. */
  length = 0
  /** Two for each number. */
  #prints = new Int32Array(smallestSlots)
  /** Number + 1; open addressing, at most half full. */
  #slots = new PagedNumbers(smallestSlots)
  /** 32 - log2(number of slots): the upper bits of a fingerprint choose the slot. */
  #shift = 25

  /** Bytes held, capacity included. */
  get byteLength(): number {
    return this.#prints.byteLength + this.#slots.byteLength
  }

  /**
   * The numbers of a table's fingerprints; -1 for new ones. Tables resemble each other, so each is first compared with the
   * one after its predecessor: mostly that saves a look into a large hash table.
   */
  findAll(prints: Int32Array): Int32Array {
    const numbers = new Int32Array(prints.length >> 1)
    const known = this.#prints
    let expected = 0
    for (let i = 0; i < numbers.length; i++) {
      const first = prints[2 * i]!
      const second = prints[2 * i + 1]!
      const isExpected =
        expected < this.length && known[2 * expected] === first && known[2 * expected + 1] === second
      const found = isExpected ? expected : this.#slots.at(this.#slotOf(first, second)) - 1
      numbers[i] = found
      expected = found + 1
    }
    return numbers
  }

  /** The number of a fingerprint, old or new. */
  number(first: number, second: number): number {
    const slot = this.#slotOf(first, second)
    const found = this.#slots.at(slot) - 1
    if (found >= 0) return found
    const number = this.length++
    this.#prints = grown(this.#prints, 2 * this.length)
    this.#prints[2 * number] = first
    this.#prints[2 * number + 1] = second
    this.#slots.put(slot, this.length)
    if (2 * this.length > this.#slots.length) this.#growSlots()
    return number
  }

  /** Where it is, or would be. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots
    const prints = this.#prints
    const mask = slots.length - 1
    for (let slot = first >>> this.#shift; ; slot = (slot + 1) & mask) {
      const at = 2 * (slots.at(slot) - 1)
      if (at < 0 || (prints[at] === first && prints[at + 1] === second)) return slot
    }
  }

  #growSlots(): void {
    this.#slots = new PagedNumbers(2 * this.#slots.length)
    this.#shift--
    for (let number = 0; number < this.length; number++) {
      const slot = this.#slotOf(this.#prints[2 * number]!, this.#prints[2 * number + 1]!)
      this.#slots.put(slot, number + 1)
    }
  }
}
