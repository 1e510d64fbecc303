/**
 * Profiles as Ion binary 1.0, in the shape of a posted body. Containers carry their length in front, so sizes are
 * summed from the leaves up first (parents precede children, one backward loop), then everything is written once,
 * front to back, into memory of exactly the right size.
 */
import type { CallTree } from './call-tree.ts'
import { childrenOf } from './children.ts'
import type { NameTable } from './name-table.ts'
import { countsByNode } from './node-counts.ts'
import { withoutSurrogates } from './well-formed.ts'
import { encodeName } from './wtf8.ts'

/** Symbols 1 to 9 belong to Ion itself. */
const firstSymbol = 10
const shapeSymbols = ['start', 'end', 'callgraph', 'counts', 'file', 'line', 'children'] as const
const sid = { start: 10, end: 11, callgraph: 12, counts: 13, file: 14, line: 15, children: 16 } as const
/** Of the system table: the annotation of a symbol table, and its list. */
const ionSymbolTable = 3
const symbolsField = 7

const positiveInt = 0x20
const string = 0x80
const list = 0xb0
const struct = 0xd0
const annotation = 0xe0

/** Ion has no lone surrogates: they become U+FFFD. */
export function encodeIon(profile: { start: number; end: number; tree: CallTree }): Uint8Array {
  const { tree } = profile
  const symbols = new SymbolTable(tree)
  const sizes = new NodeSizes(tree, symbols)
  const root = valueSize(sizes.body[0]!)
  const times = 2 + intSize(profile.start) + intSize(profile.end)
  const top = times + 1 + root
  const symbolList = symbols.listSize
  const symbolStruct = 1 + valueSize(symbolList)
  const wrapper = 2 + valueSize(symbolStruct)
  const writer = new IonWriter(4 + valueSize(wrapper) + valueSize(top))
  writer.marker()
  writer.head(annotation, wrapper)
  writer.varUint(1)
  writer.varUint(ionSymbolTable)
  writer.head(struct, symbolStruct)
  writer.varUint(symbolsField)
  writer.head(list, symbolList)
  for (const name of symbols.names) writer.text(name, 0, name.length)
  symbols.writeFrames(writer)
  writer.head(struct, top)
  writer.varUint(sid.start)
  writer.int(profile.start)
  writer.varUint(sid.end)
  writer.int(profile.end)
  writer.varUint(sid.callgraph)
  writeTree(writer, tree, symbols, sizes)
  return writer.bytes
}

/** The profile's own symbols: field names, counters, then the frames that nodes use. */
class SymbolTable {
  readonly names: readonly Uint8Array[]
  /** Symbol of counter i is this + i. */
  readonly firstCounter = firstSymbol + shapeSymbols.length
  /** Symbol by frame, 0 for a frame without a node. */
  readonly ofFrame: Int32Array
  readonly #frames: NameTable
  readonly #used: number[] = []

  constructor(tree: CallTree) {
    this.names = [...shapeSymbols, ...tree.counters.map((vector) => vector.name)].map(ionText)
    this.#frames = withoutSurrogates(tree.names)
    this.ofFrame = new Int32Array(tree.names.length)
    let next = firstSymbol + this.names.length
    for (let node = 1; node < tree.frame.length; node++) {
      const frame = tree.frame[node]!
      if (this.ofFrame[frame] !== 0) continue
      this.ofFrame[frame] = next++
      this.#used.push(frame)
    }
  }

