/** Numbers, timestamps and nulls of JSON and Ion text. */
import { notWhole } from './scratch.ts'
import { identifierEnd, isDigit, isStop, isWord, type TextSource } from './text-source.ts'
import { hexDigit } from './text-strings.ts'

const nullTypes: readonly string[] = [
  'null',
  'bool',
  'int',
  'float',
  'decimal',
  'timestamp',
  'symbol',
  'string',
  'clob',
  'blob',
  'list',
  'struct',
  'sexp',
]

/** The place after the null at `at` (`null` or a typed one), or -1 where there is none. */
export function readNull(source: TextSource, at: number): number {
  if (source.bytes[at] !== 0x6e) return -1
  const to = identifierEnd(source, at)
  if (!isWord(source, at, to, 'null')) return -1
  if (source.bytes[to] !== 0x2e) return stopped(source, to)
  const end = identifierEnd(source, to + 1)
  if (!nullTypes.some((type) => isWord(source, to + 1, end, type))) {
    throw source.problem(to + 1, 'expected the type of a null')
  }
  return stopped(source, end)
}

/** Reads a whole number into `source.number` (or why it is none); returns the place after it, -1 if no number. */
export function readWhole(source: TextSource, at: number): number {
  const afterNull = readNull(source, at)
  if (afterNull >= 0) {
    source.number = notWhole.absent
    return afterNull
  }
  const byte = source.bytes[at]!
  if (byte !== 0x2d && byte !== 0x2b && !isDigit(byte)) return -1
  const end = numberEnd(source, at)
  source.number = wholeValue(source, at, end)
  return end
}

/** The end of the number or timestamp at `at`, checked character by character. */
export function numberEnd(source: TextSource, at: number): number {
  const bytes = source.bytes
  const isSigned = bytes[at] === 0x2d || bytes[at] === 0x2b
  const from = isSigned ? at + 1 : at
  if (isSigned && isWord(source, from, from + 3, 'inf')) return stopped(source, from + 3)
  if (bytes[at] === 0x2b || !isDigit(bytes[from]!)) throw source.problem(from, 'expected a number')
  const radix = bytes[from] === 0x30 ? bytes[from + 1]! | 0x20 : 0
  if (radix === 0x78) return stopped(source, digitsEnd(source, from + 2, 16))
  if (radix === 0x62) return stopped(source, digitsEnd(source, from + 2, 2))
  let pos = digitsEnd(source, from, 10)
  if (!isSigned && pos === at + 4 && (bytes[pos] === 0x2d || bytes[pos] === 0x54))
    return timestampEnd(source, at)
  if (bytes[from] === 0x30 && pos > from + 1) throw source.problem(from, 'a number must not start with zero')
  if (bytes[pos] === 0x2e) {
    pos++
    if (isDigit(bytes[pos]!)) pos = digitsEnd(source, pos, 10)
  }
  const exponent = bytes[pos]! | 0x20
  if (exponent === 0x65 || exponent === 0x64) {
    pos++
    if (bytes[pos] === 0x2b || bytes[pos] === 0x2d) pos++
    while (isDigit(bytes[pos]!) || !isDigit(bytes[pos - 1]!)) {
      if (!isDigit(bytes[pos]!)) throw source.problem(pos, 'expected a digit')
      pos++
    }
  }
  return stopped(source, pos)
}

/** At least one digit; single underscores between digits. */
function digitsEnd(source: TextSource, at: number, radix: number): number {
  const bytes = source.bytes
  for (let pos = at; ; pos++) {
    const digit = hexDigit(bytes[pos]!)
    if (digit < 0 || digit >= radix) throw source.problem(pos, 'expected a digit')
    const next = bytes[pos + 1]!
    if (next === 0x5f) pos++
    else if (hexDigit(next) < 0 || hexDigit(next) >= radix) return pos + 1
  }
}

function stopped(source: TextSource, at: number): number {
  if (!isStop(source.bytes[at]!)) throw source.problem(at, 'expected the end of a value')
  return at
}

/** The value of a checked number, or a code of `notWhole`. Exact: nothing passes through a rounded double. */
function wholeValue(source: TextSource, from: number, end: number): number {
  const bytes = source.bytes
  const isNegative = bytes[from] === 0x2d
  const at = isNegative ? from + 1 : from
  if (!isDigit(bytes[at]!)) return notWhole.noNumber
  const radix = bytes[at] === 0x30 ? bytes[at + 1]! | 0x20 : 0
  let value: number
  if (radix === 0x78) value = radixValue(source, at + 2, end, 16)
  else if (radix === 0x62) value = radixValue(source, at + 2, end, 2)
  else value = decimalValue(source, at, end)
  if (isNegative && value !== 0 && value !== notWhole.noNumber) return notWhole.negative
  return value
}

