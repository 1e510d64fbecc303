/** When to try again: 1 s · 2^k with full jitter, at most 5 minutes; what the server asks for counts at least. */

const firstMilliseconds = 1000
const longestMilliseconds = 300_000
/** A server that asks for more is asked again once an hour all the same. */
const longestRetryAfter = 3_600_000

export class Backoff {
  #failures = 0
  #notBefore = 0

  /** Monotonic milliseconds. */
  get notBefore(): number {
    return this.#notBefore
  }

  failed(now: number, retryAfterMilliseconds: number | null, lot: number): void {
    const bound = Math.min(longestMilliseconds, firstMilliseconds * 2 ** Math.min(this.#failures, 10))
    this.#failures++
    const asked = Math.min(retryAfterMilliseconds ?? 0, longestRetryAfter)
    // Never at once: a lot of zero would make a loop of it.
    this.#notBefore = now + Math.max(asked, 100 + lot * bound)
  }

  /** There is no use in trying before. */
  wait(now: number, milliseconds: number): void {
    this.#notBefore = now + milliseconds
  }

  succeeded(): void {
    this.#failures = 0
    this.#notBefore = 0
  }
}

/** `Retry-After` in seconds, or as a date. @param wallClock epoch milliseconds */
export function retryAfter(header: string | undefined, wallClock: number): number | null {
  if (header === undefined) return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - wallClock)
}
