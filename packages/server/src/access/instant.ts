/** Dates as policies write them: the ISO 8601 forms of W3C's note on date and time formats, or seconds since 1970. */

const digits = (text: string): boolean => {
  for (const character of text) if (character < '0' || character > '9') return false
  return text.length > 0
}

/**
 * Milliseconds since 1970; null when the text is no date. Four digits are a year, other whole numbers are seconds. A time
 * of day needs its zone (`Z`, `+02:00`): a policy must not depend on where the server stands.
 */
export function parseInstant(text: string): number | null {
  if (text.length > 40) return null
  if (digits(text) && text.length !== 4) return text.length <= 12 ? Number(text) * 1000 : null
  const t = text.indexOf('T')
  const day = parseDay(t === -1 ? text : text.slice(0, t), t !== -1)
  if (day === null || t === -1) return day
  const time = parseTime(text.slice(t + 1))
  return time === null ? null : day + time
}

/** `1997`, `1997-07`, `1997-07-16` → its first millisecond in UTC. */
function parseDay(text: string, isWhole: boolean): number | null {
  const [year = '', month = '01', day = '01', ...more] = text.split('-')
  if (more.length > 0 || (isWhole && text.length !== 10)) return null
  if (!isNumberOf(year, 4) || !isNumberOf(month, 2) || !isNumberOf(day, 2)) return null
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  // A day that the month does not have runs over into the next.
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  return isReal ? date.getTime() : null
}

/** `19:20Z`, `19:20:30+01:00`, `19:20:30.45Z` → milliseconds to add to the day. */
function parseTime(text: string): number | null {
  const zone = text.endsWith('Z') ? text.length - 1 : Math.max(text.indexOf('+'), text.indexOf('-'))
  if (zone === -1) return null
  const offset = parseOffset(text.slice(zone))
  const [hour = '', minute = '', second = '00', ...more] = text.slice(0, zone).split(':')
  const [whole = '', fraction = '0', ...points] = second.split('.')
  if (offset === null || more.length > 0 || points.length > 0 || !digits(fraction)) return null
  if (!isNumberOf(hour, 2) || !isNumberOf(minute, 2) || !isNumberOf(whole, 2)) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(whole) > 59) return null
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(whole)
  return seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3)) - offset
}

/** `Z`, `+02:00`, `-05:30` → milliseconds that the zone is ahead of UTC. */
function parseOffset(text: string): number | null {
  if (text === 'Z') return 0
  const [hour = '', minute = '', ...more] = text.slice(1).split(':')
  if (more.length > 0 || !isNumberOf(hour, 2) || !isNumberOf(minute, 2)) return null
  if (Number(hour) > 23 || Number(minute) > 59) return null
  const milliseconds = (Number(hour) * 60 + Number(minute)) * 60_000
  return text.startsWith('-') ? -milliseconds : milliseconds
}

function isNumberOf(text: string, length: number): boolean {
  return text.length === length && digits(text)
}
