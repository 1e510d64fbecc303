/**
 * Chosen top-level fields of what was kept of a profile beside its call graph (`AgentProfile.extras`), as plain values.
 * The other fields are stepped over and cost next to nothing.
 */
import { NameInterner } from '../name-interner.ts'
import { ProfileError } from '../profile-error.ts'
import { decodeName } from '../wtf8.ts'
import { readNull, readWhole } from './text-numbers.ts'
import { lobEnd, scalarEnd, skipValue, valueStart } from './text-skip.ts'
import { identifierEnd, isDigit, isWord, space, TextSource } from './text-source.ts'
import { isKeyword, readFieldName } from './text-strings.ts'

/**
 * Numbers are the nearest double. Symbols are strings; timestamps, blobs, clobs and operators are their text as it
 * stands; an S-expression is a list; a typed null is null. Annotations are left out.
 */
export type IonValue = null | boolean | number | string | readonly IonValue[] | IonStruct

/** Of fields with one name the last counts, as with JSON.parse. A Map, so no name can do harm. */
export type IonStruct = ReadonlyMap<string, IonValue>

export interface FieldLimits {
  /** Containers around a value, the field's own included. */
  readonly maxDepth: number
  /** Values in the chosen fields, containers included. */
  readonly maxValues: number
}

const quote = 0x22
const apostrophe = 0x27
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const openParenthesis = 0x28
const closeParenthesis = 0x29
const comma = 0x2c

/** Longer texts are not remembered. */
const maxKnownBytes = 256
const maxKnownTexts = 16_384

/** Keeps its memory from one text to the next, so make one per thread. */
export class FieldReader {
  readonly #limits: FieldLimits
  readonly #source = new TextSource()
  /** Texts come again and again: those met before need not be made anew. */
  #known = new NameInterner()
  #texts: string[] = []
  #at = 0
  #depth = 0
  #values = 0

  constructor(limits: FieldLimits) {
    this.#limits = limits
    this.#source.allowsSymbolZero = true
  }

  /**
   * @param text one struct, as Ion text
   * @param wanted names of top-level fields; the result has those of them that are there
   * @throws ProfileError where the text is no struct, or a wanted field is beyond the limits
   */
  read(text: Uint8Array, wanted: readonly string[]): IonStruct {
    const source = this.#source
    source.load(text)
    this.#depth = 0
    this.#values = 0
    try {
      this.#at = valueStart(source, 0)
      if (source.bytes[this.#at] !== openBrace) throw source.problem(this.#at, 'expected a struct')
      const fields = this.#struct(wanted)
      const end = space(source, this.#at)
      if (end < source.end) throw source.problem(end, 'expected nothing after the struct')
      return fields
    } finally {
      source.release()
      this.#known.release()
      if (this.#texts.length > maxKnownTexts) {
        this.#known = new NameInterner()
        this.#texts = []
      }
    }
  }

  /** The struct that opens here. @param wanted all where it is null */
  #struct(wanted: readonly string[] | null): IonStruct {
    const source = this.#source
    const fields = new Map<string, IonValue>()
    this.#at++
    while (this.#hasNext(closeBrace)) {
      const from = readFieldName(source, this.#at)
      const name = this.#text()
      if (wanted === null || wanted.includes(name)) fields.set(name, this.#value(from, false))
      else this.#at = skipValue(source, from, Number.MAX_SAFE_INTEGER)
      this.#separator(closeBrace)
    }
    return fields
  }

  #list(closing: number): readonly IonValue[] {
    const values: IonValue[] = []
    this.#at++
    while (this.#hasNext(closing)) {
      values.push(this.#value(this.#at, closing === closeParenthesis))
      if (closing === closeBracket) this.#separator(closing)
    }
    return values
  }

  /** Whether the container goes on; else it is stepped out of. */
  #hasNext(closing: number): boolean {
    this.#at = space(this.#source, this.#at)
    if (this.#source.bytes[this.#at] !== closing) return true
    this.#at++
    return false
  }

  /** Steps over a comma, which may also precede the closing byte. */
  #separator(closing: number): void {
    const source = this.#source
    this.#at = space(source, this.#at)
    if (source.bytes[this.#at] === comma) this.#at++
    else if (source.bytes[this.#at] !== closing)
      throw source.problem(this.#at, 'expected a comma or the end of the container')
  }

  #value(from: number, isInParentheses: boolean): IonValue {
    const { maxDepth, maxValues } = this.#limits
    if (++this.#values > maxValues)
      throw new ProfileError('extras', `A field beside the call graph holds more than ${maxValues} values`)
    const source = this.#source
    this.#at = valueStart(source, from)
    const byte = source.bytes[this.#at]!
    const isLob = byte === openBrace && source.bytes[this.#at + 1] === openBrace
    if (isLob) return this.#textTo(lobEnd(source, this.#at))
    if (byte !== openBrace && byte !== openBracket && byte !== openParenthesis)
      return this.#scalar(isInParentheses)
    if (++this.#depth > maxDepth)
      throw new ProfileError('depth', `Values nested deeper than ${maxDepth} levels are refused`)
    const value =
      byte === openBrace
        ? this.#struct(null)
        : this.#list(byte === openBracket ? closeBracket : closeParenthesis)
    this.#depth--
    return value
  }

  #scalar(isInParentheses: boolean): IonValue {
    const source = this.#source
    const from = this.#at
    const byte = source.bytes[from]!
    if (isDigit(byte)) return this.#number(from)
    const to = scalarEnd(source, from, isInParentheses)
    const isWordLike = identifierEnd(source, from) > from
    if (!isWordLike && byte !== quote && byte !== apostrophe) return numberOrText(this.#textTo(to))
    this.#at = to
    if (!isWordLike) return this.#text()
    if (readNull(source, from) >= 0) return null
    if (!isKeyword(source, from, to)) return this.#text()
    return isWord(source, from, to, 'nan') ? Number.NaN : isWord(source, from, to, 'true')
  }

  #number(from: number): number | string {
    const to = readWhole(this.#source, from)
    const whole = this.#source.number
    if (whole < 0) return numberOrText(this.#textTo(to))
    this.#at = to
    return whole
  }

  /** The text read last. */
  #text(): string {
    const { text, textFrom, textTo } = this.#source
    if (textTo - textFrom > maxKnownBytes) return decodeName(text, textFrom, textTo)
    const number = this.#known.intern(text, textFrom, textTo)
    this.#texts[number] ??= decodeName(text, textFrom, textTo)
    return this.#texts[number]
  }

  /** What stands up to `to`, which is stepped over. */
  #textTo(to: number): string {
    const text = decodeName(this.#source.bytes, this.#at, to)
    this.#at = to
    return text
  }
}

/** A number, checked before; or a timestamp or an operator, which stay text. */
function numberOrText(text: string): number | string {
  if (text === '+inf') return Number.POSITIVE_INFINITY
  if (text === '-inf') return Number.NEGATIVE_INFINITY
  const isNegative = text.startsWith('-')
  const digits = (isNegative ? text.slice(1) : text).replaceAll('_', '').toLowerCase()
  const hasRadix = digits.startsWith('0x') || digits.startsWith('0b')
  const number = Number(hasRadix ? digits : digits.replace('d', 'e'))
  if (Number.isNaN(number) || digits === '') return text
  return isNegative ? -number : number
}
