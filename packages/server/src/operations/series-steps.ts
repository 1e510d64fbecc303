import { invalid, type StepName, stepLengths, stepNames } from '@wick/wire'
import { ceilTo, floorTo, type WindowRange } from './profile-range.ts'

/** How many values an answer may hold: what a caller can use, and what does not hold up others while it is written. */
const maxValues = 150_000

/** A time cut into steps of `step` milliseconds. */
export interface Steps extends WindowRange {
  readonly step: number
}

/** Whole steps, aligned to multiples of their length since 1970. @throws ValidationException where there are too many */
export function stepsOf({ from, to }: WindowRange, step: number, frames: number, maxSteps: number): Steps {
  const steps = { from: floorTo(from, step), to: ceilTo(to, step), step }
  const count = (steps.to - steps.from) / step
  if (count > maxSteps || count * frames > maxValues)
    throw invalid(
      `${count} steps for ${frames} frames are too many: at most ${maxSteps} steps and ${maxValues} values are answered at a ` +
        'time. Ask for a shorter time, fewer frames or a coarser resolution.',
    )
  return steps
}

/** Ends of the steps, those with profiles apart from the others. @param starts of those with profiles, ascending */
export function endsOf(
  { from, to, step }: Steps,
  starts: Float64Array,
): { readonly processed: readonly number[]; readonly unprocessed: readonly number[] } {
  const there = new Set(starts)
  const unprocessed: number[] = []
  for (let start = from; start < to; start += step) if (!there.has(start)) unprocessed.push(start + step)
  return { processed: Array.from(starts, (start) => start + step), unprocessed }
}

/** What a chart can show, unless the caller names a resolution. */
const usualSteps = 1000

/** The finest resolution that is kept and fits an answer. @param named by the caller @param kept length of the shortest windows that are kept of the range */
export function resolutionFor(
  { from, to }: WindowRange,
  named: StepName | null,
  frames: number,
  kept: number,
): StepName {
  const fits = (step: number): boolean => {
    if (named !== null) return step >= stepLengths[named]
    const count = Math.ceil((to - from) / step) + 1
    return count <= usualSteps && count * frames <= maxValues
  }
  return stepNames.find((name) => stepLengths[name] >= kept && fits(stepLengths[name])) ?? 'P1D'
}
