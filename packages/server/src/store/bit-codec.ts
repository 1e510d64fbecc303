import { PayloadError } from './payload-codec.ts'

/**
 * Numbers in as few bits as they need, lowest bit first. They are whole, up to 2^53.
 *
 *     rice(k)          n ÷ 2^k in unary (that many ones, then a zero), then the k low bits of n: small steps
 *     boundedRice(k)   the same, but twenty ones and n in 53 bits where there would be as many ones: what is mostly near zero
 *     gamma            for n ≥ 1: its length less one in unary, then its bits below the highest: what is mostly 1
 *     groups           of some bits, each with one more that says whether another follows: the rest
 */

/** At most so many at once: with what is held they fit in 31 bits. */
const mostBits = 24
/** So many ones, and the number follows as it is: a bound for what a far outlier costs. */
const mostOnes = 20
/** More than a record can have. */
const anyOnes = 0x7fffffff
const wholeBits = 53
const runsOver = 'a number runs over the end of a record'
const one = new Float64Array(1)

export class BitWriter {
  #bytes = new Uint8Array(4096)
  #length = 0
  #held = 0
  #count = 0

  /** Whole bytes so far. */
  get length(): number {
    return this.#length
  }

  bits(value: number, count: number): void {
    let rest = value
    let left = count
    for (; left > mostBits; left -= mostBits) {
      this.#put(rest % 2 ** mostBits, mostBits)
      rest = Math.floor(rest / 2 ** mostBits)
    }
    this.#put(rest, left)
  }

  /** In groups of `width` bits: short for small numbers. */
  groups(value: number, width: number): void {
    const size = 1 << width
    let rest = value
    for (; rest >= size; rest = Math.floor(rest / size)) this.#put((rest % size) | size, width + 1)
    this.#put(rest, width + 1)
  }

  /** @param k at most 24 */
  rice(value: number, k: number): void {
    this.#unary(quotient(value, k))
    this.#put(value & ((1 << k) - 1), k)
  }

  gamma(value: number): void {
    const bits = highestBit(value)
    this.#unary(bits)
    this.bits(value - 2 ** bits, bits)
  }

  /** @param k at most 24 */
  boundedRice(value: number, k: number): void {
    const ones = quotient(value, k)
    if (ones >= mostOnes) {
      this.#put((1 << mostOnes) - 1, mostOnes)
      this.bits(value, wholeBits)
      return
    }
    this.#put((1 << ones) - 1, ones + 1)
    // The low bits of what is converted to 32 are those of the number.
    this.#put(value & ((1 << k) - 1), k)
  }

  /** Fills the last byte. */
  align(): void {
    if (this.#count > 0) this.#put(0, 8 - this.#count)
  }

  /** What was written, aligned; valid until the next write. */
  take(): Uint8Array {
    this.align()
    const taken = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return taken
  }

  #unary(count: number): void {
    let left = count
    for (; left >= 16; left -= 16) this.#put(0xffff, 16)
    this.#put((1 << left) - 1, left + 1)
  }

  #put(value: number, count: number): void {
    this.#held |= value << this.#count
    this.#count += count
    if (this.#length + 4 > this.#bytes.length) {
      const bytes = new Uint8Array(this.#bytes.length * 2)
      bytes.set(this.#bytes)
      this.#bytes = bytes
    }
    while (this.#count >= 8) {
      this.#bytes[this.#length++] = this.#held
      this.#held >>>= 8
      this.#count -= 8
    }
  }
}

/** What `BitWriter.boundedRice` takes, in bits. */
export function boundedRiceBits(value: number, k: number): number {
  const ones = quotient(value, k)
  return ones >= mostOnes ? mostOnes + wholeBits : ones + 1 + k
}

/** value ÷ 2^k, whole. Shifts are 32 bits wide, and powers slow. */
function quotient(value: number, k: number): number {
  return value <= 0x7fffffff ? value >>> k : Math.floor(value / (1 << k))
}

/** Of a whole number from 1 to 2^53. Bit operations see 32 bits only, logarithms round. */
function highestBit(value: number): number {
  const high = Math.floor(value / 2 ** 31)
  return high === 0 ? 31 - Math.clz32(value) : 62 - Math.clz32(high)
}

export class BitReader {
  readonly #data: Uint8Array
  #at: number
  #held = 0
  #count = 0

  constructor(data: Uint8Array, at = 0) {
    this.#data = data
    this.#at = at
  }

