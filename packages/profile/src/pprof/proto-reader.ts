import { malformed, type ProfileError } from '../profile-error.ts'

/**
 * Reads protocol buffers in place: no object per field. Hostile bytes end in a ProfileError that names the place.
 *
 *     for (let field = reader.next(); field !== 0; field = reader.next()) …
 *
 * After `next` a varint stands in `low` and `high`, bytes in from … to. Fixed-width fields are stepped over.
 */
export class ProtoReader {
  readonly bytes: Uint8Array
  #at: number
  readonly #end: number
  /** Halves of the varint read last, 64 bits. */
  low = 0
  high = 0
  /** Whether the field read last is a string, message or packed list. */
  isBytes = false
  from = 0
  to = 0

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes
    this.#at = from
    this.#end = to
  }

  /** Number of the next field; 0 at the end. */
  next(): number {
    if (this.#at >= this.#end) return 0
    this.varint()
    const field = this.value >>> 3
    const type = this.low & 7
    if (this.high !== 0 || field === 0) throw this.problem('an invalid field number')
    this.isBytes = type === 2
    if (type === 0) {
      this.varint()
    } else if (type === 2) {
      this.varint()
      const length = this.value
      if (length > this.#end - this.#at) throw this.problem('a field reaches beyond the end')
      this.from = this.#at
      this.to = this.#at + length
      this.#at = this.to
    } else if (type === 1 || type === 5) {
      this.#at += type === 1 ? 8 : 4
      if (this.#at > this.#end) throw this.problem('a field reaches beyond the end')
      this.low = 0
      this.high = 0
    } else {
      throw this.problem('an unknown type of field')
    }
    return field
  }

  /** Whether packed numbers are left. */
  get hasMore(): boolean {
    return this.#at < this.#end
  }

  varint(): void {
    let low = 0
    let high = 0
    for (let shift = 0; ; shift += 7) {
      if (this.#at >= this.#end) throw this.problem('a number reaches beyond the end')
      const byte = this.bytes[this.#at++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high |= bits >> 4
      } else if (shift < 63) high |= bits << (shift - 32)
      else if (shift === 63 && bits <= 1) high |= bits << 31
      else throw this.problem('a number of more than 64 bits')
      if (byte < 0x80) break
    }
    this.low = low >>> 0
    this.high = high >>> 0
  }

  /** The varint read last, unsigned; beyond 2^53 it is only near the truth. */
  get value(): number {
    return this.high * 2 ** 32 + this.low
  }

  /** A message or packed list, the field read last. */
  inner(): ProtoReader {
    if (!this.isBytes) throw this.problem('a number where a message is expected')
    return new ProtoReader(this.bytes, this.from, this.to)
  }

  problem(what: string): ProfileError {
    return malformed(this.#at, what)
  }
}
