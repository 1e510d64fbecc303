import { formatCount, formatPercent, plural, spokenPercent } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'
import type { ProfileDrawing } from './profile.ts'

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
  /** By the year and the month; null where nobody knows prices. */
  readonly cost: string | null
}

/** @param zoom box that the view shows */
export function figuresOf(
  explorer: Explorer,
  drawing: ProfileDrawing,
  box: number,
  zoom: number,
): FrameFigures {
  const { layout } = drawing
  const all = explorer.profile.value?.samples ?? layout.width[0]!
  const inView = layout.width[zoom]!
  const width = layout.width[box]!
  const isAncestor = box < zoom && layout.end[box]! > zoom
  return {
    name: drawing.label(box),
    place: drawing.place(box),
    self: `${formatCount(layout.self[box]!)} (${formatPercent(layout.self[box]! / all)})`,
    total: plural(width, 'sample'),
    ofView: formatPercent(isAncestor ? 1 : width / inView),
    ofAll: inView === all ? null : formatPercent(width / all),
    cost: costOf(explorer, width),
  }
}

/** `OrderService.price, 12.3 percent of CPU time, self 4.1 percent`. */
export function spokenFrame(explorer: Explorer, drawing: ProfileDrawing, box: number): string {
  const { layout } = drawing
  const all = explorer.profile.value?.samples ?? layout.width[0]!
  const total = spokenPercent(layout.width[box]! / all)
  const cost = costOf(explorer, layout.width[box]!)
  const self = `self ${spokenPercent(layout.self[box]! / all)}`
  const words = `${drawing.label(box)}, ${total} of ${explorer.measure.value}, ${self}`
  return cost === null ? words : `${words}, ${cost}`
}

function costOf(explorer: Explorer, samples: number): string | null {
  const words = explorer.cost.value?.(samples) ?? null
  return words === null ? null : `${words.year}, ${words.month}`
}
