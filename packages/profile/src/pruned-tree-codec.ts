import { ByteWriter } from './byte-writer.ts'
import type { NameTable } from './name-table.ts'
import { ProfileError } from './profile-error.ts'
import type { PrunedColumn, PrunedSide, PrunedTree } from './pruned-tree.ts'
import { Scratch } from './scratch.ts'
import { decodeName, encodeName, nameAt } from './wtf8.ts'

/**
 * Pruned trees as bytes, format version 1. Numbers are unsigned varints (7 bits a byte, low first), columns one after
 * another so that they compress.
 *
 *     "WICKTREE" · version · sides: number, then start and end of each
 *     names: number, lengths, bytes · files: the same (WTF-8)
 *     nodes: number n, then by column, the root left out: distance to the parent · frame · file + 1 · first line + 1
 *         · last − first line; with the root: hidden
 *     columns: number, then for each: side · counter (length, WTF-8) · self · rest, both as number of nodes that have any,
 *         differences of those nodes, samples
 */
const magic = encodeName('WICKTREE')
const version = 1
const maxNodes = 16_777_216

/** @param scratch for what is needed on the way; the result is not in it */
export function encodePrunedTree(tree: PrunedTree, scratch = new Scratch()): Uint8Array {
  // About as much as it will be: growing step by step copies it each time.
  const estimate = tree.names.bytes.length + tree.files.bytes.length + 20 * tree.parent.length
  const out = new ByteWriter(scratch.bytes(estimate))
  out.raw(magic, 0, magic.length)
  out.uint(version)
  out.uint(tree.sides.length)
  for (const { start, end } of tree.sides) {
    out.uint(start)
    out.uint(end)
  }
  writeNames(out, tree.names)
  writeNames(out, tree.files)
  const { length } = tree.parent
  out.uint(length)
  const { parent, frame, file, firstLine, lastLine } = tree
  const column = scratch.integers(Math.max(0, length - 1))
  for (let node = 1; node < length; node++) column[node - 1] = node - parent[node]!
  out.uints(column)
  out.uints(frame.subarray(1))
  for (let node = 1; node < length; node++) column[node - 1] = file[node]! + 1
  out.uints(column)
  for (let node = 1; node < length; node++) column[node - 1] = firstLine[node]! + 1
  out.uints(column)
  for (let node = 1; node < length; node++) column[node - 1] = lastLine[node]! - firstLine[node]!
  out.uints(column)
  out.uints(tree.hidden)
  out.uint(tree.columns.length)
  const sparse = { steps: scratch.integers(length), values: scratch.numbers(length) }
  for (const { side, counter, self, rest } of tree.columns) {
    const name = encodeName(counter)
    out.uint(side)
    out.uint(name.length)
    out.raw(name, 0, name.length)
    writeSparse(out, self, sparse)
    writeSparse(out, rest, sparse)
  }
  return out.finish()
}

/** What is not zero: how many, the differences of their places, the values. @param sparse room for both */
function writeSparse(
  out: ByteWriter,
  column: Float64Array,
  { steps, values }: { readonly steps: Int32Array; readonly values: Float64Array },
): void {
  let size = 0
  let previous = 0
  for (let node = 0; node < column.length; node++) {
    if (column[node] === 0) continue
    steps[size] = node - previous
    values[size++] = column[node]!
    previous = node
  }
  out.uint(size)
  out.uints(steps.subarray(0, size))
  out.uints(values.subarray(0, size))
}

function writeNames(out: ByteWriter, { bytes, offsets, length }: NameTable): void {
  out.uint(length)
  for (let name = 0; name < length; name++) out.uint(offsets[name + 1]! - offsets[name]!)
  out.raw(bytes, offsets[0]!, offsets[length]!)
}

