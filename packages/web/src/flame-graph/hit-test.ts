import type { FlameLayout } from './layout.ts'
import { childrenInRow, firstEndingAfter, nextPixel, previousPixel } from './rows.ts'

/** What is under the pointer: a box, or a strip of siblings too narrow to draw. */
export interface Hit {
  /** The box; of a strip its first one. */
  readonly box: number
  /** How many boxes: 1, or those of the strip. */
  readonly count: number
  /** Extent in samples. */
  readonly x: number
  readonly width: number
}

/**
 * The box of row `row` at `x` (both in the layout's units), or null where nothing is drawn: right of the children, or
 * below a strip. `scale` is pixels for each sample; by it the drawing decides what is too narrow.
 */
export function hitTest(layout: FlameLayout, row: number, x: number, scale: number): Hit | null {
  const { rowStart, rowBoxes, parent } = layout
  if (row < 0 || row >= rowStart.length - 1) return null
  const place = firstEndingAfter(layout, row, x)
  if (place === rowStart[row + 1]) return null
  const box = rowBoxes[place]!
  if (layout.x[box]! > x) return null
  const above = parent[box]!
  if (above >= 0 && layout.width[above]! * scale < 1) return null
  if (layout.width[box]! * scale >= 1 || above < 0) {
    return { box, count: 1, x: layout.x[box]!, width: layout.width[box]! }
  }
  const { from, to } = stripAround(layout, place, scale)
  const first = rowBoxes[from]!
  const last = rowBoxes[to - 1]!
  const left = layout.x[first]!
  return { box: first, count: to - from, x: left, width: layout.x[last]! + layout.width[last]! - left }
}

/** The places of the strip that holds one: all of it is narrow, up to a sibling that is not. */
function stripAround(layout: FlameLayout, place: number, scale: number): { from: number; to: number } {
  const { rowBoxes, width, parent } = layout
  const siblings = childrenInRow(layout, parent[rowBoxes[place]!]!)
  const isNarrow = (at: number) => width[rowBoxes[at]!]! * scale < 1
  if (layout.order === 'weight') {
    let low = siblings.from
    let high = place
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isNarrow(middle)) high = middle
      else low = middle + 1
    }
    return { from: low, to: siblings.to }
  }
  let from = place
  while (from > siblings.from) {
    const at = Math.max(siblings.from, previousPixel(layout, from, scale))
    if (!isNarrow(at)) {
      from = at + 1
      break
    }
    from = at
  }
  let to = place
  while (to < siblings.to && isNarrow(to)) to = nextPixel(layout, to, scale)
  return { from, to: Math.min(to, siblings.to) }
}
