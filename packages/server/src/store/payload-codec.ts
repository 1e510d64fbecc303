const firstBytes = 4096
/**
 * What is longer is not kept for the next payload. Those that spell a program out fit in, a hundred times as long as
 * others: when a window begins, one of each group comes, and what grows for each of them anew leaves holes in memory.
 */
const keptBytes = 512 * 1024

/**
 * The bytes inside a record: unsigned varints (7 bits a byte, low first; exact up to 2^53) and raw bytes. Signed
 * differences are zigzagged.
 */
export class PayloadWriter {
  #bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(firstBytes)
  #length = 0

  uint(value: number): void {
    this.#reserve(8)
    let rest = value
    // Bit operations are 32 bits wide: counts and instants may be larger.
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** Each as `uint`; most are a byte. */
  uints(values: Int32Array | Float64Array): void {
    this.#reserve(8 * values.length)
    const bytes = this.#bytes
    let length = this.#length
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (value < 128) {
        bytes[length++] = value
        continue
      }
      this.#length = length
      this.uint(value)
      length = this.#length
    }
    this.#length = length
  }

  int(value: number): void {
    this.uint(zigzag(value))
  }

  /** Length and bytes. */
  bytes(value: Uint8Array, from = 0, to = value.length): void {
    this.uint(to - from)
    this.raw(value, from, to)
  }

  /** Bytes whose number the reader knows. */
  raw(value: Uint8Array, from = 0, to = value.length): void {
    this.#reserve(to - from)
    // Most are names: short, and a loop beats the call.
    if (to - from > 64) {
      this.#bytes.set(value.subarray(from, to), this.#length)
      this.#length += to - from
      return
    }
    for (let i = from; i < to; i++) this.#bytes[this.#length++] = value[i]!
  }

  /** What was written since the last take; valid until the next write. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafeSlow(firstBytes)
    return taken
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return
    const length = Math.max(this.#bytes.length * 2, this.#length + size)
    // Not copied to a new one: the old one's memory is free at once.
    this.#bytes = Buffer.from(this.#bytes.buffer.transfer(length))
  }
}

/** Differences as numbers from 0: those near it stay small, in either direction. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

/** The difference that `zigzag` made a number below 2^32 of. */
export function unzigzag(number: number): number {
  return (number >>> 1) ^ -(number & 1)
}

/** A payload that ends early or runs over: only a bug writes one, since the bytes are authenticated. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError'
}

export class PayloadReader {
  readonly data: Uint8Array
  #at = 0

  constructor(data: Uint8Array) {
    this.data = data
  }

  uint(): number {
    const { data } = this
    const first = data[this.#at]
    // Most are a byte.
    if (first !== undefined && first < 128) {
      this.#at++
      return first
    }
    let value = 0
    let scale = 1
    for (;;) {
      const byte = data[this.#at++]
      if (byte === undefined || scale > 2 ** 49)
        throw new PayloadError('a number runs over the end of a record')
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }

  int(): number {
    const value = this.uint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** The next numbers, as many as fit. */
  uints<T extends Int32Array | Float64Array>(into: T): T {
    const { data } = this
    let at = this.#at
    for (let i = 0; i < into.length; i++) {
      const byte = data[at++]!
      if (byte < 128) {
        into[i] = byte
        continue
      }
      const second = data[at]!
      if (byte >= 128 && second < 128) {
        into[i] = (byte & 127) | (second << 7)
        at++
        continue
      }
      // Longer than two bytes, or beyond the end.
      this.#at = at - 1
      into[i] = this.uint()
      at = this.#at
    }
    this.#at = at
    return into
  }

  /**
   * The next numbers, added up group by group.
   *
   * @param sizes by group: how many numbers it has
   * @param isWanted by number: 1 where it counts; null where all do
   */
  sums(sizes: Int32Array, isWanted: Uint8Array | null): Float64Array {
    const { data } = this
    const sums = new Float64Array(sizes.length)
    let at = this.#at
    let number = 0
    for (let group = 0; group < sizes.length; group++) {
      let sum = 0
      for (const end = number + sizes[group]!; number < end; number++) {
        let value: number = data[at++]!
        if (!(value < 128)) {
          // Longer than a byte, or beyond the end.
          this.#at = at - 1
          value = this.uint()
          at = this.#at
        }
        // Times instead of a branch: who is wanted follows no rule that a processor could learn.
        sum += isWanted === null ? value : value * isWanted[number]!
      }
      sums[group] = sum
    }
    this.#at = at
    return sums
  }

  /** Numbers that ascend, each written as the difference to the one before, as many as fit. */
  ascending(into: Int32Array): Int32Array {
    this.uints(into)
    for (let i = 1; i < into.length; i++) into[i]! += into[i - 1]!
    return into
  }

  /** The next `length` bytes, as a view. */
  raw(length: number): Uint8Array {
    this.#at += length
    if (this.#at > this.data.length) throw new PayloadError('a byte string runs over the end of a record')
    return this.data.subarray(this.#at - length, this.#at)
  }

  /** Moves past a byte string. @returns where it lies in `data` */
  span(): { from: number; to: number } {
    const length = this.uint()
    const from = this.#at
    this.#at += length
    if (this.#at > this.data.length) throw new PayloadError('a byte string runs over the end of a record')
    return { from, to: this.#at }
  }
}