/** @throws ProfileError where it is not what `encodePrunedTree` writes, or of a later version */
export function decodePrunedTree(bytes: Uint8Array): PrunedTree {
  const input = new Reader(bytes)
  if (magic.some((byte) => input.byte() !== byte)) throw broken('it does not begin as one')
  const found = input.uint()
  if (found !== version) throw broken(`its format version is ${found}; this version of Wick reads ${version}`)
  const sides: PrunedSide[] = []
  for (let left = input.count(2); left > 0; left--) sides.push({ start: input.uint(), end: input.uint() })
  const names = readNames(input)
  const files = readNames(input)
  const length = input.count(maxNodes)
  const column = (root: number, read: (node: number) => number): Int32Array => {
    const values = new Int32Array(length)
    if (length > 0) values[0] = root
    for (let node = 1; node < length; node++) values[node] = read(node)
    return values
  }
  const parent = column(-1, (node) => node - input.within(node) - 1)
  const frame = column(-1, () => input.uint())
  const file = column(-1, () => input.uint() - 1)
  const firstLine = column(-1, () => input.uint() - 1)
  const lastLine = column(-1, (node) => firstLine[node]! + input.uint())
  for (let node = 1; node < length; node++)
    if (frame[node]! >= names.length || file[node]! >= files.length) throw broken('a name is missing')
  const hidden = Int32Array.from({ length }, () => input.uint())
  const columns: PrunedColumn[] = []
  for (let left = input.count(10_000); left > 0; left--) {
    const side = input.uint()
    const name = input.raw(input.uint())
    const self = readSparse(input, length)
    const rest = readSparse(input, length)
    columns.push({ side, counter: decodeName(name, 0, name.length), self, rest })
  }
  return { sides, names, files, parent, frame, file, firstLine, lastLine, hidden, columns }
}

function readSparse(input: Reader, length: number): Float64Array {
  const size = input.count(length)
  const nodes = new Int32Array(size)
  let node = 0
  for (let i = 0; i < size; i++) {
    node += input.uint()
    if (node >= length) throw broken('a node is missing')
    nodes[i] = node
  }
  const column = new Float64Array(length)
  for (let i = 0; i < size; i++) column[nodes[i]!] = input.uint()
  return column
}

function readNames(input: Reader): NameTable {
  const length = input.count(maxNodes)
  const offsets = new Uint32Array(length + 1)
  for (let name = 0; name < length; name++) offsets[name + 1] = offsets[name]! + input.uint()
  return { bytes: input.raw(offsets[length]!), offsets, length }
}

/** For people and scripts: the same as a JSON object. */
export function prunedTreeJson(tree: PrunedTree): unknown {
  const texts = (table: NameTable): string[] =>
    Array.from({ length: table.length }, (_, name) => nameAt(table, name))
  return {
    sides: tree.sides,
    names: texts(tree.names),
    files: texts(tree.files),
    parent: [...tree.parent],
    frame: [...tree.frame],
    file: [...tree.file],
    firstLine: [...tree.firstLine],
    lastLine: [...tree.lastLine],
    hidden: [...tree.hidden],
    columns: tree.columns.map(({ side, counter, self, rest }) => ({
      side,
      counter,
      self: [...self],
      rest: [...rest],
    })),
  }
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw broken('it ends too early')
    return byte
  }

  uint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.byte()
      if (scale > 2 ** 49) throw broken('a number is too large')
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }

  /** How many of something follow: each takes a byte at least, so a wrong number cannot take more memory than it sent. */
  count(max: number): number {
    const count = this.uint()
    if (count > max || count > this.#bytes.length) throw broken('a number is too large')
    return count
  }

  /** A distance from 1 to `most`, less one. */
  within(most: number): number {
    const distance = this.uint()
    if (distance < 1 || distance > most) throw broken('a parent does not precede its child')
    return distance - 1
  }

  raw(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw broken('it ends too early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
}

function broken(why: string): ProfileError {
  return new ProfileError('malformed', `This is no pruned tree: ${why}`)
}
