import { formatCount, formatPercent } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'
import { figuresOf } from './frame-figures.ts'

/** Always there, at the bottom: the frame under the pointer, else the selected one. */
export function StatusLine({ explorer }: { explorer: Explorer }) {
  const isAbove = explorer.view.value.view === 'inspect' && explorer.callers.hovered.value !== null
  const chart = isAbove ? explorer.callers : explorer.main
  const drawing = chart.drawing.value
  const hit = chart.hovered.value
  const zoom = chart.zoom.value.box
  if (drawing === null) return <div class="status-line" />
  if (hit !== null && hit.count > 1) {
    return (
      <div class="status-line">
        {formatCount(hit.count)} frames too narrow to draw,{' '}
        {formatPercent(hit.width / drawing.layout.width[zoom]!)} of view
      </div>
    )
  }
  const box = hit?.box ?? chart.selected.value ?? zoom
  const { name, place, self, total, ofView, ofAll, cost } = figuresOf(explorer, drawing, box, zoom)
  return (
    <div class="status-line">
      <bdi class="frame-name">{name}</bdi>
      {place !== '' && <bdi class="frame-place">{place}</bdi>}
      <span class="grow" />
      <span class="figure">
        <span class="quiet">self</span> {self}
      </span>
      <span class="figure">
        <span class="quiet">total</span> {total}
      </span>
      <span class="figure">
        {ofView} <span class="quiet">of view</span>
      </span>
      {ofAll !== null && (
        <span class="figure">
          {ofAll} <span class="quiet">of all</span>
        </span>
      )}
      {cost !== null && <span class="figure">{cost}</span>}
    </div>
  )
}
