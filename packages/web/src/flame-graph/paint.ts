/**
 * Draws what is visible: boxes as one scanline of words for each row, copied down into an ImageData that is reused,
 * then labels by fillText, widest first. Measured, this is several times faster than a fillRect for each box.
 */
import type { FlameLayout } from './layout.ts'
import { rowCount } from './layout.ts'
import { colourCount, type Palette, signOf, stripColour } from './palette.ts'
import { findVisible, VisibleBoxes } from './visible-boxes.ts'

export interface Scene {
  readonly layout: FlameLayout
  /** Colour number by box. */
  readonly colours: Uint8Array
  readonly palette: Palette
  /** Visible range in samples. */
  readonly from: number
  readonly to: number
  /** Distance from the top of the topmost row to the top of the canvas, in device pixels; below 0: empty space above it. */
  readonly scrollTop: number
  /** Whether the root is at the bottom. */
  readonly isFlipped: boolean
  /** Height of a row, in device pixels. */
  readonly rowHeight: number
  /** Rows above this one hold callers of the zoomed frame. */
  readonly zoomRow: number
  /** 1 for each name that matches the search; null without search. */
  readonly matches: Uint8Array | null
  readonly devicePixelRatio: number
  /** Label of a box that has room for `characters`. */
  label(box: number, characters: number): string
}

/** Labels beyond these, the narrowest ones, are left out. */
const mostLabels = 1000
const fontSize = 12
const narrowestLabel = 26
const font = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace'
const isAscii = /^[\x20-\x7e…]*$/

export class Painter {
  readonly #context: CanvasRenderingContext2D
  readonly visible = new VisibleBoxes()
  #image: ImageData | null = null
  #words = new Uint32Array(0)
  #fills = new Uint32Array(0)
  #lines = new Uint32Array(0)

  constructor(canvas: HTMLCanvasElement) {
    // Opaque: nothing to blend, and text gets subpixel rendering where the system does that.
    const context = canvas.getContext('2d', { alpha: false })
    if (context === null) throw new Error('this browser offers no 2D canvas')
    this.#context = context
  }

  paint(scene: Scene): void {
    const { width, height } = this.#context.canvas
    if (width === 0 || height === 0) return
    const { firstRow, rows } = visibleRows(scene, height)
    findVisible(
      scene.layout,
      { from: scene.from, to: scene.to, columns: width, firstRow, rows },
      this.visible,
    )
    this.#fillRows(scene, firstRow, rows, width)
    this.#copyRows(scene, firstRow, rows, width, height)
    this.#writeLabels(scene, width)
  }

