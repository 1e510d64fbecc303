import { type BlockLevel, levelMilliseconds } from './manifest.ts'

/**
 * How far back each resolution of a group is kept whole, as instants: what lies before is kept in coarser ones only, or
 * not at all. `windows` is the border of an hour, the others of days; windows ≥ hours ≥ days. Pure.
 */
export interface KeptSince {
  readonly windows: number
  readonly hours: number
  readonly days: number
}

export const keptFromTheFirst: KeptSince = { windows: 0, hours: 0, days: 0 }

/** The finest resolution that is kept of all that follows `instant`. */
function finestKept(instant: number, { windows, hours }: KeptSince): BlockLevel {
  return instant >= windows ? 'PT5M' : instant >= hours ? 'PT1H' : 'P1D'
}

/** [from, to) widened to whole windows, hours or days: the finest that are kept for all of it. */
export function wholeRange(
  from: number,
  to: number,
  kept: KeptSince,
): { readonly from: number; readonly to: number; readonly level: BlockLevel } {
  const level = finestKept(from, kept)
  const length = levelMilliseconds[level]
  return { from: Math.floor(from / length) * length, to: Math.ceil(to / length) * length, level }
}

/** [from, to) widened so that no end cuts a window, hour or day that is the finest kept there. */
export function uncutRange(
  from: number,
  to: number,
  kept: KeptSince,
): { readonly from: number; readonly to: number } {
  return from < to ? { from: keptSpan(from, kept).start, to: keptSpan(to - 1, kept).end } : { from, to }
}

/** The window, hour or day that holds an instant: the finest that is kept of it. */
export function keptSpan(
  instant: number,
  kept: KeptSince,
): { readonly start: number; readonly end: number; readonly level: BlockLevel } {
  const level = finestKept(instant, kept)
  const length = levelMilliseconds[level]
  const start = Math.floor(instant / length) * length
  return { start, end: start + length, level }
}