function radixValue(source: TextSource, from: number, to: number, radix: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    if (source.bytes[i] === 0x5f) continue
    value = value * radix + hexDigit(source.bytes[i]!)
    if (value > Number.MAX_SAFE_INTEGER) return notWhole.tooLarge
  }
  return value
}

/** Digits, fraction, exponent: zeros at the end are held back, so 50e-1 is 5 and 1e3 is 1000. */
function decimalValue(source: TextSource, from: number, to: number): number {
  let value = 0
  /** Zeros read but not yet multiplied in. */
  let zeros = 0
  let fractionDigits = 0
  let isFraction = false
  let exponent = 0
  for (let i = from; i < to; i++) {
    const byte = source.bytes[i]!
    if (isDigit(byte)) {
      if (isFraction) fractionDigits++
      if (byte === 0x30) {
        zeros++
      } else {
        // Beyond 2^53 exactness is gone; then it only matters that the value is too large, or a fraction.
        value = timesTenTo(value, zeros + 1) + byte - 0x30
        zeros = 0
      }
    } else if (byte === 0x2e) {
      isFraction = true
    } else if (byte === 0x2d || byte === 0x54) {
      return notWhole.noNumber
    } else if (byte !== 0x5f) {
      exponent = exponentValue(source, i + 1, to)
      break
    }
  }
  if (value === 0) return 0
  const power = exponent - fractionDigits + zeros
  if (power < 0) return notWhole.fraction
  const whole = timesTenTo(value, power)
  return whole > Number.MAX_SAFE_INTEGER ? notWhole.tooLarge : whole
}

/** value × 10^power, stopping soon after 2^53. */
function timesTenTo(value: number, power: number): number {
  let product = value
  for (let i = 0; i < power && product !== 0 && product <= Number.MAX_SAFE_INTEGER; i++) product *= 10
  return product
}

function exponentValue(source: TextSource, from: number, to: number): number {
  const isNegative = source.bytes[from] === 0x2d
  let value = 0
  for (let i = from; i < to; i++) {
    if (isDigit(source.bytes[i]!)) value = Math.min(value * 10 + source.bytes[i]! - 0x30, 1e12)
  }
  return isNegative ? -value : value
}

/** yyyyT, yyyy-mmT, yyyy-mm-dd, or with a time of day and an offset. */
function timestampEnd(source: TextSource, at: number): number {
  const year = twoDigits(source, at, 0, 99) * 100 + twoDigits(source, at + 2, 0, 99)
  if (year === 0) throw source.problem(at, 'expected a year')
  if (source.bytes[at + 4] === 0x54) return stopped(source, at + 5)
  const month = twoDigits(source, at + 5, 1, 12)
  if (source.bytes[at + 7] === 0x54) return stopped(source, at + 8)
  expect(source, at + 7, 0x2d)
  twoDigits(source, at + 8, 1, daysIn(year, month))
  if (source.bytes[at + 10] !== 0x54) return stopped(source, at + 10)
  if (!isDigit(source.bytes[at + 11]!)) return stopped(source, at + 11)
  let pos = timeOfDay(source, at + 11)
  if (source.bytes[pos] === 0x3a) {
    twoDigits(source, pos + 1, 0, 59)
    pos += 3
    if (source.bytes[pos] === 0x2e) {
      pos++
      if (!isDigit(source.bytes[pos]!)) throw source.problem(pos, 'expected a digit')
      while (isDigit(source.bytes[pos]!)) pos++
    }
  }
  if (source.bytes[pos] === 0x5a) return stopped(source, pos + 1)
  if (source.bytes[pos] !== 0x2b && source.bytes[pos] !== 0x2d)
    throw source.problem(pos, 'expected an offset')
  return stopped(source, timeOfDay(source, pos + 1))
}

function timeOfDay(source: TextSource, at: number): number {
  twoDigits(source, at, 0, 23)
  expect(source, at + 2, 0x3a)
  twoDigits(source, at + 3, 0, 59)
  return at + 5
}

function twoDigits(source: TextSource, at: number, least: number, most: number): number {
  const tens = source.bytes[at]!
  const ones = source.bytes[at + 1]!
  const value = (tens - 0x30) * 10 + ones - 0x30
  if (!isDigit(tens) || !isDigit(ones) || value < least || value > most) {
    throw source.problem(at, 'an impossible timestamp')
  }
  return value
}

function expect(source: TextSource, at: number, byte: number): void {
  if (source.bytes[at] !== byte) throw source.problem(at, 'an impossible timestamp')
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
