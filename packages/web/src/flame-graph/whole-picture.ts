import { type FlameLayout, rowCount } from './layout.ts'

/** A picture with all its rows, for a file. */
export interface WholePicture {
  readonly layout: FlameLayout
  /** Colour number by box. */
  readonly colours: Uint8Array
  readonly matches: Uint8Array | null
  /** Visible range in samples. */
  readonly from: number
  readonly to: number
  /** Rows above this one hold callers of the zoomed frame. */
  readonly zoomRow: number
  readonly isFlipped: boolean
  label(box: number, characters: number): string
  /** The whole name. */
  title(box: number): string
}

/** CSS pixels. */
export const fileWidth = 1600
export const fileRowHeight = 20
/** Deeper stacks are cut: browsers make no taller images. */
const mostRows = 700

export function fileRows({ layout }: WholePicture): number {
  return Math.min(mostRows, rowCount(layout))
}
