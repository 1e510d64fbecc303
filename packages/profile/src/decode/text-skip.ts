/** Values of JSON and Ion text that nobody wants: checked, stepped over, never built. Without recursion. */
import { ProfileError } from '../profile-error.ts'
import { numberEnd, readNull } from './text-numbers.ts'
import {
  anyCharacter,
  identifierEnd,
  isDigit,
  isStop,
  isWord,
  space,
  type TextSource,
} from './text-source.ts'
import { isKeyword, isLongQuote, readFieldName, readText } from './text-strings.ts'

const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const openParenthesis = 0x28
const closeParenthesis = 0x29
const comma = 0x2c

/** Skips white space, comments and annotations: the place where the value itself starts. */
export function valueStart(source: TextSource, at: number): number {
  for (let pos = space(source, at); ; ) {
    const byte = source.bytes[pos]!
    const isQuoted = byte === 0x27 && !isLongQuote(source, pos)
    if (!isQuoted && identifierEnd(source, pos) === pos) return pos
    const end = readText(source, pos)
    if (end < 0) return pos
    const next = space(source, end)
    if (source.bytes[next] !== 0x3a || source.bytes[next + 1] !== 0x3a) return pos
    pos = space(source, next + 2)
  }
}

/** Steps over the value at `at`, annotations included; returns the place after it. */
export function skipValue(source: TextSource, at: number, maxDepth: number): number {
  const bytes = source.bytes
  /** The closing byte of each container that is open. */
  const open: number[] = []
  let pos = at
  for (;;) {
    pos = valueStart(source, pos)
    const byte = bytes[pos]!
    const isLob = byte === openBrace && bytes[pos + 1] === openBrace
    if (!isLob && (byte === openBrace || byte === openBracket || byte === openParenthesis)) {
      if (open.length >= maxDepth) {
        throw new ProfileError('depth', `Values nested deeper than ${maxDepth} levels are refused`)
      }
      open.push(closerOf(byte))
      pos = space(source, pos + 1)
      if (bytes[pos] !== open.at(-1)) {
        if (byte === openBrace) pos = readFieldName(source, pos)
        continue
      }
    } else {
      pos = isLob ? lobEnd(source, pos) : scalarEnd(source, pos, open.at(-1) === closeParenthesis)
      if (open.length === 0) return pos
    }
    pos = nextValue(source, pos, open)
    if (open.length === 0) return pos
  }
}

function closerOf(byte: number): number {
  if (byte === openBrace) return closeBrace
  return byte === openBracket ? closeBracket : closeParenthesis
}

/** After a value: closes the containers that end here and finds the next value in the one that stays open. */
function nextValue(source: TextSource, at: number, open: number[]): number {
  const bytes = source.bytes
  for (let pos = at; ; ) {
    const closer = open.at(-1)!
    pos = space(source, pos)
    const hasComma = bytes[pos] === comma && closer !== closeParenthesis
    if (hasComma) pos = space(source, pos + 1)
    if (bytes[pos] === closer) {
      open.pop()
      pos++
      if (open.length === 0) return pos
    } else if (closer === closeParenthesis) {
      return pos
    } else if (hasComma) {
      return closer === closeBrace ? readFieldName(source, pos) : pos
    } else {
      throw source.problem(pos, 'expected a comma or the end of the container')
    }
  }
}

/** The end of the scalar at `at`, checked; a string's or symbol's text is the one read last. */
export function scalarEnd(source: TextSource, at: number, isInParentheses: boolean): number {
  const byte = source.bytes[at]!
  if (byte === 0x22 || byte === 0x27) return readText(source, at)
  if (isInParentheses && isOperator(byte) && !isNumberAt(source, at)) {
    let pos = at
    while (isOperator(source.bytes[pos]!)) pos++
    return pos
  }
  if (isDigit(byte) || byte === 0x2d || byte === 0x2b) return numberEnd(source, at)
  const afterNull = readNull(source, at)
  if (afterNull >= 0) return afterNull
  const end = identifierEnd(source, at)
  if (end === at) throw source.problem(at, 'expected a value')
  if (!isKeyword(source, at, end)) readText(source, at)
  if (!isStop(source.bytes[end]!) && !isOperator(source.bytes[end]!)) {
    throw source.problem(end, 'expected the end of a value')
  }
  return end
}

function isNumberAt(source: TextSource, at: number): boolean {
  const byte = source.bytes[at]
  if (byte === 0x2d && isDigit(source.bytes[at + 1]!)) return true
  if (byte !== 0x2d && byte !== 0x2b) return false
  return isWord(source, at + 1, at + 4, 'inf') && isStop(source.bytes[at + 4]!)
}

function isOperator(byte: number): boolean {
  return byte !== 0 && '!#%&*+-./;<=>?@^`|~'.includes(String.fromCharCode(byte))
}

/** {{base64}}, {{"text"}} or {{'''text'''}}: white space is allowed around, comments are not. */
export function lobEnd(source: TextSource, at: number): number {
  const bytes = source.bytes
  let pos = blank(source, at + 2)
  if (bytes[pos] === 0x22) pos = clobEnd(source, pos + 1, 1)
  else if (bytes[pos] === 0x27) pos = longClobEnd(source, pos)
  else pos = base64End(source, pos)
  pos = blank(source, pos)
  if (bytes[pos] !== closeBrace || bytes[pos + 1] !== closeBrace) throw source.problem(pos, 'expected }}')
  return pos + 2
}

function longClobEnd(source: TextSource, at: number): number {
  let pos = at
  if (!isLongQuote(source, pos)) throw source.problem(pos, 'expected a clob')
  for (let next = pos; isLongQuote(source, next); next = blank(source, pos))
    pos = clobEnd(source, next + 3, 3)
  return pos
}

/** Characters up to the closing quotes; ASCII only. */
function clobEnd(source: TextSource, at: number, quotes: number): number {
  const bytes = source.bytes
  for (let pos = at; ; ) {
    const byte = bytes[pos]!
    if (quotes === 1 ? byte === 0x22 : isLongQuote(source, pos)) return pos + quotes
    const isControl = byte < 0x20 && (quotes === 1 || byte < 0x09 || byte > 0x0d)
    if (isControl || byte >= 0x80) throw source.problem(pos, 'a clob is ASCII')
    if (byte === 0x5c && (bytes[pos + 1]! | 0x20) === 0x75) throw source.problem(pos, 'an unknown escape')
    pos = byte === 0x5c ? anyCharacter(source, pos + 1) : pos + 1
  }
}

function base64End(source: TextSource, at: number): number {
  let digits = 0
  let padding = 0
  for (let pos = at; ; pos = blank(source, pos + 1)) {
    const byte = source.bytes[pos]!
    if (byte === 0x3d) padding++
    else if (padding === 0 && isBase64(byte)) digits++
    else {
      if ((digits + padding) % 4 !== 0 || padding > 2) throw source.problem(pos, 'invalid base64')
      return pos
    }
  }
}

function isBase64(byte: number): boolean {
  const letter = byte | 0x20
  return (letter >= 0x61 && letter <= 0x7a) || isDigit(byte) || byte === 0x2b || byte === 0x2f
}

function blank(source: TextSource, at: number): number {
  let pos = at
  while (source.bytes[pos] === 0x20 || (source.bytes[pos]! >= 0x09 && source.bytes[pos]! <= 0x0d)) pos++
  return pos
}
