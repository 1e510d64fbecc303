import { type FrameHistory, median } from './frame-history.ts'

/** How sure and how large a change has to be before anybody hears of it. */
export interface Keenness {
  /** Least change of a frame's share, 0 to 1. */
  readonly effect: number
  /** Least change in units of the frame's own usual deviation. */
  readonly deviations: number
}

export const defaultKeenness: Keenness = { effect: 0.001, deviations: 6 }

/**
 * What became of a frame's share:
 * - `level`: it stepped up, and stayed there for two whole hours;
 * - `spike`: it was up for an hour and is coming down by itself;
 * - `drift`: day after day it was a little higher, without a step.
 */
export interface Judgement {
  readonly kind: 'level' | 'spike' | 'drift'
  /** Change of the share against what this hour usually is, 0 to 1. */
  readonly change: number
  /** What the last hour's share would have been without it. */
  readonly expected: number
  /** The change in usual deviations of this frame. */
  readonly deviations: number
  /** The first hour that is part of the change. */
  readonly since: number
}

const day = 24
/** Deviations are learnt from so many hours. */
const learnt = 14 * day
/** Fewer hours with a comparison than this: nothing is said about the frame. */
const enough = 3 * day

/** Samples of one host come in runs, so a count varies more than if each were drawn by itself: variance × this. */
export const clustering = 2

/**
 * Judges the last hour of a frame.
 *
 * How large the frame's surprises usually are is taken from the last 14 days by quantiles, so that past incidents do not
 * make it blind, and is never below what drawing samples alone would give.
 *
 * @param thinned see `thinning`
 * @returns null where nothing happened, or not enough is known
 */
export function judgeFrame(
  history: FrameHistory,
  row: number,
  keenness = defaultKeenness,
  thinned = thinning(history),
): Judgement | null {
  const now = history.lastHour
  const [before, last] = [history.surprise(row, now - 1), history.surprise(row, now)]
  // Almost every frame of almost every hour ends here.
  if (!(before >= keenness.effect / 2) || Number.isNaN(last)) return null
  const usual = usualSurprise(history, row, now - 1)
  if (usual === null) return null
  const expected = history.share(row, now) - last
  const change = (before + last) / 2
  const stillAll = before * thinned
  const stays = Math.min(stillAll, last) >= 0.7 * Math.max(stillAll, last)
  if (stays && change >= keenness.effect && change / usual >= keenness.deviations) {
    return {
      kind: 'level',
      change,
      expected,
      deviations: change / usual,
      since: firstHour(history, row, change),
    }
  }
  const fades = last < 0.7 * stillAll
  if (fades && before >= keenness.effect && before / usual >= keenness.deviations) {
    return {
      kind: 'spike',
      change: before,
      expected,
      deviations: before / usual,
      since: firstHour(history, row, before),
    }
  }
  return null
}

/**
 * What is usually left, in the last hour, of the share that code had in the hour before: where nightly jobs begin everything
 * else gets thinner, what was added to it as well. The middle one of all frames; 1 where no more is known.
 */
export function thinning(history: FrameHistory): number {
  const ratios = new Float64Array(history.names.length)
  const expected = (row: number, hour: number) => history.share(row, hour) - history.surprise(row, hour)
  let size = 0
  for (let row = 0; row < ratios.length; row++) {
    const [before, last] = [expected(row, history.lastHour - 1), expected(row, history.lastHour)]
    if (before >= history.limits.floor && last >= 0) ratios[size++] = last / before
  }
  return size === 0 ? 1 : median(ratios.subarray(0, size))
}

/** The hour in which a change of this size began: as far back as it shows, and the hour before if part of it does. */
function firstHour(history: FrameHistory, row: number, change: number): number {
  let first = history.lastHour - 1
  while (first > history.lastHour - day / 2 && history.surprise(row, first - 1) >= change / 2) first--
  return history.surprise(row, first - 1) >= change / 5 ? first - 1 : first
}

/**
 * How large a surprise of this frame usually is at such an hour: the standard deviation, were they normal. Null: not
 * known yet. What a nightly job costs varies more by night: of the deviation in shares and the one in parts of the
 * expected share, the larger counts.
 */
function usualSurprise(history: FrameHistory, row: number, hour: number): number | null {
  const [absolute, relative] = [new Float64Array(learnt), new Float64Array(learnt)]
  const floor = history.limits.floor
  const expected = (at: number) => Math.max(history.share(row, at) - history.surprise(row, at), floor)
  let size = 0
  for (let at = Math.max(0, hour - learnt); at < hour; at++) {
    const one = Math.abs(history.surprise(row, at))
    if (Number.isNaN(one)) continue
    absolute[size] = one
    relative[size++] = one / expected(at)
  }
  if (size < enough) return null
  return Math.max(
    deviation(absolute.subarray(0, size)),
    deviation(relative.subarray(0, size)) * expected(hour),
    samplingDeviation(history, row, hour),
  )
}

/** By quantiles, of sizes without sign. Sorts in place. */
function deviation(sizes: Float64Array): number {
  sizes.sort()
  return Math.max(1.4826 * sizes[sizes.length >> 1]!, sizes[Math.floor(sizes.length * 0.9)]! / 1.645)
}

/** Standard deviation of a share by the drawing of samples alone. */
function samplingDeviation(history: FrameHistory, row: number, hour: number): number {
  const samples = history.samples(hour)
  const share = Math.max(history.share(row, hour), history.limits.floor, 1 / samples)
  return Math.sqrt((clustering * share * (1 - share)) / samples)
}
