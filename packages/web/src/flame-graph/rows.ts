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
  return firstAtOrAfter(layout, layout.depth[box]!, box)
}

/** Where the children of a box stand in rowBoxes: from … to - 1, in their order. */
export function childrenInRow(layout: FlameLayout, box: number): { from: number; to: number } {
  const { end, depth } = layout
  if (end[box] === box + 1) return { from: 0, to: 0 }
  return {
    from: placeInRow(layout, box + 1),
    to: firstAtOrAfter(layout, depth[box]! + 1, end[box]!),
  }
}

/** Place in rowBoxes of a row's first box whose index is at least `box`. */
export function firstAtOrAfter({ rowStart, rowBoxes }: FlameLayout, row: number, box: number): number {
  let low = rowStart[row]!
  let high = rowStart[row + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rowBoxes[middle]! < box) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * From a box narrower than a pixel to the right: the next place whose box may be as wide as one. All siblings before it
 * end in the pixel in which this box ends, so they are as narrow. @param scale pixels for each sample @param from sample
 * at which a pixel begins
 */
export function nextPixel(layout: FlameLayout, place: number, scale: number, from = 0): number {
  const { rowBoxes, depth, x, width } = layout
  const box = rowBoxes[place]!
  const pixel = Math.ceil((x[box]! + width[box]! - from) * scale)
  return Math.max(place + 1, firstEndingAfter(layout, depth[box]!, from + pixel / scale))
}

/** The same to the left: all siblings after it begin in the pixel in which this box begins. */
export function previousPixel(layout: FlameLayout, place: number, scale: number): number {
  const { rowBoxes, depth, x } = layout
  const box = rowBoxes[place]!
  const pixel = Math.floor(x[box]! * scale)
  return Math.min(place - 1, firstEndingAfter(layout, depth[box]!, pixel / scale))
}
