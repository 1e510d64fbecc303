import type { FlameLayout } from './layout.ts'
import { childrenInRow, firstEndingAfter } from './rows.ts'

/** What is under the pointer: a box, or a strip of siblings too narrow to draw. */
export interface Hit {
  /** The box; of a strip its first (widest) one. */
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
  return stripOf(layout, above, scale)
}

/** The strip at the right of a box's children; there is one. */
function stripOf(layout: FlameLayout, parent: number, scale: number): Hit {
  const { rowBoxes, x, width, self } = layout
  const { from, to } = childrenInRow(layout, parent)
  let low = from
  let high = to - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (width[rowBoxes[middle]!]! * scale < 1) high = middle
    else low = middle + 1
  }
  const first = rowBoxes[low]!
  const end = x[parent]! + width[parent]! - self[parent]!
  return { box: first, count: to - low, x: x[first]!, width: end - x[first]! }
}
