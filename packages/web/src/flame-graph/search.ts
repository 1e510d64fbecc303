import type { FlameLayout } from './layout.ts'

export interface SearchResult {
  /** 1 for each name (index into the tree's names) that matches. */
  readonly names: Uint8Array<ArrayBuffer>
  /** Matching boxes of the searched subtree, in preorder: top to bottom, heaviest first. */
  readonly boxes: Int32Array<ArrayBuffer>
  /** Samples with a matching frame anywhere on their stack, each counted once however often it matches. */
  readonly samples: number
}

/** Literal and case-insensitive. @param text not empty */
export function matchNames(names: readonly string[], text: string): Uint8Array<ArrayBuffer> {
  const wanted = text.toLowerCase()
  return Uint8Array.from(names, (name) => (name.toLowerCase().includes(wanted) ? 1 : 0))
}

/** @param top the searched subtree's first box: 0 for all */
export function searchBoxes(layout: FlameLayout, names: Uint8Array<ArrayBuffer>, top = 0): SearchResult {
  const { name, end, width } = layout
  const stop = end[top]!
  const found: number[] = []
  let samples = 0
  let countedUntil = top
  for (let box = top; box < stop; box++) {
    if (name[box]! < 0 || names[name[box]!] === 0) continue
    found.push(box)
    // Below a match everything is counted already.
    if (box < countedUntil) continue
    samples += width[box]!
    countedUntil = end[box]!
  }
  return { names, boxes: Int32Array.from(found), samples }
}
