/** Time is cut into aligned UTC windows of five minutes; a profile belongs to one of them as a whole. */
export const windowMilliseconds = 300_000

/** The window (its start, epoch milliseconds) that holds the instant just before `end`. */
export function windowOf(end: number): number {
  return Math.floor((end - 1) / windowMilliseconds) * windowMilliseconds
}

const aheadMilliseconds = 10 * 60_000

/** Why a profile ending at `end` cannot be accepted now; null where it can. */
export function refusedEnd(end: number, now: number, maxAgeMilliseconds: number): string | null {
  if (end < now - maxAgeMilliseconds) {
    return `The profile's end, ${instant(end)}, is more than ${maxAgeMilliseconds / 1000} seconds in the past.`
  }
  if (end > now + aheadMilliseconds) {
    return `The profile's end, ${instant(end)}, is more than ${aheadMilliseconds / 1000} seconds ahead of the server's clock.`
  }
  return null
}

function instant(milliseconds: number): string {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : String(milliseconds)
}
