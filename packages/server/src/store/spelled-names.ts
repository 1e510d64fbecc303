import { fingerprints, type NameTable, normaliseName } from '@wick/profile'
import { PayloadWriter } from './payload-codec.ts'
import { PrintNumbers } from './print-numbers.ts'

/** One for all: names are spelled out in one go. */
const news = new PayloadWriter()

/** The names of one kind that a segment has spelled out for a group, as the numbers they have from then on. */
export class SpelledNames {
  readonly #numbers = new PrintNumbers()
  readonly #isNormalising: boolean

  /** @param isNormalising whether generated parts of names are left out */
  constructor(isNormalising: boolean) {
    this.#isNormalising = isNormalising
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#numbers.byteLength
  }

  /** Writes those of a table that are new: how many, then length and bytes of each. @returns the numbers of all of them */
  spell(out: PayloadWriter, { bytes, offsets, length }: NameTable, prints: Int32Array): Int32Array {
    const before = this.#numbers.length
    const numberOf = this.#numbers.findAll(prints)
    for (let name = 0; name < length; name++) {
      if (numberOf[name]! >= 0) continue
      const from = offsets[name]!
      const to = offsets[name + 1]!
      // What is known is normal already: only names never seen before are looked at, and those that change.
      const normal = this.#isNormalising ? normaliseName(bytes, from, to) : null
      numberOf[name] =
        normal === null
          ? this.#number(prints, name, bytes, from, to)
          : this.#number(printsOf(normal), 0, normal, 0, normal.length)
    }
    out.uint(this.#numbers.length - before)
    out.raw(news.take())
    return numberOf
  }

  /** Of one name, which is spelled out where it is new. */
  #number(prints: Int32Array, name: number, bytes: Uint8Array, from: number, to: number): number {
    const { length } = this.#numbers
    const number = this.#numbers.number(prints[2 * name]!, prints[2 * name + 1]!)
    if (number === length) news.bytes(bytes, from, to)
    return number
  }
}

function printsOf(name: Uint8Array): Int32Array {
  return fingerprints({ bytes: name, offsets: Uint32Array.of(0, name.length), length: 1 })
}
