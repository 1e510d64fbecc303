/**
 * WTF-8: UTF-8 in which a lone surrogate is kept as its three-byte generalised form. By hand, because TextEncoder
 * replaces lone surrogates and TextDecoder refuses them and eats a byte order mark.
 */
import type { NameTable } from './name-table.ts'

const chunk = 4096

/** JS string → WTF-8. Surrogate pairs join, lone surrogates stay. */
export function encodeName(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let to = 0
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!
    if (point > 0xffff) i++
    to = writeCodePoint(bytes, to, point)
  }
  return bytes.slice(0, to)
}

/** Writes one code point (surrogates included) at `at`; returns the place after it. Four bytes must be free. */
export function writeCodePoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    bytes[at] = point
    return at + 1
  }
  if (point < 0x800) {
    bytes[at] = 0xc0 | (point >> 6)
    bytes[at + 1] = 0x80 | (point & 0x3f)
    return at + 2
  }
  if (point < 0x10000) {
    bytes[at] = 0xe0 | (point >> 12)
    bytes[at + 1] = 0x80 | ((point >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (point & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (point >> 18)
  bytes[at + 1] = 0x80 | ((point >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((point >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (point & 0x3f)
  return at + 4
}

/** WTF-8 → JS string. The bytes must be well-formed, as everything in a NameTable is. */
export function decodeName(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  const units: number[] = []
  for (let i = from; i < to; ) {
    const first = bytes[i]!
    if (first < 0x80) {
      units.push(first)
      i++
    } else if (first < 0xe0) {
      units.push(((first & 0x1f) << 6) | (bytes[i + 1]! & 0x3f))
      i += 2
    } else if (first < 0xf0) {
      units.push(((first & 0xf) << 12) | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f))
      i += 3
    } else {
      const high = ((first & 7) << 18) | ((bytes[i + 1]! & 0x3f) << 12)
      const point = (high | ((bytes[i + 2]! & 0x3f) << 6) | (bytes[i + 3]! & 0x3f)) - 0x10000
      units.push(0xd800 | (point >> 10), 0xdc00 | (point & 0x3ff))
      i += 4
    }
    if (units.length >= chunk) {
      text += String.fromCharCode.apply(null, units)
      units.length = 0
    }
  }
  return text + String.fromCharCode.apply(null, units)
}

/** Name `index` of a table as a JS string; lone surrogates come back as they came. */
export function nameAt(table: NameTable, index: number): string {
  return decodeName(table.bytes, table.offsets[index]!, table.offsets[index + 1]!)
}

/**
 * Length of the valid UTF-8 sequence of two to four bytes at `at`, or 0: overlong forms, surrogates, code points
 * above U+10FFFF and truncated sequences are none. Reads up to three bytes further than `at`.
 */
export function utf8SequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  const second = bytes[at + 1]!
  if ((second & 0xc0) !== 0x80) return 0
  if (first >= 0xc2 && first <= 0xdf) return 2
  if (((bytes[at + 2] ?? 0) & 0xc0) !== 0x80) return 0
  if (first >= 0xe0 && first <= 0xef) {
    if (first === 0xe0 && second < 0xa0) return 0
    return first === 0xed && second > 0x9f ? 0 : 3
  }
  if (((bytes[at + 3] ?? 0) & 0xc0) !== 0x80) return 0
  if (first === 0xf0) return second >= 0x90 ? 4 : 0
  if (first === 0xf4) return second <= 0x8f ? 4 : 0
  return first > 0xf0 && first < 0xf4 ? 4 : 0
}

/** Text out of a hostile body, made fit for an error message: at most 40 characters, printable ASCII, quoted. */
export function quoteForMessage(bytes: Uint8Array, from: number, to: number): string {
  let text = '"'
  const shown = Math.min(to, from + 40)
  for (let i = from; i < shown; i++) {
    const byte = bytes[i]!
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
    text += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `${text}${shown < to ? '…' : ''}"`
}
