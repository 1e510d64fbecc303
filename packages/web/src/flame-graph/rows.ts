import type { FlameLayout } from './layout.ts'

/** Place in rowBoxes of the first box of a row that ends to the right of `x` (in samples); the row's end if none does. */
export function firstEndingAfter(layout: FlameLayout, row: number, x: number): number {
  const { rowStart, rowBoxes, width } = layout
  let low = rowStart[row]!
  let high = rowStart[row + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    const box = rowBoxes[middle]!
    if (layout.x[box]! + width[box]! > x) high = middle
    else low = middle + 1
  }
  return low
}

/** Place of a box in rowBoxes. */
export function placeInRow(layout: FlameLayout, box: number): number {
  const { rowStart, rowBoxes, depth } = layout
  let low = rowStart[depth[box]!]!
  let high = rowStart[depth[box]! + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rowBoxes[middle]! < box) low = middle + 1
    else high = middle
  }
  return low
}

/** Where the children of a box stand in rowBoxes: from … to - 1, heaviest first. */
export function childrenInRow(layout: FlameLayout, box: number): { from: number; to: number } {
  const { rowStart, end, depth } = layout
  if (end[box] === box + 1) return { from: 0, to: 0 }
  const row = depth[box]! + 1
  return { from: placeInRow(layout, box + 1), to: firstAtOrAfter(layout, row, end[box]!, rowStart[row + 1]!) }
}

/** Place in rowBoxes of a row's first box whose index is at least `box`. */
function firstAtOrAfter(layout: FlameLayout, row: number, box: number, rowEnd: number): number {
  const { rowStart, rowBoxes } = layout
  let low = rowStart[row]!
  let high = rowEnd
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rowBoxes[middle]! < box) low = middle + 1
    else high = middle
  }
  return low
}
