/** One row for each function of a subtree: the table twin of the flame graph. */
export interface FunctionTable {
  /** Index into the tree's names. */
  readonly name: Int32Array<ArrayBuffer>
  /** Samples with the function innermost. */
  readonly self: Float64Array<ArrayBuffer>
  /** Samples with the function anywhere on the stack; recursion is counted once. */
  readonly total: Float64Array<ArrayBuffer>
  /** Where its heaviest call, of those nearest the root, says it stands: as in `FlameLayout`. */
  readonly file: Int32Array<ArrayBuffer>
  readonly firstLine: Int32Array<ArrayBuffer>
  readonly lastLine: Int32Array<ArrayBuffer>
}

/** What of a `FlameLayout` is needed. */
export interface Boxes {
  readonly name: Int32Array
  readonly file: Int32Array
  readonly firstLine: Int32Array
  readonly lastLine: Int32Array
  readonly end: Int32Array
  readonly width: Float64Array
  readonly self: Float64Array
}

/** @param nameCount length of the tree's name table */
export function functionTable(boxes: Boxes, nameCount: number, top = 0): FunctionTable {
  const self = new Float64Array(nameCount)
  const total = new Float64Array(nameCount)
  const first = new Int32Array(nameCount).fill(-1)
  /** By name: end of the outermost open box of this name, below which its total is counted already. */
  const countedUntil = new Int32Array(nameCount)
  for (let box = top; box < boxes.end[top]!; box++) {
    const name = boxes.name[box]!
    if (name < 0) continue
    self[name]! += boxes.self[box]!
    if (box < countedUntil[name]!) continue
    countedUntil[name] = boxes.end[box]!
    total[name]! += boxes.width[box]!
    const known = first[name]!
    if (known < 0 || boxes.width[known]! < boxes.width[box]!) first[name] = box
  }
  const used = Int32Array.from(first.keys().filter((name) => first[name]! >= 0))
  const place = (column: Int32Array) => Int32Array.from(used, (name) => column[first[name]!]!)
  return {
    name: used,
    self: Float64Array.from(used, (name) => self[name]!),
    total: Float64Array.from(used, (name) => total[name]!),
    file: place(boxes.file),
    firstLine: place(boxes.firstLine),
    lastLine: place(boxes.lastLine),
  }
}
