/**
 * Which boxes a viewport shows. The cost follows the pixels, not the profile: neighbouring siblings narrower than a pixel
 * become one *strip*. By weight, the first of them ends its row of siblings. By name, wide ones may follow: the strip is
 * gone along pixel by pixel, not box by box. A row then holds at most one box for each column and one strip for each of
 * these, whatever the size of the tree.
 *
 * Nothing is drawn below a strip. Rows above the viewport are not visited: the walk starts at the first visible row.
 */
import type { FlameLayout } from './layout.ts'
import { firstAtOrAfter, firstEndingAfter, nextPixel, placeInRow } from './rows.ts'

export interface Viewport {
  /** Visible range, in samples. */
  readonly from: number
  readonly to: number
  /** Width in device pixels. */
  readonly columns: number
  /** First visible row (depth) and how many. */
  readonly firstRow: number
  readonly rows: number
}

/** Boxes and strips in device pixels, reused from one frame to the next. */
export class VisibleBoxes {
  length = 0
  /** Boxes looked at to find them, those skipped included. */
  visited = 0
  /** The box; of a strip its first one. */
  box = new Int32Array(4096)
  /** Depth. */
  row = new Int32Array(4096)
  left = new Int32Array(4096)
  /** First column that is not covered. */
  right = new Int32Array(4096)
  /** 1 for a strip: siblings from `box` on, each too narrow to draw. */
  strip = new Uint8Array(4096)

  clear(): void {
    this.length = 0
    this.visited = 0
  }

  add(box: number, row: number, left: number, right: number, strip: 0 | 1): void {
    if (right <= left) return
    if (this.length === this.box.length) this.#grow()
    const at = this.length++
    this.box[at] = box
    this.row[at] = row
    this.left[at] = left
    this.right[at] = right
    this.strip[at] = strip
  }

  #grow(): void {
    const longer = (column: Int32Array<ArrayBuffer>) => {
      const made = new Int32Array(column.length * 2)
      made.set(column)
      return made
    }
    this.box = longer(this.box)
    this.row = longer(this.row)
    this.left = longer(this.left)
    this.right = longer(this.right)
    const strip = new Uint8Array(this.box.length)
    strip.set(this.strip)
    this.strip = strip
  }
}

/** Fills `found` with what is visible, top to bottom within each subtree. */
export function findVisible(layout: FlameLayout, viewport: Viewport, found: VisibleBoxes): void {
  found.clear()
  const { rowStart, rowBoxes, x, width, parent } = layout
  const { from, to, firstRow } = viewport
  if (firstRow >= rowStart.length - 1 || to <= from || viewport.columns <= 0) return
  const scale = viewport.columns / (to - from)
  const rowEnd = rowStart[firstRow + 1]!
  for (let k = firstEndingAfter(layout, firstRow, from); k < rowEnd; ) {
    const box = rowBoxes[k]!
    const above = parent[box]!
    if (x[box]! >= to) return
    found.visited++
    if (above >= 0 && width[above]! * scale < 1) {
      // Its parent is part of a strip: on to the next pixel.
      const pixel = Math.floor((x[box]! - from) * scale) + 1
      k = Math.max(k + 1, firstEndingAfter(layout, firstRow, from + pixel / scale))
    } else if (width[box]! * scale < 1) {
      k = firstAtOrAfter(layout, firstRow, addStrip(layout, viewport, scale, box, found))
    } else {
      walk(layout, viewport, scale, box, found)
      k++
    }
  }
}

/** The subtree of a box that is at least one pixel wide and not left or right of the viewport. */
function walk(
  layout: FlameLayout,
  viewport: Viewport,
  scale: number,
  top: number,
  found: VisibleBoxes,
): void {
  const { x, width, parent, end, depth, rowBoxes } = layout
  const { from, to, columns } = viewport
  const lastRow = viewport.firstRow + viewport.rows - 1
  const stop = end[top]!
  for (let box = top; box < stop; ) {
    found.visited++
    const left = (x[box]! - from) * scale
    const wide = width[box]! * scale
    const above = parent[box]!
    if (box !== top && (left >= columns || x[box]! >= to)) {
      // Its later siblings are further right still.
      box = end[above]!
    } else if (box !== top && wide < 1) {
      box = addStrip(layout, viewport, scale, box, found)
    } else {
      const row = depth[box]!
      found.add(box, row, Math.max(0, Math.round(left)), Math.min(columns, Math.round(left + wide)), 0)
      if (row === lastRow || end[box] === box + 1) box = end[box]!
      else if (left >= 0) box++
      else {
        // Children left of the viewport are skipped by search, not one by one.
        const place = firstEndingAfter(layout, row + 1, from)
        const child = place < layout.rowStart[row + 2]! ? rowBoxes[place]! : stop
        box = child < end[box]! ? Math.max(child, box + 1) : end[box]!
      }
    }
  }
}

/** The strip that begins at a box. @returns what comes next: a sibling, or what follows after its parent's subtree */
function addStrip(
  layout: FlameLayout,
  viewport: Viewport,
  scale: number,
  box: number,
  found: VisibleBoxes,
): number {
  const { x, width, self, parent, end, depth } = layout
  const { from, columns } = viewport
  const above = parent[box]!
  const next = layout.order === 'weight' ? end[above]! : afterStrip(layout, viewport, scale, box, found)
  const stripEnd = next < end[above]! ? x[next]! : x[above]! + width[above]! - self[above]!
  const left = Math.max(0, Math.round((x[box]! - from) * scale))
  found.add(box, depth[box]!, left, Math.min(columns, Math.round((stripEnd - from) * scale)), 1)
  return next
}

/** The first sibling after a box that is as wide as a pixel; what follows after their parent's subtree if none on view is. */
function afterStrip(
  layout: FlameLayout,
  { from, to }: Viewport,
  scale: number,
  first: number,
  found: VisibleBoxes,
): number {
  const { x, width, parent, end, depth, rowStart, rowBoxes } = layout
  const stop = end[parent[first]!]!
  const rowEnd = rowStart[depth[first]! + 1]!
  for (let place = placeInRow(layout, first); ; found.visited++) {
    place = nextPixel(layout, place, scale, from)
    const box = place < rowEnd ? rowBoxes[place]! : stop
    if (box >= stop || x[box]! >= to) return stop
    if (width[box]! * scale >= 1) return box
  }
}
