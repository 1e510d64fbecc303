/** Numbers of Ion binary as whole numbers, or the reason why they are none. */
import { malformed } from '../profile-error.ts'
import { type IonSource, ionType } from './ion-source.ts'
import { badNumber, latestTime, notWhole } from './scratch.ts'

/** The number whose head was read last and whose content starts at `content`: ≥ 0, or a code of `notWhole`. */
export function wholeNumber(source: IonSource, content: number): number {
  if (source.isNull) return notWhole.absent
  const { type, end } = source
  if (type === ionType.positiveInt) return magnitude(source, content, end)
  if (type === ionType.negativeInt) {
    const value = magnitude(source, content, end)
    if (value === 0) throw malformed(content, 'an integer must not be minus zero')
    return notWhole.negative
  }
  if (type === ionType.float) return wholeOf(floatValue(source, content))
  if (type === ionType.decimal) return wholeDecimal(source, content, end)
  return notWhole.noNumber
}

/** The instant whose head was read last: epoch milliseconds, -1 for null. @throws ProfileError */
export function instant(source: IonSource, content: number, field: string): number {
  const value = wholeNumber(source, content)
  if (value === notWhole.absent) return -1
  if (value < 0) throw badNumber(field, value)
  if (value > latestTime) throw badNumber(field, notWhole.tooLarge)
  return value
}

/** An unsigned integer. Longer ones than eight bytes are never computed, whatever leading zeros they have. */
function magnitude(source: IonSource, from: number, to: number): number {
  if (to - from > 8) return notWhole.tooLarge
  let value = 0
  for (let i = from; i < to; i++) value = value * 256 + source.bytes[i]!
  return value > Number.MAX_SAFE_INTEGER ? notWhole.tooLarge : value
}

export function floatValue(source: IonSource, content: number): number {
  const size = source.end - content
  if (size === 0) return 0
  if (size === 4) return source.view.getFloat32(content)
  if (size === 8) return source.view.getFloat64(content)
  throw malformed(content, 'a float of impossible length')
}

function wholeOf(value: number): number {
  if (!Number.isFinite(value)) return notWhole.noNumber
  if (value < 0) return notWhole.negative
  if (!Number.isInteger(value)) return notWhole.fraction
  return value > Number.MAX_SAFE_INTEGER ? notWhole.tooLarge : Math.abs(value)
}

function wholeDecimal(source: IonSource, content: number, end: number): number {
  if (content === end) return 0
  const from = source.varInt(content, end)
  const exponent = source.number
  const { value, isNegative } = coefficient(source, from, end) ?? {}
  if (value === undefined) return notWhole.tooLarge
  if (value === 0n) return 0
  if (isNegative) return notWhole.negative
  // 2^64 has 20 digits: smaller exponents leave a fraction, larger ones are too large in any case.
  if (exponent < -20) return notWhole.fraction
  if (exponent > 20) return notWhole.tooLarge
  const power = 10n ** BigInt(Math.abs(exponent))
  if (exponent < 0 && value % power !== 0n) return notWhole.fraction
  const whole = exponent < 0 ? value / power : value * power
  return whole > BigInt(Number.MAX_SAFE_INTEGER) ? notWhole.tooLarge : Number(whole)
}

/**
 * The signed coefficient of a decimal or of a timestamp's fraction; null when it has more than eight bytes, because
 * turning long integers into digits takes time that grows with their square.
 */
export function coefficient(
  source: IonSource,
  from: number,
  to: number,
): { value: bigint; isNegative: boolean } | null {
  if (to - from > 8) return null
  const isNegative = to > from && (source.bytes[from]! & 0x80) !== 0
  let value = 0n
  for (let i = from; i < to; i++) {
    const byte = i === from ? source.bytes[i]! & 0x7f : source.bytes[i]!
    value = value * 256n + BigInt(byte)
  }
  return { value, isNegative }
}
