import { invalid } from '@wick/wire'

/**
 * Which windows answer a question about time. Pure: instants are epoch milliseconds and come in as arguments.
 *
 * Profiles are kept in aligned UTC windows, the finer ones for a shorter time. A range is widened to whole windows of
 * the finest resolution that is still kept for all of it, so that an answer never stands for less than was asked.
 */

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

interface Resolution {
  readonly length: number
  /** A window is kept until it ended this long ago. */
  readonly kept: number
}

const finest: Resolution = { length: 5 * minute, kept: 15 * day }
const coarsest: Resolution = { length: day, kept: 3 * 365 * day }
const resolutions: readonly Resolution[] = [finest, { length: hour, kept: 60 * day }, coarsest]

const longestRange = 7 * day

/** Whole windows: both ends are window borders, `to` is not part of it. */
export interface WindowRange {
  readonly from: number
  readonly to: number
}

/** Whole windows of the finest resolution that is kept for all of a range. */
export function wholeWindows(start: number, end: number, now: number): WindowRange {
  const length = finestKept(start, now)
  return { from: floorTo(start, length), to: ceilTo(end, length) }
}

/** As `wholeWindows`. @throws ValidationException where that is longer than 7 days */
export function widen(start: number, end: number, now: number): WindowRange {
  const range = wholeWindows(start, end, now)
  if (range.to - range.from > longestRange) {
    throw invalid(
      `The range is longer than 7 days once widened to whole ${windowName(finestKept(start, now))}: ask for less at a time.`,
    )
  }
  return range
}

/** How long the shortest windows are that are still kept from `start` on. */
export function finestKept(start: number, now: number): number {
  return (resolutions.find((resolution) => isKept(start, resolution, now)) ?? coarsest).length
}

/** Whether the window that holds `instant`, and with it every later one, is kept at this resolution. */
function isKept(instant: number, { length, kept }: Resolution, now: number): boolean {
  return floorTo(instant, length) + length > now - kept
}

function windowName(length: number): string {
  return length === day ? 'days' : length === hour ? 'hours' : '5-minute windows'
}

/** Ranges of `length`, aligned to multiples of it since 1970 (so days and hours are UTC days and hours). */
export function bucketOf(instant: number, length: number): WindowRange {
  const from = floorTo(instant, length)
  return { from, to: from + length }
}

/** @throws ValidationException */
export function checkPeriod(length: number): void {
  if (length > longestRange) throw invalid('The period is longer than 7 days.')
}

/**
 * The bucket that `period` alone stands for: the latest complete one with data, else the one in progress (or, with
 * clocks ahead of ours, the next that holds data).
 *
 * @param windows starts of windows with data, ascending
 */
export function latestBucket(windows: Float64Array, length: number, now: number): WindowRange | null {
  const inProgress = floorTo(now, length)
  const complete = windows.findLast((window) => window < inProgress)
  const chosen = complete ?? windows[0]
  return chosen === undefined ? null : bucketOf(chosen, length)
}

/** Starts of the buckets of `length` that hold a window with data, ascending. */
export function bucketsWithData(windows: Float64Array, length: number): number[] {
  const buckets: number[] = []
  for (const window of windows) {
    const start = floorTo(window, length)
    if (buckets.at(-1) !== start) buckets.push(start)
  }
  return buckets
}

export function floorTo(instant: number, length: number): number {
  return Math.floor(instant / length) * length
}

export function ceilTo(instant: number, length: number): number {
  return Math.ceil(instant / length) * length
}
