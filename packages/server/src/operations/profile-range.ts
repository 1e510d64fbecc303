import { invalid } from '@wick/wire'
import { type KeptSince, keptSpan, wholeRange } from '../storage/kept-since.ts'
import { levelMilliseconds } from '../storage/manifest.ts'

/**
 * Which windows answer a question about time. Pure: instants are epoch milliseconds and come in as arguments.
 *
 * Profiles are kept in aligned UTC windows, the finer ones for a shorter time. A range is widened to whole windows of
 * the finest resolution that is still kept for all of it, so that an answer never stands for less than was asked.
 */

const day = 86_400_000

const longestRange = 7 * day

/** Whole windows: both ends are window borders, `to` is not part of it. */
export interface WindowRange {
  readonly from: number
  readonly to: number
}

/** Whole windows of the finest resolution that is kept for all of a range. */
export function wholeWindows(start: number, end: number, kept: KeptSince): WindowRange {
  const { from, to } = wholeRange(start, end, kept)
  return { from, to }
}

/** As `wholeWindows`. @throws ValidationException where that is longer than 7 days */
export function widen(start: number, end: number, kept: KeptSince): WindowRange {
  const { from, to, level } = wholeRange(start, end, kept)
  if (to - from > longestRange) {
    throw invalid(
      `The range is longer than 7 days once widened to whole ${levelNames[level]}: ask for less at a time.`,
    )
  }
  return { from, to }
}

/** How long the shortest windows are that are still kept from `start` on. */
export function finestKept(start: number, kept: KeptSince): number {
  return levelMilliseconds[keptSpan(start, kept).level]
}

/** For messages. */
export const levelNames = { PT5M: '5-minute windows', PT1H: 'hours', P1D: 'days' } as const

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
