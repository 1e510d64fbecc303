import { type BlockRecord, levelMilliseconds, type RollUpLevel } from '../storage/manifest.ts'
import { cover } from './cover.ts'

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
  for (const level of ['P1D', 'PT1H'] satisfies RollUpLevel[]) {
    if (levelMilliseconds[level] <= length) continue
    for (const rollUp of blocks) {
      const step = { start: rollUp.start, end: rollUp.start + levelMilliseconds[level] }
      if (rollUp.level !== level || step.start < from || step.end > to || isInside(step)) continue
      if (isOnlyIn(rollUp, step, blocks)) coarse.push(step)
    }
  }
  const steps: Step[] = []
  for (let start = from; start < to; start += length) {
    const step = { start, end: start + length }
    if (!isInside(step)) steps.push(step)
  }
  return [...coarse, ...steps].sort((a, b) => a.start - b.start)
}

/** Whether finer blocks have less than the roll-up. */
function isOnlyIn(rollUp: BlockRecord, { start, end }: Step, blocks: readonly BlockRecord[]): boolean {
  const inside = blocks.filter((block) => block.start >= start && block.start < end)
  const length = levelMilliseconds[rollUp.level]
  const profilesIn = (some: readonly BlockRecord[]): number =>
    cover(some, start, end).reduce((sum, { profiles }) => sum + profiles, 0)
  return (
    profilesIn(inside.filter(({ level }) => levelMilliseconds[level] < length)) <
    profilesIn(inside.filter(({ level }) => levelMilliseconds[level] <= length))
  )
}
