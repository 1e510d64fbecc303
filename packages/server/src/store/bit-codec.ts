import { PayloadError } from './payload-codec.ts'

/**
 * Numbers in as few bits as they need, lowest bit first. What a profile's vectors consist of: small steps from node to
 * node, and counts that are mostly 1.
 *
 *     rice(k)   n ÷ 2^k in unary (that many ones, then a zero), then the k low bits of n
 *     gamma     for n ≥ 1: its length less one in unary, then its bits below the highest
 */
export class BitWriter {
  #bytes = new Uint8Array(4096)
  #length = 0
  /** Bits that make up no byte yet. */
  #held = 0
  #heldCount = 0

  /** The `k` low bits are written as they are. */
  rice(value: number, k: number): void {
    this.#unary(value >>> k)
    this.#put(value & ((1 << k) - 1), k)
  }

  gamma(value: number): void {
    // Mostly.
    if (value === 1) {
      this.#put(0, 1)
      return
    }
    const bits = highestBit(value)
    this.#unary(bits)
    if (bits <= 24) this.#put(value & ((1 << bits) - 1), bits)
    else {
      // Bit operations are 32 bits wide.
      const rest = value - 2 ** bits
      this.#put(rest % 2 ** 24, 24)
      const high = Math.floor(rest / 2 ** 24)
      const first = Math.min(24, bits - 24)
      this.#put(high % 2 ** first, first)
      this.#put(Math.floor(high / 2 ** first), bits - 24 - first)
    }
  }

  /** What was written since the last take, filled up to whole bytes; valid until the next write. */
  take(): Uint8Array {
    if (this.#heldCount > 0) this.#put(0, 8 - this.#heldCount)
    const taken = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return taken
  }

  #unary(count: number): void {
    let left = count
    for (; left >= 16; left -= 16) this.#put(0xffff, 16)
    this.#put((1 << left) - 1, left + 1)
  }

  /** @param bits at most 24 */
  #put(value: number, bits: number): void {
    this.#held |= value << this.#heldCount
    this.#heldCount += bits
    while (this.#heldCount >= 8) {
      if (this.#length === this.#bytes.length) this.#grow()
      this.#bytes[this.#length++] = this.#held & 255
      this.#held >>>= 8
      this.#heldCount -= 8
    }
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2)
    bytes.set(this.#bytes)
    this.#bytes = bytes
  }
}

/** Of a whole number from 1 to 2^53. Bit operations see 32 bits only, logarithms round. */
function highestBit(value: number): number {
  const high = Math.floor(value / 2 ** 31)
  return high === 0 ? 31 - Math.clz32(value) : 62 - Math.clz32(high)
}

export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  #held = 0
  #heldCount = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  rice(k: number): number {
    const high = this.#unary()
    return high * 2 ** k + this.#take(k)
  }

  gamma(): number {
    const bits = this.#unary()
    if (bits <= 24) return 2 ** bits + this.#take(bits)
    if (bits > 53) throw new PayloadError('a number is too large')
    const low = this.#take(24)
    const first = Math.min(24, bits - 24)
    const middle = this.#take(first)
    return 2 ** bits + low + middle * 2 ** 24 + this.#take(bits - 24 - first) * 2 ** (24 + first)
  }

  #unary(): number {
    let count = 0
    for (;;) {
      if (this.#heldCount === 0) this.#fill(1)
      const zeros = ~this.#held
      const ones = 31 - Math.clz32(zeros & -zeros)
      count += ones
      if (ones < this.#heldCount) {
        this.#held >>>= ones + 1
        this.#heldCount -= ones + 1
        return count
      }
      this.#held = 0
      this.#heldCount = 0
    }
  }

  /** @param bits at most 24 */
  #take(bits: number): number {
    if (this.#heldCount < bits) this.#fill(bits)
    const value = this.#held & ((1 << bits) - 1)
    this.#held >>>= bits
    this.#heldCount -= bits
    return value
  }

  #fill(bits: number): void {
    while (this.#heldCount < bits) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new PayloadError('a number runs over the end of a record')
      this.#held |= byte << this.#heldCount
      this.#heldCount += 8
    }
  }
}
