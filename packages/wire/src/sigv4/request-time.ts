import { isDigits } from '../characters.ts'
import { incomplete } from './refusals.ts'
import { type Headers, onlyValue } from './signed-request.ts'

/** When a request says it was signed. */
export interface RequestTime {
  /** `yyyymmddThhmmssZ`, as it is signed. */
  readonly timestamp: string
  /** The same in epoch milliseconds. */
  readonly instant: number
  /** The header it was read from. */
  readonly header: 'x-amz-date' | 'date'
}

/** X-Amz-Date, else Date. @throws ApiError IncompleteSignatureException */
export function requestTime(headers: Headers): RequestTime {
  const header = headers.has('x-amz-date') ? 'x-amz-date' : 'date'
  const text = onlyValue(headers, header)?.trim() ?? ''
  const instant = parseBasic(text) ?? (header === 'date' ? parseHttpDate(text) : null)
  if (instant === null) {
    throw incomplete(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header in the format YYYYMMDDTHHMMSSZ.",
    )
  }
  return { timestamp: formatBasic(instant), instant, header }
}

/** Epoch milliseconds → `yyyymmddThhmmssZ`. */
export function formatBasic(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`
}

function parseBasic(text: string): number | null {
  if (text.length !== 16 || text[8] !== 'T' || text[15] !== 'Z') return null
  if (!isDigits(text.slice(0, 8)) || !isDigits(text.slice(9, 15))) return null
  const at = (from: number, to: number): number => Number(text.slice(from, to))
  const instant = Date.UTC(at(0, 4), at(4, 6) - 1, at(6, 8), at(9, 11), at(11, 13), at(13, 15))
  // A date that was rolled over (30 February, 24:00) reads back differently.
  return formatBasic(instant) === text ? instant : null
}

/** `Tue, 24 Nov 2026 13:15:00 GMT` and nothing looser. */
function parseHttpDate(text: string): number | null {
  if (text.length !== 29) return null
  const instant = Date.parse(text)
  return !Number.isNaN(instant) && new Date(instant).toUTCString() === text ? instant : null
}
