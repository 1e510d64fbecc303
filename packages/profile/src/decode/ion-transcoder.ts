/**
 * Ion binary values as Ion text, so that what Wick does not use yet is kept in a form that needs no symbol table.
 * Everything Ion can say survives: annotations, timestamps, decimals, blobs. Without recursion.
 */
import { malformed, ProfileError } from '../profile-error.ts'
import type { ExtrasText } from './extras-text.ts'
import { coefficient, floatValue } from './ion-numbers.ts'
import { type IonSource, ionType } from './ion-source.ts'
import type { SymbolTexts } from './ion-symbols.ts'
import { timestampText } from './ion-timestamp.ts'

const nullNames: readonly string[] = [
  'null',
  'null.bool',
  'null.int',
  'null.int',
  'null.float',
  'null.decimal',
  'null.timestamp',
  'null.symbol',
  'null.string',
  'null.clob',
  'null.blob',
  'null.list',
  'null.sexp',
  'null.struct',
]
const hexDigits = '0123456789abcdef'
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export class IonTranscoder {
  readonly #source: IonSource
  readonly #symbols: SymbolTexts
  readonly #out: ExtrasText
  readonly #maxDepth: number

  constructor(source: IonSource, symbols: SymbolTexts, out: ExtrasText, maxDepth: number) {
    this.#source = source
    this.#symbols = symbols
    this.#out = out
    this.#maxDepth = maxDepth
  }

  /** Writes one field: the symbol as its name, and the value at `at`. */
  addField(symbol: number, at: number, limit: number): void {
    this.#fieldName(symbol, at)
    this.#value(at, limit)
    this.#out.endField()
  }

  #value(at: number, limit: number): void {
    const source = this.#source
    const out = this.#out
    /** Type and end of each container that is open. */
    const open: { type: number; end: number; isFirst: boolean }[] = []
    let pos = at
    for (;;) {
      const inner = open.at(-1)
      if (inner !== undefined && pos === inner.end) {
        out.addAscii(closing(inner.type))
        open.pop()
        if (open.length === 0) return
        continue
      }
      const end = inner?.end ?? limit
      if (inner?.type === ionType.struct) pos = source.varUint(pos, end)
      const name = source.number
      const valueAt = pos
      let content = source.head(pos, end)
      if (source.type === ionType.null && !source.isNull) {
        // Padding; in a struct it has a name, which means nothing.
        pos = source.end
        continue
      }
      if (inner !== undefined) this.#separator(inner)
      if (inner?.type === ionType.struct) this.#fieldName(name, valueAt)
      if (source.type === ionType.annotation) {
        this.#annotations(content)
        content = source.value(valueAt, end)
      }
      if (source.type >= ionType.list && !source.isNull) {
        if (open.length >= this.#maxDepth) {
          throw new ProfileError('depth', `Values nested deeper than ${this.#maxDepth} levels are refused`)
        }
        out.addAscii(opening(source.type))
        open.push({ type: source.type, end: source.end, isFirst: true })
        pos = content
        continue
      }
      pos = source.end
      this.#scalar(content)
      if (open.length === 0) return
    }
  }

  #separator(inner: { type: number; isFirst: boolean }): void {
    if (!inner.isFirst) this.#out.addAscii(inner.type === ionType.sexp ? ' ' : ',')
    inner.isFirst = false
  }

  #fieldName(symbol: number, at: number): void {
    this.#symbol(symbol, at, '"')
    this.#out.addByte(0x3a)
  }

  #annotations(content: number): void {
    const source = this.#source
    const end = source.end
    let pos = source.varUint(content, end)
    const to = source.annotations(content, end)
    while (pos < to) {
      pos = source.varUint(pos, to)
      this.#symbol(source.number, pos, "'")
      this.#out.addAscii('::')
    }
  }

  /** A symbol's text in quotes; $0 where it has none. */
  #symbol(symbol: number, at: number, quote: string): void {
    if (symbol >= this.#symbols.count) throw malformed(at, `the symbol ${symbol} is not in the symbol table`)
    const symbols = this.#symbols
    if (!symbols.findText(symbol)) this.#out.addAscii('$0')
    else this.#quoted(symbols.text, symbols.textFrom, symbols.textTo, quote)
  }

  #scalar(content: number): void {
    const source = this.#source
    const { type, end } = source
    const out = this.#out
    if (source.isNull) {
      out.addAscii(nullNames[type]!)
    } else if (type === ionType.bool) {
      out.addAscii((source.bytes[content - 1]! & 1) === 1 ? 'true' : 'false')
    } else if (type === ionType.positiveInt || type === ionType.negativeInt) {
      this.#integer(content, end, type === ionType.negativeInt)
    } else if (type === ionType.float) {
      out.addAscii(floatText(floatValue(source, content)))
    } else if (type === ionType.decimal) {
      this.#decimal(content, end)
    } else if (type === ionType.timestamp) {
      out.addAscii(timestampText(source, content))
    } else if (type === ionType.symbol) {
      this.#symbolValue(content, end)
    } else if (type === ionType.string) {
      source.checkUtf8(content, end)
      this.#quoted(source.bytes, content, end, '"')
    } else if (type === ionType.clob) {
      this.#clob(content, end)
    } else {
      this.#blob(content, end)
    }
  }

  #integer(from: number, to: number, isNegative: boolean): void {
    const { bytes } = this.#source
    const out = this.#out
    if (isNegative) out.addByte(0x2d)
    if (to - from > 8) {
      // Digits of a long integer would take time growing with its square; hexadecimal ones do not.
      out.addAscii('0x')
      for (let i = from; i < to; i++) {
        out.addByte(hexDigits.charCodeAt(bytes[i]! >> 4))
        out.addByte(hexDigits.charCodeAt(bytes[i]! & 15))
      }
      return
    }
    let value = 0n
    for (let i = from; i < to; i++) value = value * 256n + BigInt(bytes[i]!)
    if (isNegative && value === 0n) throw malformed(from, 'an integer must not be minus zero')
    out.addAscii(value.toString())
  }

  #decimal(content: number, end: number): void {
    const source = this.#source
    const from = content === end ? end : source.varInt(content, end)
    const exponent = content === end ? 0 : source.number
    const digits = coefficient(source, from, end)
    if (digits === null) throw malformed(content, 'a decimal of more than eight bytes')
    this.#out.addAscii(`${digits.isNegative ? '-' : ''}${decimalText(digits.value.toString(), exponent)}`)
  }

  #symbolValue(content: number, end: number): void {
    let symbol = 0
    for (let i = content; i < end; i++) symbol = Math.min(symbol * 256 + this.#source.bytes[i]!, 0x7fffffff)
    this.#symbol(symbol, content, "'")
  }

  /** Text as JSON would escape it, in either quote. */
  #quoted(bytes: Uint8Array, from: number, to: number, quote: string): void {
    const out = this.#out
    const closing = quote.charCodeAt(0)
    out.addByte(closing)
    let start = from
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!
      if (byte >= 0x20 && byte !== 0x5c && byte !== closing) continue
      out.addRaw(bytes, start, i)
      start = i + 1
      if (byte < 0x20) out.addAscii(`\\u00${hexByte(byte)}`)
      else out.addAscii(`\\${String.fromCharCode(byte)}`)
    }
    out.addRaw(bytes, start, to)
    out.addByte(closing)
  }

  #clob(from: number, to: number): void {
    const out = this.#out
    out.addAscii('{{"')
    for (let i = from; i < to; i++) {
      const byte = this.#source.bytes[i]!
      const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      if (isPlain) out.addByte(byte)
      else out.addAscii(`\\x${hexByte(byte)}`)
    }
    out.addAscii('"}}')
  }

  #blob(from: number, to: number): void {
    const { bytes } = this.#source
    const out = this.#out
    out.addAscii('{{')
    for (let i = from; i < to; i += 3) {
      const [a, b, c] = [bytes[i]!, i + 1 < to ? bytes[i + 1]! : 0, i + 2 < to ? bytes[i + 2]! : 0]
      out.addByte(base64.charCodeAt(a >> 2))
      out.addByte(base64.charCodeAt(((a & 3) << 4) | (b >> 4)))
      out.addByte(i + 1 < to ? base64.charCodeAt(((b & 15) << 2) | (c >> 6)) : 0x3d)
      out.addByte(i + 2 < to ? base64.charCodeAt(c & 63) : 0x3d)
    }
    out.addAscii('}}')
  }
}

function opening(type: number): string {
  if (type === ionType.struct) return '{'
  return type === ionType.list ? '[' : '('
}

function closing(type: number): string {
  if (type === ionType.struct) return '}'
  return type === ionType.list ? ']' : ')'
}

/** A float has an exponent in Ion text; without one it would be a decimal. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (value === Infinity) return '+inf'
  if (value === -Infinity) return '-inf'
  const text = Object.is(value, -0) ? '-0' : `${value}`
  return text.includes('e') ? text : `${text}e0`
}

/** Digits × 10^exponent; with a point where that takes no more than a few zeros, because JSON knows no `d`. */
function decimalText(digits: string, exponent: number): string {
  if (exponent >= 0 || exponent < -30) return `${digits}d${exponent}`
  const padded = digits.padStart(1 - exponent, '0')
  return `${padded.slice(0, exponent)}.${padded.slice(exponent)}`
}

function hexByte(byte: number): string {
  return hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15)
}
