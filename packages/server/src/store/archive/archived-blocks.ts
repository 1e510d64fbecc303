import { type BlockRecord, levelMilliseconds } from '../../storage/manifest.ts'
import { profilesOf } from '../cover.ts'
import { dayOf } from '../day-epochs.ts'

/**
 * Which blocks an archive is made of, so that every profile is in it once, and as finely as it is kept: windows where
 * all windows of a roll-up are left, else the roll-up with the later windows that it does not include. Pure.
 *
 * @param blocks every block of a group that overlaps [from, to)
 * @returns those wholly inside, in the order of start and id
 */
export function archivedBlocks(blocks: readonly BlockRecord[], from: number, to: number): BlockRecord[] {
  const inside = blocks.filter((block) => block.start >= from && endOf(block) <= to)
  // No roll-up is longer than a day.
  const days = [...Map.groupBy(inside, ({ start }) => dayOf(start)).values()]
  return days.flatMap(finestOfDay).sort((a, b) => a.start - b.start || a.id - b.id)
}

function finestOfDay(blocks: readonly BlockRecord[]): BlockRecord[] {
  const of = (level: BlockRecord['level']): BlockRecord[] => blocks.filter((block) => block.level === level)
  let chosen = of('PT5M')
  for (const rollUp of [...of('PT1H'), ...of('P1D')]) {
    const included = chosen.filter((finer) => isIncluded(finer, rollUp))
    if (profilesOf(included) === rollUp.profiles) continue
    const gone = new Set(included)
    chosen = [...chosen.filter((finer) => !gone.has(finer)), rollUp]
  }
  return chosen
}

function isIncluded(finer: BlockRecord, rollUp: BlockRecord): boolean {
  const latest = finer.level === 'PT5M' ? finer.id : finer.through
  return finer.start >= rollUp.start && endOf(finer) <= endOf(rollUp) && latest <= rollUp.through
}

export function endOf({ level, start }: BlockRecord): number {
  return start + levelMilliseconds[level]
}
