import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { formatCount, formatPercent } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'
import { figuresOf } from './frame-figures.ts'

/** In the window, CSS pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

interface TooltipProps {
  readonly explorer: Explorer
  /** Where the pointer was when `explorer.hovered` was last set. */
  readonly pointer: RefObject<Point>
}

/** Next to the pointer. The status line says the same, so that it is never the only place. */
export function Tooltip({ explorer, pointer }: TooltipProps) {
  const element = useRef<HTMLDivElement>(null)
  // Placed once its text is there: before, its size is that of the frame pointed at last.
  useLayoutEffect(() => place(element.current!, pointer.current!))
  const profile = explorer.profile.value
  const hit = explorer.hovered.value
  const isShown = profile !== null && hit !== null
  return (
    <div ref={element} class={isShown ? 'tooltip' : 'tooltip away'} aria-hidden="true">
      {isShown && hit.count === 1 && <Figures explorer={explorer} box={hit.box} />}
      {isShown && hit.count > 1 && (
        <p>
          {formatCount(hit.count)} frames too narrow to draw,{' '}
          {formatPercent(hit.width / profile.layout.width[explorer.zoom.value.box]!)} of view. Click to look
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

function Figures({ explorer, box }: { explorer: Explorer; box: number }) {
  const { name, place, self, total, ofView, ofAll } = figuresOf(
    explorer.profile.value!,
    box,
    explorer.zoom.value.box,
  )
  return (
    <>
      <p class="frame-name">{name}</p>
      {place !== '' && <p class="frame-place">{place}</p>}
      <dl>
        <dt>Total</dt>
        <dd>
          {ofView} <span class="quiet">of view</span>
          {ofAll !== null && (
            <>
              {' · '}
              {ofAll} <span class="quiet">of all</span>
            </>
          )}
        </dd>
        <dt />
        <dd>{total}</dd>
        <dt>Self</dt>
        <dd>{self}</dd>
      </dl>
    </>
  )
}
