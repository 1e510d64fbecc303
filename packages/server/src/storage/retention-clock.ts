import type { RetentionClock } from './manifest.ts'

/**
 * The clock that ages are measured by, so that a clock which jumps ahead does not empty the store. A clock that is more
 * than a day ahead of where it was last is believed only when the server has run with it for a day: until then ages stand
 * still. Going back is believed at once, since it only makes things younger. Pure.
 */
const believedAhead = 86_400_000
const mustStand = 86_400_000
/** What one look at the clock can count for: between two of them the server may have been down. */
const longestStep = 20 * 60_000

/** What is believed when there is nothing to compare with: a store that is new, or was not watched before. */
export function firstClock(now: number): RetentionClock {
  return { trusted: now, seen: now, stood: 0 }
}

/** @param now what the clock shows; @returns `trusted`: the time to measure ages by */
export function nextClock(before: RetentionClock, now: number): RetentionClock {
  if (now - before.trusted <= believedAhead) return firstClock(now)
  const step = now - before.seen
  // Another jump begins anew.
  const stood = step >= 0 && step <= believedAhead ? before.stood + Math.min(step, longestStep) : 0
  return stood >= mustStand ? firstClock(now) : { trusted: before.trusted, seen: now, stood }
}

/**
 * The time to measure ages of other things by, for whoever only reads the clock.
 *
 * @param kept by the store; null before it has: then nothing is old yet
 */
export function trustedTime(kept: RetentionClock | null, now: number): number {
  return kept === null ? 0 : nextClock(kept, now).trusted
}
