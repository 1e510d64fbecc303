import { type KeptSince, keptSpan } from '../storage/kept-since.ts'
import { type BlockLevel, type BlockRecord, levelMilliseconds } from '../storage/manifest.ts'
import type { Period } from '../storage/ports.ts'

/**
 * Which blocks answer for a time: the largest roll-ups inside it, and window blocks for the rest. A roll-up includes the
 * windows' blocks up to its `through`; later ones of its time are added to it. Pure.
 */

/** Of its time, epoch milliseconds. */
export function endOf({ level, start }: Pick<BlockRecord, 'level' | 'start'>): number {
  return start + levelMilliseconds[level]
}

/** @param blocks every block of one group that overlaps [from, to); @returns those that add up to it, oldest first */
export function cover(blocks: readonly BlockRecord[], from: number, to: number): BlockRecord[] {
  const byDay = Map.groupBy(blocksInside(blocks, from, to), ({ start }) => beginOf('P1D', start))
  return [...byDay].sort(([a], [b]) => a - b).flatMap(([, ofDay]) => coverOfDay(ofDay))
}

/** Nothing reaches over the end of a day. */
function coverOfDay(inside: readonly BlockRecord[]): BlockRecord[] {
  const days = inside.filter(({ level }) => level === 'P1D')
  const hours = inside.filter((hour) => hour.level === 'PT1H' && !days.some((day) => contains(day, hour)))
  const rollUps = [...days, ...hours]
  const windows = inside.filter((block) => {
    if (block.level !== 'PT5M') return false
    const rollUp = rollUps.find((candidate) => contains(candidate, block))
    return rollUp === undefined || block.id > rollUp.through
  })
  return [...rollUps, ...windows].sort((a, b) => a.start - b.start || a.id - b.id)
}

/** Of the window, hour or day that holds an instant. */
function beginOf(level: BlockLevel, instant: number): number {
  return instant - (instant % levelMilliseconds[level])
}

/** Those wholly in [from, to). */
export function blocksInside(blocks: readonly BlockRecord[], from: number, to: number): BlockRecord[] {
  return blocks.filter((block) => isInside(block, { from, to }))
}

export function isInside(block: BlockRecord, { from, to }: Pick<Period, 'from' | 'to'>): boolean {
  return block.start >= from && endOf(block) <= to
}

export function contains(outer: BlockRecord, inner: BlockRecord): boolean {
  return outer.start <= inner.start && endOf(inner) <= endOf(outer)
}

/**
 * Times in [from, to) that hold data, in the finest resolution that is kept of them. Ascending.
 *
 * @param blocks as for `cover`
 * @param unsealed starts of windows that hold what is not sealed yet, in the range
 */
export function spans(
  blocks: readonly BlockRecord[],
  unsealed: Iterable<number>,
  { from, to }: { readonly from: number; readonly to: number },
  kept: KeptSince,
): { readonly start: number; readonly end: number }[] {
  const byStart = new Map<number, { readonly start: number; readonly end: number }>()
  const inside = blocksInside(blocks, from, to)
  // First: the finer ones of its time are more exact.
  for (const rollUp of onlyInRollUps(inside, kept))
    byStart.set(rollUp.start, { start: rollUp.start, end: endOf(rollUp) })
  const starts = inside.flatMap((block) => (isCoarse(block, kept) ? [] : [block.start]))
  for (const at of [...starts, ...unsealed]) {
    const { start, end } = keptSpan(at, kept)
    byStart.set(start, { start, end })
  }
  return [...byStart.values()].sort((a, b) => a.start - b.start)
}

/** Roll-ups of which finer blocks are kept that lack some of it: they were damaged. */
function onlyInRollUps(blocks: readonly BlockRecord[], kept: KeptSince): BlockRecord[] {
  return withTheirTime(blocks).flatMap(({ rollUp, known }) =>
    isCoarse(rollUp, kept) && !isSumOfFiner(rollUp, known) ? [rollUp] : [],
  )
}

/** Whether finer blocks are kept of its time. */
function isCoarse({ level, start }: BlockRecord, kept: KeptSince): boolean {
  return levelMilliseconds[level] > levelMilliseconds[keptSpan(start, kept).level]
}

/** Each roll-up, days first, with all blocks of its time, itself included; but no day with an hour. */
export function withTheirTime(
  blocks: readonly BlockRecord[],
): { readonly rollUp: BlockRecord; readonly known: readonly BlockRecord[] }[] {
  return (['P1D', 'PT1H'] as const).flatMap((level) => {
    const upTo = blocks.filter((block) => levelMilliseconds[block.level] <= levelMilliseconds[level])
    const byTime = Map.groupBy(upTo, ({ start }) => beginOf(level, start))
    return upTo.flatMap((rollUp) =>
      rollUp.level === level ? [{ rollUp, known: byTime.get(rollUp.start)! }] : [],
    )
  })
}

/**
 * Whether the finer blocks have all that a roll-up has. Not so where some are kept no longer, or were lost.
 *
 * @param known every block that overlaps its time
 */
export function isSumOfFiner(rollUp: BlockRecord, known: readonly BlockRecord[]): boolean {
  const finer = finerThan(rollUp, known)
  const withIt = cover([...finer, rollUp], rollUp.start, endOf(rollUp))
  // More: an hour has what its day has not yet, and its windows are gone.
  return profilesOf(finerCover(rollUp, known)) >= profilesOf(withIt)
}

/** What answers for the time of a roll-up without it. @param known every block that overlaps its time */
export function finerCover(rollUp: BlockRecord, known: readonly BlockRecord[]): BlockRecord[] {
  return cover(finerThan(rollUp, known), rollUp.start, endOf(rollUp))
}

export function finerThan(
  { level }: Pick<BlockRecord, 'level'>,
  known: readonly BlockRecord[],
): BlockRecord[] {
  return known.filter((block) => levelMilliseconds[block.level] < levelMilliseconds[level])
}

/** How many agent profiles blocks sum. */
export function profilesOf(blocks: readonly BlockRecord[]): number {
  return blocks.reduce((sum, { profiles }) => sum + profiles, 0)
}
