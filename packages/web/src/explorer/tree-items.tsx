import type { Chart, Drawing } from '../flame-graph/chart.ts'
import { ancestorsOf } from '../flame-graph/frame-path.ts'
import type { FlameLayout } from '../flame-graph/layout.ts'
import { childrenInRow, placeInRow } from '../flame-graph/rows.ts'

/** Siblings and children beyond these are counted, not listed. */
const mostListed = 25

/** @param label of the graph that the item is in */
export function treeItemId(label: string, box: number): string {
  return `${label.replaceAll(/\W/g, '-')}-${box}`
}

interface TreeItemsProps<D extends Drawing> {
  readonly chart: Chart<D>
  readonly label: string
  spoken(drawing: D, box: number): string
}

/** Real elements for what surrounds the selection: its callers, siblings and callees. */
export function TreeItems<D extends Drawing>({ chart, label, spoken }: TreeItemsProps<D>) {
  const drawing = chart.drawing.value
  const selected = chart.selected.value
  if (drawing === null || selected === null)
    return <div role="treeitem" class="visually-hidden" aria-label={drawing?.label(0) ?? 'ALL'} />
  const { layout } = drawing
  return (
    <>
      {neighbours(layout, selected).map((box) => {
        const { position, count } = placeAmongSiblings(layout, box)
        const hasChildren = layout.end[box]! > box + 1
        return (
          <div
            key={box}
            id={treeItemId(label, box)}
            class="visually-hidden"
            role="treeitem"
            aria-level={layout.depth[box]! + 1}
            aria-posinset={position}
            aria-setsize={count}
            aria-selected={box === selected}
            {...(hasChildren && { 'aria-expanded': true })}
            aria-label={spoken(drawing, box)}
          />
        )
      })}
    </>
  )
}

/** In reading order: preorder. */
function neighbours(layout: FlameLayout, box: number): number[] {
  const { rowBoxes, parent } = layout
  const found = new Set([...ancestorsOf(layout, box), box])
  const children = childrenInRow(layout, box)
  for (let k = children.from; k < Math.min(children.to, children.from + mostListed); k++)
    found.add(rowBoxes[k]!)
  if (box > 0) {
    const place = placeInRow(layout, box)
    const { from, to } = childrenInRow(layout, parent[box]!)
    const first = Math.max(from, place - mostListed)
    for (let k = first; k < Math.min(to, place + mostListed); k++) found.add(rowBoxes[k]!)
  }
  return [...found].sort((a, b) => a - b)
}

function placeAmongSiblings(layout: FlameLayout, box: number): { position: number; count: number } {
  if (box === 0) return { position: 1, count: 1 }
  const { from, to } = childrenInRow(layout, layout.parent[box]!)
  return { position: placeInRow(layout, box) - from + 1, count: to - from }
}