  bits(count: number): number {
    let value = 0
    let scale = 1
    let left = count
    for (; left > mostBits; left -= mostBits) {
      value += this.#get(mostBits) * scale
      scale *= 2 ** mostBits
    }
    return value + this.#get(left) * scale
  }

  groups(width: number): number {
    const size = 1 << width
    let value = 0
    for (let scale = 1; scale <= 2 ** wholeBits; scale *= size) {
      const group = this.#get(width + 1)
      value += (group % size) * scale
      if (group < size) return value
    }
    throw new PayloadError('a number in a series is too long')
  }

  rice(k: number): number {
    return this.#unary() * 2 ** k + this.#get(k)
  }

  gamma(): number {
    const bits = this.#unary()
    if (bits > wholeBits) throw new PayloadError('a number is too large')
    return 2 ** bits + this.bits(bits)
  }

  boundedRice(k: number): number {
    one[0] = 0
    this.#rices(k, mostOnes, one, false)
    return one[0]!
  }

  /** Adds a zigzagged difference to each number of a row. */
  boundedRiceDifferences(k: number, row: Float64Array): void {
    this.#rices(k, mostOnes, row, true)
  }

  /** The next numbers of rice(k), as many as fit. */
  rices(k: number, into: Float64Array): Float64Array {
    this.#rices(k, anyOnes, into.fill(0), false)
    return into
  }

  /** The next numbers of gamma, as many as fit. */
  gammas(into: Float64Array): Float64Array {
    const data = this.#data
    let at = this.#at
    let held = this.#held
    let count = this.#count
    for (let i = 0; i < into.length; i++) {
      for (; count < mostBits && at < data.length; count += 8) held |= data[at++]! << count
      const bits = 31 - Math.clz32(~held & -~held)
      if (2 * bits < count) {
        into[i] = (1 << bits) + ((held >>> (bits + 1)) & ((1 << bits) - 1))
        held >>>= 2 * bits + 1
        count -= 2 * bits + 1
        continue
      }
      // A large number, or the end.
      this.#at = at
      this.#held = held
      this.#count = count
      into[i] = this.gamma()
      at = this.#at
      held = this.#held
      count = this.#count
    }
    this.#at = at
    this.#held = held
    this.#count = count
    return into
  }

  /** Adds to each sum. Where the time goes: what is held stays in variables. @param most ones, as `mostOnes` */
  #rices(k: number, most: number, sums: Float64Array, isZigzag: boolean): void {
    const data = this.#data
    const low = (1 << k) - 1
    let at = this.#at
    let held = this.#held
    let count = this.#count
    for (let i = 0; i < sums.length; i++) {
      let ones = 0
      let isWhole = false
      for (;;) {
        for (; count < mostBits && at < data.length; count += 8) held |= data[at++]! << count
        // Trailing ones; what is above the held bits is zero and ends them.
        const run = Math.min(31 - Math.clz32(~held & -~held), most - ones)
        if (count <= run && ones + run < most) {
          if (at === data.length) throw new PayloadError(runsOver)
          ones += count
          held = 0
          count = 0
          continue
        }
        ones += run
        isWhole = ones === most
        held >>>= isWhole ? run : run + 1
        count -= isWhole ? run : run + 1
        break
      }
      let value: number
      if (isWhole) {
        this.#at = at
        this.#held = held
        this.#count = count
        value = this.bits(wholeBits)
        at = this.#at
        held = this.#held
        count = this.#count
      } else {
        for (; count < k && at < data.length; count += 8) held |= data[at++]! << count
        if (count < k) throw new PayloadError(runsOver)
        value = ones * (1 << k) + (held & low)
        held >>>= k
        count -= k
      }
      if (isZigzag) sums[i]! += value % 2 === 0 ? value / 2 : -(value + 1) / 2
      else sums[i]! += value
    }
    this.#at = at
    this.#held = held
    this.#count = count
  }

  #unary(): number {
    let ones = 0
    for (;;) {
      if (this.#count === 0) this.#fill()
      const zeros = ~this.#held
      const run = 31 - Math.clz32(zeros & -zeros)
      ones += run
      if (run < this.#count) {
        this.#held >>>= run + 1
        this.#count -= run + 1
        return ones
      }
      this.#held = 0
      this.#count = 0
    }
  }

  #get(count: number): number {
    while (this.#count < count) this.#fill()
    const value = this.#held & ((1 << count) - 1)
    this.#held >>>= count
    this.#count -= count
    return value
  }

  #fill(): void {
    const byte = this.#data[this.#at++]
    if (byte === undefined) throw new PayloadError(runsOver)
    this.#held |= byte << this.#count
    this.#count += 8
  }
}