  /** One scanline for each row of boxes, and one for the line at their bottom. */
  #fillRows(scene: Scene, firstRow: number, rows: number, width: number): void {
    const { palette, colours, devicePixelRatio } = scene
    if (this.#fills.length < rows * width) {
      this.#fills = new Uint32Array(rows * width)
      this.#lines = new Uint32Array(rows * width)
    }
    const fills = this.#fills.fill(palette.surface, 0, rows * width)
    const lines = this.#lines.fill(palette.surface, 0, rows * width)
    const { visible } = this
    const dot = Math.max(1, Math.round(2 * devicePixelRatio))
    for (let k = 0; k < visible.length; k++) {
      const at = (visible.row[k]! - firstRow) * width
      const left = at + visible.left[k]!
      const isStrip = visible.strip[k] === 1
      // A gap of one pixel sets boxes apart once they are wide enough to spare it.
      const spare = visible.right[k]! - visible.left[k]! >= 3 * devicePixelRatio && !isStrip
      const right = at + visible.right[k]! - (spare ? Math.round(devicePixelRatio) : 0)
      const colour = isStrip ? stripColour : colours[visible.box[k]!]!
      const tone = toneOf(scene, k, visible) * colourCount
      const fill = palette.fill[tone + colour]!
      const line = palette.line[tone + colour]!
      fills.fill(fill, left, right)
      if (isStrip) hatch(fills, left, right, palette.surface, dot)
      lines.fill(signOf(colour) === 'none' ? fill : line, left, right)
      if (signOf(colour) === 'dotted') dots(lines, left, right, fill, dot)
    }
  }

  #copyRows(scene: Scene, firstRow: number, rows: number, width: number, height: number): void {
    if (this.#image === null || this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height)
      this.#words = new Uint32Array(this.#image.data.buffer)
    }
    const words = this.#words
    const { rowHeight, palette } = scene
    const gap = Math.max(1, Math.round(scene.devicePixelRatio))
    const lineTop = rowHeight - gap - Math.max(1, Math.round(2 * scene.devicePixelRatio))
    let from = height
    let to = 0
    for (let row = 0; row < rows; row++) {
      const top = topOfRow(scene, firstRow + row)
      const fill = this.#fills.subarray(row * width, (row + 1) * width)
      const line = this.#lines.subarray(row * width, (row + 1) * width)
      for (let y = Math.max(0, top); y < Math.min(height, top + rowHeight); y++) {
        if (y - top >= rowHeight - gap) words.fill(palette.surface, y * width, (y + 1) * width)
        else words.set(y - top >= lineTop ? line : fill, y * width)
      }
      from = Math.min(from, Math.max(0, top))
      to = Math.max(to, Math.min(height, top + rowHeight))
    }
    words.fill(palette.surface, 0, Math.min(from, height) * width)
    if (to >= from) words.fill(palette.surface, to * width)
    this.#context.putImageData(this.#image, 0, 0)
  }

  #writeLabels(scene: Scene, width: number): void {
    const { visible } = this
    const context = this.#context
    const ratio = scene.devicePixelRatio
    const roomy: number[] = []
    for (let k = 0; k < visible.length; k++) {
      const wide = visible.right[k]! - visible.left[k]!
      if (visible.strip[k] === 0 && wide >= narrowestLabel * ratio) roomy.push(k)
    }
    if (roomy.length > mostLabels) {
      const wide = (k: number) => visible.right[k]! - visible.left[k]!
      roomy.sort((a, b) => wide(b) - wide(a)).length = mostLabels
    }
    context.font = `${fontSize * ratio}px ${font}`
    context.textBaseline = 'alphabetic'
    const character = context.measureText('0').width
    const padding = 5 * ratio
    let tone = -1
    for (const k of roomy) {
      const left = visible.left[k]! + padding
      const room = Math.min(visible.right[k]!, width) - left - padding
      const text = scene.label(visible.box[k]!, Math.floor(room / character))
      const itsTone = toneOf(scene, k, visible)
      if (itsTone !== tone) {
        tone = itsTone
        context.fillStyle = scene.palette.ink[tone]!
      }
      const y = topOfRow(scene, visible.row[k]!) + scene.rowHeight * 0.5 + 3.5 * ratio
      // Only plain text is sure to be as wide as its characters; the rest is squeezed where it is not.
      if (isAscii.test(text)) context.fillText(text, left, Math.round(y))
      else context.fillText(text, left, Math.round(y), room)
    }
  }
}

/** Index into `tones`. */
function toneOf(scene: Scene, k: number, visible: VisibleBoxes): 0 | 1 | 2 {
  const { matches, layout } = scene
  if (matches !== null) {
    const name = layout.name[visible.box[k]!]!
    return visible.strip[k] === 0 && name >= 0 && matches[name] === 1 ? 0 : 1
  }
  return visible.row[k]! < scene.zoomRow ? 2 : 0
}

/** The rows (depths) that a canvas shows, cut ones included. */
function visibleRows(scene: Scene, height: number): { firstRow: number; rows: number } {
  const { scrollTop, rowHeight, layout, isFlipped } = scene
  const top = Math.max(0, Math.floor(scrollTop / rowHeight))
  const bottom = Math.ceil((scrollTop + height) / rowHeight)
  if (!isFlipped) return { firstRow: top, rows: bottom - top }
  const count = rowCount(layout)
  const firstRow = Math.max(0, count - bottom)
  return { firstRow, rows: Math.max(0, count - top - firstRow) }
}

/** Top of a row on the canvas, in device pixels. */
export function topOfRow(
  scene: Pick<Scene, 'layout' | 'isFlipped' | 'rowHeight' | 'scrollTop'>,
  row: number,
): number {
  const place = scene.isFlipped ? rowCount(scene.layout) - 1 - row : row
  return Math.round(place * scene.rowHeight - scene.scrollTop)
}

function hatch(fills: Uint32Array, left: number, right: number, surface: number, step: number): void {
  for (let at = left; at < right; at++) if (Math.floor((at - left) / step) % 2 === 1) fills[at] = surface
}

function dots(lines: Uint32Array, left: number, right: number, fill: number, step: number): void {
  for (let at = left; at < right; at++) if (Math.floor((at - left) / step) % 2 === 1) lines[at] = fill
}
