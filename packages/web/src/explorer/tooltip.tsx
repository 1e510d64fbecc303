import type { RefObject } from 'preact'
import { formatCount, formatPercent } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'
import { figuresOf } from './frame-figures.ts'

interface TooltipProps {
  readonly explorer: Explorer
  readonly element: RefObject<HTMLDivElement | null>
}

/** Next to the pointer. The status line says the same, so that it is never the only place. */
export function Tooltip({ explorer, element }: TooltipProps) {
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
