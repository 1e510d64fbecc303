import { formatCount, formatPercent, plural, spokenPercent } from '../format/numbers.ts'
import type { Profile } from './profile.ts'

/** What is told about a box: in the status line, the tooltip and to screen readers. */
export interface FrameFigures {
  readonly name: string
  /** File and lines; empty where unknown. */
  readonly place: string
  readonly self: string
  readonly total: string
  readonly ofView: string
  /** Null where the view is everything. */
  readonly ofAll: string | null
}

/** @param zoom box that the view shows */
export function figuresOf(profile: Profile, box: number, zoom: number): FrameFigures {
  const { layout, samples } = profile
  const inView = layout.width[zoom]!
  const width = layout.width[box]!
  const isAncestor = box < zoom && layout.end[box]! > zoom
  return {
    name: profile.label(box),
    place: profile.place(box),
    self: `${formatCount(layout.self[box]!)} (${formatPercent(layout.self[box]! / samples)})`,
    total: plural(width, 'sample'),
    ofView: formatPercent(isAncestor ? 1 : width / inView),
    ofAll: zoom === 0 ? null : formatPercent(width / samples),
  }
}

/** `OrderService.price, 12.3 percent of CPU, self 4.1 percent`. */
export function spokenFrame(profile: Profile, box: number, measure: string): string {
  const { layout, samples } = profile
  const total = spokenPercent(layout.width[box]! / samples)
  return `${profile.label(box)}, ${total} of ${measure}, self ${spokenPercent(layout.self[box]! / samples)}`
}
