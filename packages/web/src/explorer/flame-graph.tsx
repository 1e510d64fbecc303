import { effect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { theme } from '../app/theme.ts'
import type { Chart, Drawing } from '../flame-graph/chart.ts'
import { makePalette, type Palette, type Theme } from '../flame-graph/palette.ts'
import { FlameView } from '../flame-graph/view.ts'
import { isWalkKey, walkTo } from '../flame-graph/walk-keys.ts'
import { fitName } from '../format/short-name.ts'
import { type Point, Tooltip } from './tooltip.tsx'
import { TreeItems, treeItemId } from './tree-items.tsx'

export interface FlameGraphProps<D extends Drawing> {
  readonly chart: Chart<D>
  /** Its name for screen readers; of several on a page each has another. */
  readonly label: string
  readonly isFlipped?: boolean
  /** How many of its rows it is high at most; without: as high as there is room. */
  readonly className?: string
  /** What a screen reader says of a box. */
  spoken(drawing: D, box: number): string
  /** What stands beside the pointer. */
  tooltip(drawing: D, box: number): ComponentChildren
  onDoubleClick?(box: number): void
  onMenu?(box: number, at: Point): void
  /** Keys that this does not know. @returns whether it was one of its keys */
  onKey?(event: KeyboardEvent, box: number): boolean
}

/**
 * A flame graph of any drawing: one focusable tree. Keys walk it, the canvas shows it, a few real elements speak for it.
 */
export function FlameGraph<D extends Drawing>(props: FlameGraphProps<D>) {
  const { chart, label, isFlipped = false, className = '' } = props
  const scroller = useRef<HTMLDivElement>(null)
  const view = useRef<FlameView>(null)
  const pointer = useRef<Point>({ x: 0, y: 0 })
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    const made = new FlameView(scroller.current!, {
      onHover: (hit, x, y) => {
        pointer.current = { x, y }
        chart.hovered.value = hit
      },
      onClick: (hit) => {
        chart.select(hit.box)
        if (hit.count === 1) chart.zoomTo(hit.box)
        else chart.freeSpan.value = { from: hit.x, to: hit.x + hit.width }
      },
      onDoubleClick: (hit) => {
        if (hit.count === 1) latest.current.onDoubleClick?.(hit.box)
      },
      onMenu: (hit, x, y) => {
        if (hit.count > 1) return
        chart.select(hit.box)
        latest.current.onMenu?.(hit.box, { x, y })
      },
      onSpan: (span) => {
        chart.freeSpan.value = span
      },
    })
    chart.columns = () => made.columns
    view.current = made
    return () => made.dispose()
  }, [chart])

  useEffect(() => effect(() => draw(chart, view.current!, scroller.current!, isFlipped)), [chart, isFlipped])

  const onKeyDown = (event: KeyboardEvent) => {
    const drawing = chart.drawing.value
    if (drawing === null || event.ctrlKey || event.metaKey || event.altKey) return
    const box = chart.selected.value ?? chart.zoom.value.box
    if (event.key === 'Enter' || event.key === ' ') chart.zoomTo(box)
    else if (isMenuKey(event)) openMenu(box)
    else if (isWalkKey(event.key)) {
      const isFirst = chart.selected.value === null
      const key = isFlipped ? flippedKey(event.key) : event.key
      chart.select(isFirst ? box : walkTo(drawing.layout, box, key))
    } else if (props.onKey?.(event, box) !== true) return
    event.preventDefault()
    event.stopPropagation()
  }
  /** At the box, if it is on view; the graph's own corner else. */
  const openMenu = (box: number) => {
    if (props.onMenu === undefined) return
    const { left, top } = scroller.current!.getBoundingClientRect()
    props.onMenu(box, { x: left + 24, y: top + 24 })
  }
  const selected = chart.selected.value
  return (
    <div class={`flame ${className}`}>
      <div
        ref={scroller}
        class="flame-scroll"
        role="tree"
        aria-label={label}
        tabIndex={0}
        {...(selected !== null && { 'aria-activedescendant': treeItemId(label, selected) })}
        onKeyDown={onKeyDown}
        onFocus={() => {
          if (chart.selected.value === null) chart.select(chart.zoom.value.box)
        }}
      >
        <TreeItems chart={chart} label={label} spoken={props.spoken} />
      </div>
      <Tooltip chart={chart} pointer={pointer} figures={props.tooltip} />
    </div>
  )
}

function isMenuKey({ key, shiftKey }: KeyboardEvent): boolean {
  return key === 'ContextMenu' || key === '.' || (key === 'F10' && shiftKey)
}

/** Up is up, wherever the root stands. */
function flippedKey<K extends string>(key: K): K | 'ArrowUp' | 'ArrowDown' {
  if (key === 'ArrowUp') return 'ArrowDown'
  return key === 'ArrowDown' ? 'ArrowUp' : key
}

const palettes = new Map<Theme, Palette>()

function paletteOf(which: Theme): Palette {
  const palette = palettes.get(which) ?? makePalette(which)
  palettes.set(which, palette)
  return palette
}

function draw<D extends Drawing>(chart: Chart<D>, view: FlameView, element: HTMLElement, isFlipped: boolean) {
  const drawing = chart.drawing.value
  if (drawing === null) return
  const palette = paletteOf(theme.value)
  const style = getComputedStyle(element)
  view.show({
    layout: drawing.layout,
    colours: drawing.colours,
    palette,
    matches: chart.matches.value,
    zoom: chart.zoom.value.box,
    span: chart.freeSpan.value,
    selected: chart.selected.value,
    isFlipped,
    label: (box, characters) => fitName(drawing.label(box), characters),
    accent: style.outlineColor,
    outline: style.color,
  })
}
