import { asksForOrigin, invalid, type ProfileFilter } from '@wick/wire'
import { type KeptSince, keptSpan, wholeRange } from '../storage/kept-since.ts'
import { levelMilliseconds } from '../storage/manifest.ts'

/**
 * Which windows answer a question about time. Pure: instants are epoch milliseconds and come in as arguments.
 *
 * Profiles are kept in aligned UTC windows, the finer ones for a shorter time. A range is widened to whole windows of
 * the finest resolution that is still kept for all of it, so that an answer never stands for less than was asked.
 */

const day = 86_400_000

/** How long the time of a question may be. */
export interface LongestRange {
  readonly days: number
  /** How else it can be asked for, for messages. */
  readonly advice: string
}

export const anyLength: LongestRange = { days: Number.POSITIVE_INFINITY, advice: '' }

/** Of GetProfile and BatchGetFrameMetricData, as with AWS. */
export const week: LongestRange = { days: 7, advice: '' }

/** Of what is added up from call paths: days are read one after the other, profiles that are told apart window by window. */
export function longestOfPaths(filter?: ProfileFilter): LongestRange {
  return filter !== undefined && asksForOrigin(filter)
    ? { days: 7, advice: ', or without a filter by instance, host type, agent or label' }
    : { days: 366, advice: '' }
}

/** Of what is told step by step: of any length, unless profiles are told apart. */
export function longestOfSteps(filter?: ProfileFilter): LongestRange {
  return filter !== undefined && asksForOrigin(filter) ? longestOfPaths(filter) : anyLength
}

/** Whole windows: both ends are window borders, `to` is not part of it. */
export interface WindowRange {
  readonly from: number
  readonly to: number
}

/** Whole windows of the finest resolution that is kept for all of a range. @throws ValidationException where it is too long then */
export function widen(start: number, end: number, kept: KeptSince, longest: LongestRange): WindowRange {
  const { from, to, level } = wholeRange(start, end, kept)
  if (to - from > longest.days * day) {
    throw invalid(
      `The range is longer than ${longest.days} days once widened to whole ${levelNames[level]}: ask for less at a time${longest.advice}.`,
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
export function checkPeriod(length: number, { days, advice }: LongestRange): void {
  if (length > days * day)
    throw invalid(`The period is longer than ${days} days: ask for less at a time${advice}.`)
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
