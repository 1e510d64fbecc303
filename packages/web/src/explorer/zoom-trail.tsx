import type { Chart, Drawing } from '../flame-graph/chart.ts'
import { ancestorsOf } from '../flame-graph/frame-path.ts'
import { shortName } from '../format/short-name.ts'

/** Callers shown at each end of a long path. */
const atStart = 2
const atEnd = 3

/** The path of the zoomed frame: each caller leads back to it. */
export function ZoomTrail<D extends Drawing>({ chart, label = 'Zoom' }: { chart: Chart<D>; label?: string }) {
  const drawing = chart.drawing.value
  const { box } = chart.zoom.value
  if (drawing === null) return null
  const path = [...ancestorsOf(drawing.layout, box), box]
  const hidden = path.length - atStart - atEnd - 1
  const shown = hidden > 0 ? [...path.slice(0, atStart), -1, ...path.slice(-atEnd - 1)] : path
  return (
    <nav class="zoom-trail" aria-label={label}>
      <ol>
        {shown.map((at) => (
          <li key={at}>
            {at < 0 ? (
              <span class="quiet">{hidden} more</span>
            ) : at === box ? (
              <span aria-current="true" title={drawing.label(at)}>
                {shortName(drawing.label(at))}
              </span>
            ) : (
              <button type="button" title={drawing.label(at)} onClick={() => chart.zoomTo(at)}>
                {shortName(drawing.label(at))}
              </button>
            )}
          </li>
        ))}
      </ol>
      {chart.isZoomed && (
        <button type="button" class="button small" onClick={() => chart.resetZoom()}>
          Reset zoom
        </button>
      )}
    </nav>
  )
}
