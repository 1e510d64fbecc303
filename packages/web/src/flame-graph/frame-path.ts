/** Boxes and their call paths as names. A path survives new data, an index does not. */
import type { FlameLayout } from './layout.ts'

/** Name of a frame by its index into the tree's names; of what has none, by its negative number. */
export type NameOf = (name: number) => string

/** Names from below the root to the box; empty for the root. */
export function pathOf(layout: FlameLayout, box: number, nameOf: NameOf): string[] {
  return ancestorsOf(layout, box)
    .slice(1)
    .concat(box > 0 ? [box] : [])
    .map((at) => nameOf(layout.name[at]!))
}

/** Boxes from the root to the parent. */
export function ancestorsOf(layout: FlameLayout, box: number): number[] {
  const found: number[] = []
  for (let at = layout.parent[box]!; at >= 0; at = layout.parent[at]!) found.push(at)
  return found.reverse()
}

/** The box at the end of the path, or of the longest part of it that exists. */
export function findPath(
  layout: FlameLayout,
  path: readonly string[],
  nameOf: NameOf,
): { box: number; isWhole: boolean } {
  let box = 0
  for (const wanted of path) {
    let child = box + 1
    while (child < layout.end[box]! && nameOf(layout.name[child]!) !== wanted) child = layout.end[child]!
    if (child >= layout.end[box]!) return { box, isWhole: false }
    box = child
  }
  return { box, isWhole: true }
}
