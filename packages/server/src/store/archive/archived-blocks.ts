import type { BlockRecord } from '../../storage/manifest.ts'
import { blocksInside, contains, profilesOf } from '../cover.ts'
import { dayOf } from '../day-epochs.ts'

/**
 * Which blocks an archive is made of, so that every profile is in it once, and as finely as it is kept: windows where
 * all windows of a roll-up are left, else the roll-up with the later windows that it does not include. Pure.
 *
 * @param blocks every block of a group that overlaps [from, to)
 * @returns those wholly inside, in the order of start and id
 */
export function archivedBlocks(blocks: readonly BlockRecord[], from: number, to: number): BlockRecord[] {
  const inside = blocksInside(blocks, from, to)
  // No roll-up is longer than a day.
  const days = [...Map.groupBy(inside, ({ start }) => dayOf(start)).values()]
  return days.flatMap(finestOfDay).sort((a, b) => a.start - b.start || a.id - b.id)
}

function finestOfDay(blocks: readonly BlockRecord[]): BlockRecord[] {
  const of = (level: BlockRecord['level']): BlockRecord[] => blocks.filter((block) => block.level === level)
  const windows = of('PT5M')
  let chosen = windows
  for (const rollUp of [...of('PT1H'), ...of('P1D')]) {
    const finer = chosen.filter((block) => contains(rollUp, block))
    // It and what it does not include: an hour may be made again for that before its day is.
    const coarse = [
      rollUp,
      ...windows.filter((block) => contains(rollUp, block) && block.id > rollUp.through),
    ]
    if (profilesOf(finer) >= profilesOf(coarse)) continue
    chosen = [...chosen.filter((block) => !contains(rollUp, block)), ...coarse]
  }
  return chosen
}
