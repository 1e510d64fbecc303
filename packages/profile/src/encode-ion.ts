/**
 * Profiles as Ion binary 1.0, in the shape of a posted body. Containers carry their length in front, so sizes are
 * summed from the leaves up first (parents precede children, one backward loop), then everything is written once,
 * front to back, into memory of exactly the right size.
 */
import type { CallTree } from './call-tree.ts'
import { childrenOf } from './children.ts'
import type { NameTable } from './name-table.ts'
import { countsByNode } from './node-counts.ts'
import { ProfileError } from './profile-error.ts'
import { defaultMaxBytes } from './stack-bytes.ts'
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
const symbol = 0x70
const string = 0x80
const list = 0xb0
const struct = 0xd0
const annotation = 0xe0

export interface IonOptions {
  /** How files are written: as strings at each node (unless told otherwise), or as symbols, which spells each out once. */
  readonly files?: 'strings' | 'symbols'
  readonly maxBytes?: number
}

/** Ion has no lone surrogates: they become U+FFFD. @throws ProfileError where it takes more than `maxBytes` */
export function encodeIon(
  profile: { start: number; end: number; tree: CallTree },
  { files = 'strings', maxBytes = defaultMaxBytes }: IonOptions = {},
): Uint8Array {
  const { tree } = profile
  const symbols = new SymbolTable(tree, files === 'symbols')
  // Before any size is summed up: sizes are 32 bits wide.
  if (symbols.ofFile === null) checkSize(bytesOfFiles(tree), maxBytes)
  const sizes = new NodeSizes(tree, symbols)
  const root = valueSize(sizes.body[0]!)
  const times = 2 + intSize(profile.start) + intSize(profile.end)
  const top = times + 1 + root
  const symbolList = symbols.listSize
  const symbolStruct = 1 + valueSize(symbolList)
  const wrapper = 2 + valueSize(symbolStruct)
  const size = 4 + valueSize(wrapper) + valueSize(top)
  checkSize(size, maxBytes)
  const writer = new IonWriter(size)
  writer.marker()
  writer.head(annotation, wrapper)
  writer.varUint(1)
  writer.varUint(ionSymbolTable)
  writer.head(struct, symbolStruct)
  writer.varUint(symbolsField)
  writer.head(list, symbolList)
  for (const name of symbols.names) writer.text(name, 0, name.length)
  symbols.writeUsed(writer)
  writer.head(struct, top)
  writer.varUint(sid.start)
  writer.int(profile.start)
  writer.varUint(sid.end)
  writer.int(profile.end)
  writer.varUint(sid.callgraph)
  writeTree(writer, tree, symbols, sizes)
  return writer.bytes
}

function bytesOfFiles({ file, files }: CallTree): number {
  let sum = 0
  for (const index of file) if (index >= 0) sum += lengthAt(files, index)
  return sum
}

function checkSize(size: number, maxBytes: number): void {
  if (size > maxBytes)
    throw new ProfileError('size', `The profile takes more than ${maxBytes} bytes as Ion: ask for less`)
}

/** The profile's own symbols: field names, counters, then the frames and, where files are symbols, the files that nodes use. */
class SymbolTable {
  readonly names: readonly Uint8Array[]
  /** Symbol of counter i is this + i. */
  readonly firstCounter = firstSymbol + shapeSymbols.length
  /** Symbol by frame, 0 for a frame without a node. */
  readonly ofFrame: Int32Array
  /** The same by file; null where files are no symbols. */
  readonly ofFile: Int32Array | null
  readonly #tables: UsedNames[]

  constructor({ names, frame, files, file, counters }: CallTree, hasFiles: boolean) {
    this.names = [...shapeSymbols, ...counters.map((vector) => vector.name)].map(ionText)
    const first = firstSymbol + this.names.length
    const frames = usedNames(names, frame, first)
    this.#tables = [frames]
    this.ofFrame = frames.symbolOf
    this.ofFile = null
    if (!hasFiles) return
    const used = usedNames(files, file, first + frames.used.length)
    this.#tables.push(used)
    this.ofFile = used.symbolOf
  }

  get listSize(): number {
    let size = 0
    for (const name of this.names) size += valueSize(name.length)
    for (const { table, used } of this.#tables)
      for (const name of used) size += valueSize(lengthAt(table, name))
    return size
  }

  writeUsed(writer: IonWriter): void {
    for (const { table, used } of this.#tables) {
      const { bytes, offsets } = table
      for (const name of used) writer.text(bytes, offsets[name]!, offsets[name + 1]!)
    }
  }
}

interface UsedNames {
  readonly table: NameTable
  /** In the order of their symbols. */
  readonly used: readonly number[]
  /** By name, 0 for one without a node. */
  readonly symbolOf: Int32Array
}

/** @param column the name of each node, -1 for none; @param first symbol of the first that is used */
function usedNames(names: NameTable, column: Int32Array, first: number): UsedNames {
  const symbolOf = new Int32Array(names.length)
  const used: number[] = []
  for (const name of column)
    if (name >= 0 && symbolOf[name] === 0) symbolOf[name] = first + used.push(name) - 1
  return { table: withoutSurrogates(names), used, symbolOf }
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
      const file = tree.file[node]!
      if (file >= 0) {
        const { ofFile } = symbols
        body += 1 + (ofFile === null ? valueSize(lengthAt(this.files, file)) : intSize(ofFile[file]!))
      }
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
    if (symbols.ofFile === null) writer.text(files.bytes, files.offsets[file]!, files.offsets[file + 1]!)
    else writer.int(symbols.ofFile[file]!, symbol)
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

  /** @param type a number, or a symbol, which is written as one */
  int(value: number, type = positiveInt): void {
    const size = intSize(value) - 1
    this.bytes[this.#at] = type | size
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
