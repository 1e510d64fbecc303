import type { BlockRecord } from '../storage/manifest.ts'
import { endOf, isSumOfFiner, withTheirTime } from './cover.ts'

export interface Step {
  readonly start: number
  readonly end: number
}

/**
 * Times of one length that make up [from, to), oldest first. Where only a longer roll-up still has all of its profiles, a step
 * is as long as that. Pure.
 *
 * @param blocks every block of one group that overlaps it
 * @param from with `to`, multiples of the length
 */
export function stepsOf(blocks: readonly BlockRecord[], from: number, to: number, length: number): Step[] {
  const coarse: Step[] = []
  const isInside = ({ start, end }: Step): boolean =>
    coarse.some((outer) => outer.start <= start && end <= outer.end)
  for (const { rollUp, known } of withTheirTime(blocks)) {
    const step = { start: rollUp.start, end: endOf(rollUp) }
    if (step.end - step.start <= length || step.start < from || step.end > to || isInside(step)) continue
    if (!isSumOfFiner(rollUp, known)) coarse.push(step)
  }
  const steps: Step[] = []
  for (let start = from; start < to; start += length) {
    const step = { start, end: start + length }
    if (!isInside(step)) steps.push(step)
  }
  return [...coarse, ...steps].sort((a, b) => a.start - b.start)
}
