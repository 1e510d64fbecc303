import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { theme } from '../app/theme.ts'
import { makePalette, type Palette, type Theme } from '../flame-graph/palette.ts'
import { FlameView } from '../flame-graph/view.ts'
import { isWalkKey, walkTo } from '../flame-graph/walk-keys.ts'
import { fitName } from '../format/short-name.ts'
import type { Explorer } from './explorer.ts'
import { type Point, Tooltip } from './tooltip.tsx'
import { TreeItems, treeItemId } from './tree-items.tsx'

/** The picture: one focusable tree. Keys walk it, the canvas shows it, a few real elements speak for it. */
export function FlameGraph({ explorer }: { explorer: Explorer }) {
  const scroller = useRef<HTMLDivElement>(null)
  const pointer = useRef<Point>({ x: 0, y: 0 })
  const view = useRef<FlameView | null>(null)

  useEffect(() => {
    const element = scroller.current!
    const made = new FlameView(element, {
      onHover: (hit, x, y) => {
        pointer.current = { x, y }
        explorer.hovered.value = hit
      },
      onClick: (hit) => {
        explorer.select(hit.box)
        if (hit.count === 1) explorer.zoomTo(hit.box)
        else explorer.freeSpan.value = { from: hit.x, to: hit.x + hit.width }
      },
      onSpan: (span) => {
        explorer.freeSpan.value = span
      },
    })
    view.current = made
    explorer.columns = () => made.columns
    const stop = effect(() => draw(explorer, made, element))
    return () => {
      stop()
      made.dispose()
    }
  }, [explorer])

  const onKeyDown = (event: KeyboardEvent) => {
    const profile = explorer.profile.value
    if (profile === null || event.ctrlKey || event.metaKey || event.altKey) return
    const box = explorer.selected.value ?? explorer.zoom.value.box
    if (event.key === 'Enter' || event.key === ' ') explorer.zoomTo(box)
    else if (isWalkKey(event.key)) {
      const isFirst = explorer.selected.value === null
      explorer.select(isFirst ? box : walkTo(profile.layout, box, event.key))
    } else return
    event.preventDefault()
  }
  const selected = explorer.selected.value
  return (
    <div class="flame">
      <div
        ref={scroller}
        class="flame-scroll"
        role="tree"
        aria-label="Flame graph"
        tabIndex={0}
        {...(selected !== null && { 'aria-activedescendant': treeItemId(selected) })}
        onKeyDown={onKeyDown}
        onFocus={() => {
          if (explorer.selected.value === null) explorer.select(explorer.zoom.value.box)
        }}
      >
        <TreeItems explorer={explorer} />
      </div>
      <Tooltip explorer={explorer} pointer={pointer} />
    </div>
  )
}

const palettes = new Map<Theme, Palette>()

function paletteOf(which: Theme): Palette {
  const palette = palettes.get(which) ?? makePalette(which)
  palettes.set(which, palette)
  return palette
}

function draw(explorer: Explorer, view: FlameView, element: HTMLElement): void {
  const profile = explorer.profile.value
  if (profile === null) return
  const palette = paletteOf(theme.value)
  const style = getComputedStyle(element)
  view.show({
    layout: profile.layout,
    colours: profile.colours,
    palette,
    matches: explorer.found.value?.names ?? null,
    zoom: explorer.zoom.value.box,
    span: explorer.freeSpan.value,
    selected: explorer.selected.value,
    label: (box, characters) => fitName(profile.label(box), characters),
    accent: style.outlineColor,
    outline: style.color,
  })
}
