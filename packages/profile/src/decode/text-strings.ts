/**
 * Strings and symbols of JSON and Ion text. A text without escapes stays where it is in the body; one with escapes
 * is put together in `source.unescaped`. Either way it ends up as source.text[textFrom … textTo).
 */
import { utf8SequenceLength, writeCodePoint } from '../wtf8.ts'
import { identifierEnd, isWord, space, type TextSource } from './text-source.ts'

const quote = 0x22
const apostrophe = 0x27
const backslash = 0x5c

/** Symbols 0 to 9, which every Ion document knows; the first has no text. */
export const systemSymbols: readonly string[] = [
  '',
  '$ion',
  '$ion_1_0',
  '$ion_symbol_table',
  'name',
  'version',
  'imports',
  'symbols',
  'max_id',
  '$ion_shared_symbol_table',
]

/**
 * The first byte at or after `at` that does not stand for itself in a double-quoted string: quote, backslash, control
 * character or a byte above ASCII. Four at a time: in each term the lowest set high bit is exact, because a borrow
 * only travels upwards from a true hit.
 */
function plainEnd(view: DataView, at: number): number {
  for (let pos = at; ; pos += 4) {
    const word = view.getInt32(pos, true)
    const quotes = word ^ 0x22222222
    const backslashes = word ^ 0x5c5c5c5c
    const hits =
      (((quotes - 0x01010101) & ~quotes) |
        ((backslashes - 0x01010101) & ~backslashes) |
        ((word - 0x20202020) & ~word) |
        word) &
      0x80808080
    if (hits !== 0) return pos + ((31 - Math.clz32(hits & -hits)) >> 3)
  }
}

/** Reads the text value at `at` (string or symbol); returns the place after it, or -1 where there is none. */
export function readText(source: TextSource, at: number): number {
  const byte = source.bytes[at]!
  if (byte === quote) return readQuoted(source, at)
  if (byte === apostrophe) {
    return isLongQuote(source, at) ? readLongString(source, at) : readQuotedSlow(source, at, at + 1)
  }
  const to = identifierEnd(source, at)
  if (to === at || isKeyword(source, at, to)) return -1
  if (isSymbolId(source, at, to)) readSystemSymbol(source, at, to)
  else setText(source, source.bytes, at, to)
  return to
}

/** Reads a struct's field name and the colon after it; returns the place after the colon. */
export function readFieldName(source: TextSource, at: number): number {
  const end = readText(source, at)
  if (end < 0) throw source.problem(at, 'expected a field name')
  const colon = space(source, end)
  if (source.bytes[colon] !== 0x3a) throw source.problem(colon, 'expected a colon')
  if (source.bytes[colon + 1] === 0x3a) throw source.problem(colon, 'a field name has no annotations')
  return colon + 1
}

/** Reads the double-quoted string that opens at `at`; returns the place after its closing quote. */
export function readQuoted(source: TextSource, at: number): number {
  const to = plainEnd(source.view, at + 1)
  if (source.bytes[to] !== quote) return readQuotedSlow(source, at, to)
  setText(source, source.bytes, at + 1, to)
  return to + 1
}

/** As `readQuoted`, for either quote; everything before `at` is known to stand for itself. */
function readQuotedSlow(source: TextSource, open: number, at: number): number {
  const bytes = source.bytes
  const closing = bytes[open]!
  for (let pos = at; ; ) {
    const byte = bytes[pos]!
    if (byte === closing) {
      setText(source, bytes, open + 1, pos)
      return pos + 1
    }
    if (byte === backslash) return readEscaped(source, open, pos)
    pos = stringCharacter(source, pos)
  }
}

/** Copies a string with escapes; the first one is at `at`. */
function readEscaped(source: TextSource, open: number, at: number): number {
  const bytes = source.bytes
  const closing = bytes[open]!
  source.textTo = 0
  /** Start of the characters that stand for themselves and are not copied yet. */
  let run = open + 1
  for (let pos = at; ; ) {
    const byte = bytes[pos]!
    if (byte === closing) {
      append(source, run, pos)
      setText(source, source.unescaped, 0, source.textTo)
      return pos + 1
    }
    if (byte === backslash) {
      append(source, run, pos)
      pos = readEscape(source, pos, closing === quote)
      run = pos
    } else {
      pos = stringCharacter(source, pos)
    }
  }
}

/** Segments in triple apostrophes, which may span lines and are joined. */
function readLongString(source: TextSource, at: number): number {
  const bytes = source.bytes
  source.textTo = 0
  let pos = at + 3
  let run = pos
  for (;;) {
    const byte = bytes[pos]!
    const isEnd = byte === apostrophe && isLongQuote(source, pos)
    if (!isEnd && byte !== backslash && byte !== 0x0d) {
      pos = byte >= 0x09 && byte <= 0x0c ? pos + 1 : stringCharacter(source, pos)
      continue
    }
    append(source, run, pos)
    if (isEnd) {
      const next = space(source, pos + 3)
      if (!isLongQuote(source, next)) break
      pos = next + 3
    } else if (byte === backslash) {
      pos = readEscape(source, pos, false)
    } else {
      // A line break is one newline, however it is written.
      appendCodePoint(source, 0x0a)
      pos += bytes[pos + 1] === 0x0a ? 2 : 1
    }
    run = pos
  }
  setText(source, source.unescaped, 0, source.textTo)
  return pos + 3
}

