import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Chart, Drawing } from '../flame-graph/chart.ts'
import { formatCount, formatPercent } from '../format/numbers.ts'

/** In the window, CSS pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

interface TooltipProps<D extends Drawing> {
  readonly chart: Chart<D>
  /** Where the pointer was when `hovered` was last set. */
  readonly pointer: RefObject<Point>
  figures(drawing: D, box: number): ComponentChildren
}

/** Next to the pointer. The status line says the same, so that it is never the only place. */
export function Tooltip<D extends Drawing>({ chart, pointer, figures }: TooltipProps<D>) {
  const element = useRef<HTMLDivElement>(null)
  // Placed once its text is there: before, its size is that of the frame pointed at last.
  useLayoutEffect(() => place(element.current!, pointer.current!))
  const drawing = chart.drawing.value
  const hit = chart.hovered.value
  const isShown = drawing !== null && hit !== null
  return (
    <div ref={element} class={isShown ? 'tooltip' : 'tooltip away'} aria-hidden="true">
      {isShown && hit.count === 1 && figures(drawing, hit.box)}
      {isShown && hit.count > 1 && (
        <p>
          {formatCount(hit.count)} frames too narrow to draw,{' '}
          {formatPercent(hit.width / drawing.layout.width[chart.zoom.value.box]!)} of view. Click to look
          closer.
        </p>
      )}
    </div>
  )
}

/** Beside the pointer, inside the window. */
function place(tooltip: HTMLElement, { x, y }: Point): void {
  const { width, height } = tooltip.getBoundingClientRect()
  const left = x + 16 + width > window.innerWidth ? Math.max(8, x - 16 - width) : x + 16
  const top = y + 20 + height > window.innerHeight ? Math.max(8, y - 12 - height) : y + 20
  tooltip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
}
