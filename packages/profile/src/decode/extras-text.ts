import { ProfileError } from '../profile-error.ts'

/** Collects the top-level fields that the call tree does not take into one Ion text struct of bounded size. */
export class ExtrasText {
  readonly #limit: number
  #bytes = new Uint8Array(4096)
  #length = 1

  constructor(limit: number) {
    this.#limit = limit
  }

  begin(): void {
    if (this.#bytes.length > 1024 * 1024) this.#bytes = new Uint8Array(4096)
    this.#bytes[0] = 0x7b
    this.#length = 1
  }

  /** Appends bytes[from … to) as it is: text that has been checked, such as a field's name with its colon. */
  addRaw(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from)
    this.#bytes.set(bytes.subarray(from, to), this.#length)
    this.#length += to - from
  }

  addByte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
  }

  addAscii(text: string): void {
    this.#reserve(text.length)
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i)
  }

  endField(): void {
    this.addByte(0x2c)
  }

  /** The struct; `{}` where there was nothing. Valid until the next `begin`. */
  finish(): Uint8Array {
    const end = this.#length === 1 ? 1 : this.#length - 1
    this.#bytes[end] = 0x7d
    return this.#bytes.subarray(0, end + 1)
  }

  #reserve(size: number): void {
    // The closing brace takes the place of the last comma.
    const needed = this.#length + size
    if (needed > this.#limit) {
      throw new ProfileError('extras', `The fields beside the call graph take more than ${this.#limit} bytes`)
    }
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
