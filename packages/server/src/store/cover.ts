import { type BlockRecord, levelMilliseconds } from '../storage/manifest.ts'

/**
 * Which blocks answer for a time: the largest roll-ups inside it, and window blocks for the rest. A roll-up includes the
 * windows' blocks up to its `through`; later ones of its time are added to it. Pure.
 */

function endOf({ level, start }: Pick<BlockRecord, 'level' | 'start'>): number {
  return start + levelMilliseconds[level]
}

/** @param blocks every block of one group that overlaps [from, to); @returns those that add up to it, oldest first */
export function cover(blocks: readonly BlockRecord[], from: number, to: number): BlockRecord[] {
  const inside = blocksInside(blocks, from, to)
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

function blocksInside(blocks: readonly BlockRecord[], from: number, to: number): BlockRecord[] {
  return blocks.filter((block) => block.start >= from && endOf(block) <= to)
}

function contains(outer: BlockRecord, inner: BlockRecord): boolean {
  return outer.start <= inner.start && endOf(inner) <= endOf(outer)
}

/**
 * Times in [from, to) that hold data: each window with a block, and roll-ups whose windows are gone. Ascending.
 *
 * @param blocks as for `cover`
 */
export function spans(
  blocks: readonly BlockRecord[],
  from: number,
  to: number,
): { readonly start: number; readonly end: number }[] {
  const inside = blocksInside(blocks, from, to)
  const windows = inside.filter(({ level }) => level === 'PT5M')
  const hours = inside.filter(({ level }) => level === 'PT1H')
  const days = inside.filter(({ level }) => level === 'P1D')
  const lone = (outer: readonly BlockRecord[], inner: readonly BlockRecord[]): BlockRecord[] =>
    outer.filter((block) => !inner.some((candidate) => contains(block, candidate)))
  const found = [...windows, ...lone(hours, windows), ...lone(days, [...windows, ...hours])]
  const byStart = new Map(found.map((block) => [block.start, { start: block.start, end: endOf(block) }]))
  return [...byStart.values()].sort((a, b) => a.start - b.start)
}
