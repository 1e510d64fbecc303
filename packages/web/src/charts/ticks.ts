/** Where an axis is marked: round numbers, and round times of the viewer's zone. */

/**
 * From 0 up to the first mark that is not below `max`.
 *
 * @param base 10 for counts and shares, 1024 for bytes
 */
export function valueTicks(max: number, base: 10 | 1024 = 10, wanted = 4): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1]
  const step = base === 10 ? roundStep(max / wanted) : byteStep(max / wanted)
  const count = Math.ceil(max / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => i * step)
}

/** The next of 1, 2, 5 × 10ⁿ. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9))!
  // 0.1 + 0.2 is not 0.3: what is shown is rounded anyway, but 1e-7 × 5 must not be 4.999…
  return Number((factor * power).toPrecision(1))
}

/** The next of 1, 2, 4 … 512 × 1024ⁿ: half a mebibyte is a round number of bytes, 500 kB is not. */
function byteStep(least: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(least) - 1e-9))
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const steps = [
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  30 * day,
  90 * day,
  365 * day,
]

export interface TimeTick {
  readonly at: number
  /** Whether a local day begins here. */
  readonly isDay: boolean
}

/**
 * Marks within [from, to], epoch milliseconds.
 *
 * @param offsetAt minutes that UTC is ahead of the viewer's time at an instant, as Date.getTimezoneOffset tells it
 */
export function timeTicks(
  from: number,
  to: number,
  wanted: number,
  offsetAt = (at: number) => new Date(at).getTimezoneOffset(),
): TimeTick[] {
  const step = steps.find((one) => (to - from) / one <= Math.max(1, wanted)) ?? steps.at(-1)!
  const found: TimeTick[] = []
  const local = (at: number) => at - offsetAt(at) * minute
  let next = Math.ceil(local(from) / step) * step
  for (; found.length < 100; next += step) {
    // The zone may change on the way: the offset is the one of the mark itself.
    const guess = next + offsetAt(next) * minute
    const at = next + offsetAt(guess) * minute
    if (at > to) break
    if (at >= from) found.push({ at, isDay: local(at) % day === 0 })
  }
  return found
}
