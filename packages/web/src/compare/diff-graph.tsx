import { signal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { useLayoutEffect, useMemo } from 'preact/hooks'
import { FlameGraph } from '../explorer/flame-graph.tsx'
import { ZoomTrail } from '../explorer/zoom-trail.tsx'
import { Chart, type Drawing } from '../flame-graph/chart.ts'
import { colourOfChange } from '../flame-graph/palette.ts'
import { formatPercent, spokenPercent } from '../format/numbers.ts'
import { pointsOf } from '../format/points.ts'
import type { Comparison } from './comparison.ts'
import { diffColours, diffLayout, nameOfFrame } from './diff-layout.ts'

interface DiffDrawing extends Drawing {
  readonly layout: ReturnType<typeof diffLayout>['layout']
  /** Shares of both sides, of a box with what it calls. */
  shares(box: number): { readonly was: number; readonly is: number }
  /** Without the change that stands beside it. */
  nameOfBox(box: number): string
}

const unchanged = colourOfChange(0)

function drawingOf(comparison: Comparison): DiffDrawing {
  const { layout, nodeOf } = diffLayout(comparison)
  const colours = diffColours(comparison, nodeOf)
  const nameOf = (name: number) => nameOfFrame(comparison, name)
  const nameOfBox = (box: number) => (box === 0 ? 'ALL' : visibleText(nameOf(layout.name[box]!)))
  const shares = (box: number) => {
    const node = nodeOf[box]!
    return { was: comparison.before.total[node]!, is: comparison.after.total[node]! }
  }
  return {
    layout,
    colours,
    nameOf,
    nameOfBox,
    shares,
    label: (box) => {
      if (colours[box] === unchanged) return nameOfBox(box)
      const { was, is } = shares(box)
      return `${nameOfBox(box)} ${pointsOf(is - was)}`
    },
  }
}

/** Both sides as one flame graph, as wide as their shares together. What is zoomed to stays when new data comes. */
export function DiffGraph({ comparison }: { comparison: Comparison }) {
  const { chart, drawing } = useMemo(() => {
    const zoom = signal<readonly string[]>([])
    const drawing = signal<DiffDrawing | null>(null)
    const chart = new Chart<DiffDrawing>(drawing, zoom, (path) => {
      zoom.value = path
    })
    return { chart, drawing }
  }, [])
  // Before the first paint: what stands above the picture has its place from the start.
  useLayoutEffect(() => {
    drawing.value = drawingOf(comparison)
  }, [comparison])
  const shown = drawing.value
  return (
    <div class="diff">
      <ul class="legend diff-legend" aria-label="Colours">
        <li>
          <i class="swatch more" /> more than before
        </li>
        <li>
          <i class="swatch less" /> less than before
        </li>
        <li>
          <i class="swatch same" /> no real change
        </li>
      </ul>
      <ZoomTrail chart={chart} />
      <div class="diff-flame">
        <FlameGraph
          chart={chart}
          label="Flame graph of both sides"
          spoken={(of, box) => {
            const { was, is } = of.shares(box)
            return `${of.nameOfBox(box)}, ${spokenPercent(was)} before, ${spokenPercent(is)} after`
          }}
          tooltip={(of, box) => <Figures drawing={of} box={box} />}
          onKey={({ key }) => {
            if (key === '0') chart.resetZoom()
            return key === '0' || (key === 'Escape' && chart.zoomOut())
          }}
        />
      </div>
      {shown !== null && (
        <p class="status-line">
          <Figures
            drawing={shown}
            box={chart.hovered.value?.box ?? chart.selected.value ?? chart.zoom.value.box}
          />
        </p>
      )}
    </div>
  )
}

/** What a box is on both sides. */
function Figures({ drawing, box }: { drawing: DiffDrawing; box: number }) {
  const { was, is } = drawing.shares(box)
  return (
    <>
      <bdi class="frame-name">{drawing.nameOfBox(box)}</bdi>{' '}
      <span class="figure">
        <span class="quiet">before</span> {formatPercent(was)}
      </span>{' '}
      <span class="figure">
        <span class="quiet">after</span> {formatPercent(is)}
      </span>{' '}
      <span class="figure">{pointsOf(is - was)}</span>
    </>
  )
}