  get listSize(): number {
    let size = 0
    for (const name of this.names) size += valueSize(name.length)
    for (const frame of this.#used) size += valueSize(lengthAt(this.#frames, frame))
    return size
  }

  writeFrames(writer: IonWriter): void {
    const { bytes, offsets } = this.#frames
    for (const frame of this.#used) writer.text(bytes, offsets[frame]!, offsets[frame + 1]!)
  }
}

/** Bytes of each node's struct and of the containers in it, their heads not counted. */
class NodeSizes {
  readonly body: Int32Array
  readonly counts: Int32Array
  readonly children: Int32Array
  readonly files: NameTable
  readonly entries

  constructor(tree: CallTree, symbols: SymbolTable) {
    const size = tree.parent.length
    this.files = withoutSurrogates(tree.files)
    this.entries = countsByNode(tree)
    this.body = new Int32Array(size)
    this.counts = new Int32Array(size)
    this.children = new Int32Array(size)
    const { first, next, counter, count } = this.entries
    for (let node = size - 1; node >= 0; node--) {
      for (let entry = first[node]!; entry >= 0; entry = next[entry]!) {
        this.counts[node]! += varUintSize(symbols.firstCounter + counter[entry]!) + intSize(count[entry]!)
      }
      let body = this.children[node]! > 0 ? 1 + valueSize(this.children[node]!) : 0
      if (this.counts[node]! > 0) body += 1 + valueSize(this.counts[node]!)
      if (tree.file[node]! >= 0) body += 1 + valueSize(lengthAt(this.files, tree.file[node]!))
      if (tree.firstLine[node]! >= 0) body += 1 + valueSize(lineSize(tree, node))
      this.body[node] = body
      if (node === 0) break
      this.children[tree.parent[node]!]! += varUintSize(symbols.ofFrame[tree.frame[node]!]!) + valueSize(body)
    }
  }
}

function writeTree(writer: IonWriter, tree: CallTree, symbols: SymbolTable, sizes: NodeSizes): void {
  const { first, next } = childrenOf(tree.parent)
  let node = 0
  for (;;) {
    writer.head(struct, sizes.body[node]!)
    writeAttributes(writer, tree, symbols, sizes, node)
    if (first[node]! >= 0) {
      writer.varUint(sid.children)
      writer.head(struct, sizes.children[node]!)
      node = first[node]!
    } else {
      while (node > 0 && next[node]! < 0) node = tree.parent[node]!
      if (node === 0) return
      node = next[node]!
    }
    writer.varUint(symbols.ofFrame[tree.frame[node]!]!)
  }
}

function writeAttributes(
  writer: IonWriter,
  tree: CallTree,
  symbols: SymbolTable,
  { counts, entries, files }: NodeSizes,
  node: number,
): void {
  if (counts[node]! > 0) {
    writer.varUint(sid.counts)
    writer.head(struct, counts[node]!)
    for (let entry = entries.first[node]!; entry >= 0; entry = entries.next[entry]!) {
      writer.varUint(symbols.firstCounter + entries.counter[entry]!)
      writer.int(entries.count[entry]!)
    }
  }
  const file = tree.file[node]!
  if (file >= 0) {
    writer.varUint(sid.file)
    writer.text(files.bytes, files.offsets[file]!, files.offsets[file + 1]!)
  }
  if (tree.firstLine[node]! >= 0) {
    writer.varUint(sid.line)
    writer.head(list, lineSize(tree, node))
    writer.int(tree.firstLine[node]!)
    if (tree.lastLine[node] !== tree.firstLine[node]) writer.int(tree.lastLine[node]!)
  }
}

function lineSize(tree: CallTree, node: number): number {
  const first = tree.firstLine[node]!
  const last = tree.lastLine[node]!
  return first === last ? intSize(first) : intSize(first) + intSize(last)
}

/** Writes Ion's primitives into memory of a known size. */
class IonWriter {
  readonly bytes: Uint8Array
  #at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  marker(): void {
    this.bytes.set([0xe0, 0x01, 0x00, 0xea])
    this.#at = 4
  }

  /** Type descriptor and length of a value. No struct is one byte long, which would mean sorted fields. */
  head(type: number, length: number): void {
    if (length < 14) {
      this.bytes[this.#at++] = type | length
    } else {
      this.bytes[this.#at++] = type | 14
      this.varUint(length)
    }
  }

  varUint(value: number): void {
    let at = this.#at + varUintSize(value)
    this.#at = at
    let rest = value
    this.bytes[--at] = 0x80 | (rest & 0x7f)
    for (rest >>>= 7; rest > 0; rest >>>= 7) this.bytes[--at] = rest & 0x7f
  }

  int(value: number): void {
    const size = intSize(value) - 1
    this.bytes[this.#at] = positiveInt | size
    this.#at += size + 1
    for (let at = this.#at - 1, rest = value; rest > 0; at--, rest = Math.floor(rest / 256)) {
      this.bytes[at] = rest % 256
    }
  }

  text(bytes: Uint8Array, from: number, to: number): void {
    this.head(string, to - from)
    for (let i = from; i < to; i++) this.bytes[this.#at++] = bytes[i]!
  }
}

/** Bytes of a value with its head, given those of its content. A struct of one byte cannot occur. */
function valueSize(length: number): number {
  return length < 14 ? 1 + length : 1 + varUintSize(length) + length
}

function varUintSize(value: number): number {
  let size = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size++
  return size
}

/** Bytes of a whole number ≥ 0 with its type descriptor. */
function intSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 1; rest /= 256) size++
  return size
}

function lengthAt(table: NameTable, index: number): number {
  return table.offsets[index + 1]! - table.offsets[index]!
}

function ionText(text: string): Uint8Array {
  return encodeName(text.toWellFormed())
}
