/**
 * ISO-8601 timestamps as the API uses them: `2026-11-24T13:15:02.001000Z`, with 0 to 9 fraction digits and `Z` or a
 * numeric offset. Epoch numbers are not timestamps here (the model says iso8601).
 */

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/

/** @returns epoch milliseconds (finer fractions cut off), or null where the text is no timestamp */
export function parseTimestamp(text: string): number | null {
  if (text.length > 40) return null
  const match = shape.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 59) return null
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
  const date = new Date(instant)
  // Date.UTC rolls 30 February over to March: a real date reads back as it was written.
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return null
  const offset = parseOffset(match[8]!)
  return offset === null ? null : instant - offset
}

function parseOffset(text: string): number | null {
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(-2))
  if (hours > 23 || minutes > 59) return null
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** Epoch milliseconds → `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
export function formatTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
