/** Instants as people read them: near ones relative, exact ones in the reader's own time zone. */

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** `just now`, `2 min ago`, `3 h ago`, `5 days ago`; `in 2 min` where clocks differ. */
export function relativeTime(then: number, now: number): string {
  const distance = Math.abs(now - then)
  if (distance < 45_000) return 'just now'
  const amount =
    distance < hour - 30_000
      ? `${Math.round(distance / minute)} min`
      : distance < day - hour / 2
        ? `${Math.round(distance / hour)} h`
        : Math.round(distance / day) === 1
          ? '1 day'
          : `${Math.round(distance / day)} days`
  return then <= now ? `${amount} ago` : `in ${amount}`
}

const exact = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

export function exactTime(at: number): string {
  return exact.format(at)
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dated = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** `13:05–14:00` for today, with dates for other days. */
export function timeSpan(from: number, to: number, now: number): string {
  const isToday = dayOf(from) === dayOf(now) && dayOf(to) === dayOf(now)
  if (isToday) return `${clock.format(from)}–${clock.format(to)}`
  return dayOf(from) === dayOf(to)
    ? `${dated.format(from)}–${clock.format(to)}`
    : `${dated.format(from)} – ${dated.format(to)}`
}

function dayOf(at: number): string {
  return new Date(at).toDateString()
}

/** What an `<input type="datetime-local">` holds: local time, to the minute. */
export function toLocalInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * minute)
  return local.toISOString().slice(0, 16)
}

/** Epoch milliseconds, or null where the input holds no time. */
export function fromLocalInput(text: string): number | null {
  const at = new Date(text).getTime()
  return Number.isNaN(at) ? null : at
}

const utc = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** `25 Nov 2026, 12:05 UTC` */
export function utcInstant(at: number): string {
  return `${utc.format(at)} UTC`
}

const utcClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

/** `12:05–12:10 UTC` */
export function utcTime(from: number, to: number): string {
  return `${utcClock.format(from)}–${utcClock.format(to)} UTC`
}

const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** A mark of a time axis: `14:00`, or where a day begins `25 Nov`. */
export function axisTime(at: number, isDay: boolean): string {
  return isDay ? dayAndMonth.format(at) : clock.format(at)
}
