import { effect, useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { theme } from '../app/theme.ts'
import { ancestorsOf } from '../flame-graph/frame-path.ts'
import { colourOfChange, makePalette, type Palette, type Theme } from '../flame-graph/palette.ts'
import { childrenInRow, placeInRow } from '../flame-graph/rows.ts'
import { FlameView } from '../flame-graph/view.ts'
import { isWalkKey, walkTo } from '../flame-graph/walk-keys.ts'
import { formatPercent, spokenPercent } from '../format/numbers.ts'
import { pointsOf } from '../format/points.ts'
import { fitName } from '../format/short-name.ts'
import { visibleText } from '../format/visible-text.ts'
import type { Comparison } from './comparison.ts'
import { diffColours, diffLayout, nameOfNode } from './diff-layout.ts'

const unchanged = colourOfChange(0)

/** Both sides as one flame graph: arrows walk it, Enter zooms, Esc goes back, 0 shows all. */
export function DiffGraph({ comparison }: { comparison: Comparison }) {
  const scroller = useRef<HTMLDivElement>(null)
  const picture = useComputed(() => {
    const { layout, nodeOf } = diffLayout(comparison)
    return { layout, nodeOf, colours: diffColours(comparison, nodeOf) }
  }).value
  const zoom = useSignal(0)
  const selected = useSignal<number | null>(null)
  const hovered = useSignal<number | null>(null)
  const { layout, nodeOf, colours } = picture
  const label = (box: number): string =>
    box === 0 ? 'ALL' : visibleText(nameOfNode(comparison, nodeOf[box]!))
  const figures = (box: number) => {
    const node = nodeOf[box]!
    return { was: comparison.before.total[node]!, is: comparison.after.total[node]! }
  }

  useEffect(() => {
    const element = scroller.current!
    zoom.value = 0
    selected.value = null
    const view = new FlameView(element, {
      onHover: (hit) => {
        hovered.value = hit === null ? null : hit.box
      },
      onClick: (hit) => {
        selected.value = hit.box
        zoom.value = hit.box
      },
      // What the explorer does beyond a click is not done here: the table has the links to it.
      onDoubleClick: () => {},
      onMenu: () => {},
      onSpan: () => {},
    })
    const stop = effect(() => {
      const style = getComputedStyle(element)
      view.show({
        layout,
        colours,
        palette: paletteOf(theme.value),
        matches: null,
        isFlipped: false,
        zoom: zoom.value,
        span: null,
        selected: selected.value,
        label: (box, characters) => {
          const { was, is } = figures(box)
          const change = colours[box] === unchanged ? '' : ` ${pointsOf(is - was)}`
          const room = characters - change.length
          return room < 8 ? fitName(label(box), characters) : fitName(label(box), room) + change
        },
        accent: style.outlineColor,
        outline: style.color,
      })
    })
    return () => {
      stop()
      view.dispose()
    }
  }, [picture])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const box = selected.value ?? zoom.value
    if (event.key === 'Enter' || event.key === ' ') zoom.value = box
    else if (event.key === 'Escape' && zoom.value > 0) zoom.value = layout.parent[zoom.value]!
    else if (event.key === '0') zoom.value = 0
    else if (isWalkKey(event.key))
      selected.value = selected.value === null ? box : walkTo(layout, box, event.key)
    else return
    event.preventDefault()
  }
  const told = hovered.value ?? selected.value ?? zoom.value
  const { was, is } = figures(told)
  return (
    <div class="diff">
      <ul class="legend diff-legend">
        <li>
          <i class="swatch more" /> more than before
        </li>
        <li>
          <i class="swatch less" /> less than before
        </li>
        <li>
          <i class="swatch same" /> no real change
        </li>
        {zoom.value > 0 && (
          <li>
            <button
              type="button"
              class="button small"
              onClick={() => {
                zoom.value = 0
              }}
            >
              Reset zoom
            </button>
          </li>
        )}
      </ul>
      <div class="flame diff-flame">
        <div
          ref={scroller}
          class="flame-scroll"
          role="tree"
          aria-label="Flame graph of both sides"
          tabIndex={0}
          {...(selected.value !== null && { 'aria-activedescendant': itemId(selected.value) })}
          onKeyDown={onKeyDown}
          onFocus={() => {
            selected.value ??= zoom.value
          }}
        >
          {(selected.value === null ? [0] : [...ancestorsOf(layout, selected.value), selected.value]).map(
            (box) => {
              const { from, to } = box === 0 ? { from: 0, to: 1 } : childrenInRow(layout, layout.parent[box]!)
              const shares = figures(box)
              return (
                <div
                  key={box}
                  id={itemId(box)}
                  class="visually-hidden"
                  role="treeitem"
                  aria-level={layout.depth[box]! + 1}
                  aria-posinset={box === 0 ? 1 : placeInRow(layout, box) - from + 1}
                  aria-setsize={to - from}
                  aria-selected={box === selected.value}
                  aria-label={`${label(box)}, ${spokenPercent(shares.was)} before, ${spokenPercent(shares.is)} after`}
                />
              )
            },
          )}
        </div>
      </div>
      <p class="status-line">
        <bdi class="frame-name">{label(told)}</bdi>
        <span class="figure">
          <span class="quiet">before</span> {formatPercent(was)}
        </span>
        <span class="figure">
          <span class="quiet">after</span> {formatPercent(is)}
        </span>
        <span class="figure">{pointsOf(is - was)}</span>
      </p>
    </div>
  )
}

function itemId(box: number): string {
  return `diff-${box}`
}

const palettes = new Map<Theme, Palette>()

function paletteOf(which: Theme): Palette {
  const palette = palettes.get(which) ?? makePalette(which)
  palettes.set(which, palette)
  return palette
}
