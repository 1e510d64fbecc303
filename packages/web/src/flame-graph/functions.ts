import type { FlameLayout } from './layout.ts'

/** One row for each function of a subtree: the table twin of the flame graph. */
export interface FunctionTable {
  /** Index into the tree's names. */
  readonly name: Int32Array<ArrayBuffer>
  /** Samples with the function innermost. */
  readonly self: Float64Array<ArrayBuffer>
  /** Samples with the function anywhere on the stack; recursion is counted once. */
  readonly total: Float64Array<ArrayBuffer>
  /** A box of the function, the heaviest of those nearest the root: where its file and kind are read. */
  readonly box: Int32Array<ArrayBuffer>
}

/** @param nameCount length of the tree's name table */
export function functionTable(layout: FlameLayout, nameCount: number, top = 0): FunctionTable {
  const self = new Float64Array(nameCount)
  const total = new Float64Array(nameCount)
  const first = new Int32Array(nameCount).fill(-1)
  /** By name: end of the outermost open box of this name, below which its total is counted already. */
  const countedUntil = new Int32Array(nameCount)
  for (let box = Math.max(top, 1); box < layout.end[top]!; box++) {
    const name = layout.name[box]!
    self[name]! += layout.self[box]!
    if (box < countedUntil[name]!) continue
    countedUntil[name] = layout.end[box]!
    total[name]! += layout.width[box]!
    const known = first[name]!
    if (known < 0 || layout.width[known]! < layout.width[box]!) first[name] = box
  }
  const used = Int32Array.from(first.keys().filter((name) => first[name]! >= 0))
  return {
    name: used,
    self: Float64Array.from(used, (name) => self[name]!),
    total: Float64Array.from(used, (name) => total[name]!),
    box: Int32Array.from(used, (name) => first[name]!),
  }
}
