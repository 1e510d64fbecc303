/** Room is made for so many numbers at a time: eight bytes each, where most take one. */
const atOnce = 1024

/** A byte array that grows. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>
  length = 0

  /** @param bytes what is written to until more is needed */
  constructor(bytes = new Uint8Array(4096)) {
    this.bytes = bytes
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes)
    this.bytes = grown
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** Unsigned varint: 7 bits a byte, low first; exact up to 2^53. */
  uint(value: number): void {
    this.reserve(8)
    const { bytes } = this
    let rest = value
    // Bit operations are 32 bits wide.
    while (rest > 0x7fffffff) {
      bytes[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    bytes[this.length++] = rest
  }

  /** Each as `uint`. */
  uints(values: Int32Array | Float64Array): void {
    for (let from = 0; from < values.length; from += atOnce)
      this.#uints(values, from, Math.min(from + atOnce, values.length))
  }

  #uints(values: Int32Array | Float64Array, from: number, to: number): void {
    this.reserve(8 * (to - from))
    const { bytes } = this
    let { length } = this
    for (let i = from; i < to; i++) {
      const value = values[i]!
      if (value < 128) {
        bytes[length++] = value
        continue
      }
      this.length = length
      this.uint(value)
      length = this.length
    }
    this.length = length
  }

  raw(bytes: Uint8Array, from: number, to: number): void {
    this.reserve(to - from)
    // Most are names: short, and a loop beats the call.
    if (to - from > 64) {
      this.bytes.set(bytes.subarray(from, to), this.length)
      this.length += to - from
      return
    }
    for (let i = from; i < to; i++) this.bytes[this.length++] = bytes[i]!
  }

  ascii(text: string): void {
    this.reserve(text.length)
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i)
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}
