import { ancestorsOf } from '../flame-graph/frame-path.ts'
import { shortName } from '../format/short-name.ts'
import type { Explorer } from './explorer.ts'

/** Callers shown at each end of a long path. */
const atStart = 2
const atEnd = 3

/** The path of the zoomed frame: each caller leads back to it. */
export function ZoomTrail({ explorer }: { explorer: Explorer }) {
  const profile = explorer.profile.value
  const { box } = explorer.zoom.value
  const isZoomed = explorer.view.value.zoom.length > 0 || explorer.freeSpan.value !== null
  if (profile === null) return null
  const path = [...ancestorsOf(profile.layout, box), box]
  const hidden = path.length - atStart - atEnd - 1
  const shown = hidden > 0 ? [...path.slice(0, atStart), -1, ...path.slice(-atEnd - 1)] : path
  return (
    <nav class="zoom-trail" aria-label="Zoom">
      <ol>
        {shown.map((at) => (
          <li key={at}>
            {at < 0 ? (
              <span class="quiet">{hidden} more</span>
            ) : at === box ? (
              <span aria-current="true" title={profile.label(at)}>
                {shortName(profile.label(at))}
              </span>
            ) : (
              <button type="button" title={profile.label(at)} onClick={() => explorer.zoomTo(at)}>
                {shortName(profile.label(at))}
              </button>
            )}
          </li>
        ))}
      </ol>
      {isZoomed && (
        <button type="button" class="button small" onClick={() => explorer.resetZoom()}>
          Reset zoom
        </button>
      )}
    </nav>
  )
}
