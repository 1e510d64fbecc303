import type { FlameLayout } from './layout.ts'
import { childrenInRow, placeInRow } from './rows.ts'

export type WalkKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End'

export function isWalkKey(key: string): key is WalkKey {
  return ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key)
}

/** Where a key leads from a box: up to its caller, down to its first callee, along its siblings. */
export function walkTo(layout: FlameLayout, box: number, key: WalkKey): number {
  const { parent, end, rowBoxes } = layout
  if (key === 'ArrowUp') return Math.max(0, parent[box]!)
  if (key === 'ArrowDown') return end[box]! > box + 1 ? box + 1 : box
  if (box === 0) return 0
  const { from, to } = childrenInRow(layout, parent[box]!)
  if (key === 'Home') return rowBoxes[from]!
  if (key === 'End') return rowBoxes[to - 1]!
  const place = placeInRow(layout, box) + (key === 'ArrowLeft' ? -1 : 1)
  return rowBoxes[Math.min(Math.max(place, from), to - 1)]!
}