/** Steps over one character that stands for itself. */
function stringCharacter(source: TextSource, at: number): number {
  const byte = source.bytes[at]!
  if (byte < 0x20) {
    if (at >= source.end) throw source.problem(at, 'expected the end of a string')
    throw source.problem(at, 'a control character in a string must be escaped')
  }
  if (byte < 0x80) return at + 1
  const length = utf8SequenceLength(source.bytes, at)
  if (length === 0) throw source.problem(at, 'invalid UTF-8')
  return at + length
}

/** Appends what the escape at `at` means; returns the place after it. */
function readEscape(source: TextSource, at: number, allowsLoneSurrogates: boolean): number {
  const kind = source.bytes[at + 1]!
  if (kind === 0x75) return readUnicodeEscape(source, at, allowsLoneSurrogates)
  if (kind === 0x78) {
    appendCodePoint(source, hex(source, at + 2, 2))
    return at + 4
  }
  if (kind === 0x55) {
    const point = hex(source, at + 2, 8)
    if (point > 0x10ffff || isSurrogate(point)) throw source.problem(at, 'an escape outside Unicode')
    appendCodePoint(source, point)
    return at + 10
  }
  // An escaped line break stands for nothing.
  if (kind === 0x0a) return at + 2
  if (kind === 0x0d) return at + (source.bytes[at + 2] === 0x0a ? 3 : 2)
  const index = simpleEscapes.indexOf(String.fromCharCode(kind))
  if (index < 0) throw source.problem(at + 1, 'an unknown escape')
  appendCodePoint(source, simpleMeanings.charCodeAt(index))
  return at + 2
}

const simpleEscapes = '"\\/bfnrt\'?av0'
const simpleMeanings = '"\\/\b\f\n\r\t\'?\x07\v\0'

/** \uXXXX; a pair of surrogates joins, a lone one is data where JSON put it and an error anywhere else. */
function readUnicodeEscape(source: TextSource, at: number, allowsLone: boolean): number {
  const unit = hex(source, at + 2, 4)
  if (!isSurrogate(unit)) {
    appendCodePoint(source, unit)
    return at + 6
  }
  if (unit < 0xdc00 && source.bytes[at + 6] === backslash && source.bytes[at + 7] === 0x75) {
    const low = hex(source, at + 8, 4)
    if (low >= 0xdc00 && low <= 0xdfff) {
      appendCodePoint(source, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
      return at + 12
    }
  }
  if (!allowsLone) throw source.problem(at, 'a surrogate without its pair')
  appendCodePoint(source, unit)
  return at + 6
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff
}

function hex(source: TextSource, at: number, digits: number): number {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const digit = hexDigit(source.bytes[i]!)
    if (digit < 0) throw source.problem(i, 'expected a hexadecimal digit')
    value = value * 16 + digit
  }
  return value
}

export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function append(source: TextSource, from: number, to: number): void {
  reserve(source, to - from)
  source.unescaped.set(source.bytes.subarray(from, to), source.textTo)
  source.textTo += to - from
}

function appendCodePoint(source: TextSource, point: number): void {
  reserve(source, 4)
  source.textTo = writeCodePoint(source.unescaped, source.textTo, point)
}

function reserve(source: TextSource, size: number): void {
  const needed = source.textTo + size
  if (needed <= source.unescaped.length) return
  const grown = new Uint8Array(Math.max(needed, source.unescaped.length * 2))
  grown.set(source.unescaped)
  source.unescaped = grown
}

function setText(source: TextSource, text: Uint8Array, from: number, to: number): void {
  source.text = text
  source.textFrom = from
  source.textTo = to
}

export function isLongQuote(source: TextSource, at: number): boolean {
  const bytes = source.bytes
  return bytes[at] === apostrophe && bytes[at + 1] === apostrophe && bytes[at + 2] === apostrophe
}

/** Unquoted words that are values of their own and no symbols. */
export function isKeyword(source: TextSource, from: number, to: number): boolean {
  return (
    isWord(source, from, to, 'null') ||
    isWord(source, from, to, 'true') ||
    isWord(source, from, to, 'false') ||
    isWord(source, from, to, 'nan')
  )
}

/** Whether the identifier is a symbol id, `$10`. */
function isSymbolId(source: TextSource, from: number, to: number): boolean {
  if (source.bytes[from] !== 0x24 || to === from + 1) return false
  for (let i = from + 1; i < to; i++) if (source.bytes[i]! < 0x30 || source.bytes[i]! > 0x39) return false
  return true
}

/** Without symbol tables only the symbols every document knows have a text. */
function readSystemSymbol(source: TextSource, from: number, to: number): void {
  const symbol = to === from + 2 ? systemSymbols[source.bytes[from + 1]! - 0x30] : undefined
  if (symbol === undefined || (symbol === '' && !source.allowsSymbolZero))
    throw source.problem(from, 'a symbol id without text')
  source.textTo = 0
  for (let i = 0; i < symbol.length; i++) appendCodePoint(source, symbol.charCodeAt(i))
  setText(source, source.unescaped, 0, source.textTo)
}
