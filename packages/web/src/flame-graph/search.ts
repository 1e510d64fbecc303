import type { Boxes } from './functions.ts'

export interface SearchResult {
  /** 1 for each name (index into the tree's names) that matches. */
  readonly names: Uint8Array<ArrayBuffer>
  /** Matching boxes of the searched subtree, in preorder: top to bottom, siblings in their order. */
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
export function searchBoxes(
  { name, end, width }: Pick<Boxes, 'name' | 'end' | 'width'>,
  names: Uint8Array<ArrayBuffer>,
  top = 0,
): SearchResult {
  const stop = end[top]!
  let boxes = new Int32Array(1024)
  let count = 0
  let samples = 0
  let countedUntil = top
  for (let box = top; box < stop; box++) {
    if (name[box]! < 0 || names[name[box]!] !== 1) continue
    if (count === boxes.length) {
      const longer = new Int32Array(count * 2)
      longer.set(boxes)
      boxes = longer
    }
    boxes[count++] = box
    // Below a match everything is counted already.
    if (box < countedUntil) continue
    samples += width[box]!
    countedUntil = end[box]!
  }
  return { names, boxes: boxes.slice(0, count), samples }
}
