import { malformed } from '../profile-error.ts'
import { coefficient } from './ion-numbers.ts'
import type { IonSource } from './ion-source.ts'
import { daysIn } from './text-numbers.ts'

/** Fractions of a second longer than this are refused: the length of the text must not be the sender's choice. */
const mostFractionDigits = 64

/** The timestamp whose head was read last as Ion text, with the precision and the offset it has. */
export function timestampText(source: IonSource, content: number): string {
  const end = source.end
  let pos = source.varInt(content, end)
  const offset = source.number
  const fields: number[] = []
  while (pos < end && fields.length < 6) {
    pos = source.varUint(pos, end)
    fields.push(source.number)
  }
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields
  const isDay =
    year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && Math.abs(offset) < 24 * 60
  if (!isDay || !isTime || fields.length === 4) throw malformed(content, 'an impossible timestamp')
  const fraction = pos < end ? fractionText(source, pos, end) : ''
  if (fields.length === 1) return `${digits(year, 4)}T`
  if (fields.length === 2) return `${digits(year, 4)}-${digits(month, 2)}T`
  if (fields.length === 3) return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`
  // Stored in UTC, written in local time.
  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, day)
  local.setUTCHours(hour, minute + offset)
  if (local.getUTCFullYear() < 1 || local.getUTCFullYear() > 9999)
    throw malformed(content, 'an impossible timestamp')
  const minutes = `${local.toISOString().slice(0, 16)}`
  const seconds = fields.length === 6 ? `:${digits(second, 2)}${fraction}` : ''
  return `${minutes}${seconds}${offsetText(offset)}`
}

/** `.` and digits; the exponent is minus their number. */
function fractionText(source: IonSource, at: number, end: number): string {
  const from = source.varInt(at, end)
  const size = -source.number
  const value = coefficient(source, from, end)
  const isFraction = value !== null && (!value.isNegative || value.value === 0n) && size <= mostFractionDigits
  if (!isFraction || value.value >= 10n ** BigInt(Math.max(size, 0))) {
    throw malformed(at, 'an impossible fraction of a second')
  }
  return size <= 0 ? '' : `.${value.value.toString().padStart(size, '0')}`
}

/** Minus zero means that the offset is not known. */
function offsetText(offset: number): string {
  if (Object.is(offset, -0)) return '-00:00'
  if (offset === 0) return 'Z'
  const minutes = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`
}

function digits(value: number, size: number): string {
  return value.toString().padStart(size, '0')
}
