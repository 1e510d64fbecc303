import { wholeRange } from '../storage/kept-since.ts'
import type { BlockRecord, Manifest, RollUpLevel } from '../storage/manifest.ts'
import type { DeletePeriodOutcome, Period } from '../storage/ports.ts'
import { cover, endOf, isInside, isSumOfFiner, profilesOf } from './cover.ts'
import type { RemoveBlocks } from './remove-blocks.ts'

export interface PeriodSources {
  readonly manifest: Manifest
  readonly remove: RemoveBlocks
}

/**
 * Deletes what is sealed of a group's period, in one step: its blocks, and the roll-ups that hold any of it; those are made
 * again of what is left. That it was deleted is known from then on, also where nothing was there any more. Nothing is deleted
 * where the period is not whole in the finest resolution that is kept for it, or where a roll-up over its border holds what no
 * finer block does: that could not be made again.
 */
export async function deletePeriod(
  { manifest, remove }: PeriodSources,
  period: Period,
): Promise<DeletePeriodOutcome> {
  const { groupId, from, to } = period
  const whole = wholeRange(from, to, await manifest.keptSince(groupId))
  if (whole.from !== from || whole.to !== to) return { kind: 'not-whole', level: whole.level }
  const known = await manifest.blocks(period)
  const profiles = profilesOf(cover(known, from, to))
  const reachingOver = known.filter((block) => !isInside(block, period))
  for (const rollUp of reachingOver) {
    const itsTime = { groupId, from: rollUp.start, to: endOf(rollUp) }
    if (!isSumOfFiner(rollUp, await manifest.blocks(itsTime)))
      return { kind: 'not-whole', level: rollUp.level }
  }
  await remove({
    groupId,
    blocks: known.map(({ id }) => id),
    keptSince: null,
    deleted: { from, to },
    due: reachingOver.map(remade),
  })
  return { kind: 'deleted', profiles }
}

/** What reaches over a border of the period is a roll-up: the period consists of whole windows. */
function remade({ level, start }: BlockRecord): { readonly level: RollUpLevel; readonly start: number } {
  return { level: level as RollUpLevel, start }
}
