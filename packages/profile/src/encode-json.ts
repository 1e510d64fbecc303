import { ByteWriter } from './byte-writer.ts'
import type { CallTree } from './call-tree.ts'
import { childrenOf } from './children.ts'
import { writeJsonString } from './json-string.ts'
import type { NameTable } from './name-table.ts'
import { countsByNode, type NodeCounts } from './node-counts.ts'
import { ProfileError } from './profile-error.ts'
import { defaultMaxBytes } from './stack-bytes.ts'
import { encodeName } from './wtf8.ts'

/**
 * The profile in the shape of a posted body: `{"start":…,"end":…,"callgraph":{counts, file, line, children}}`,
 * UTF-8, keys without content left out. Lone surrogates are written as \u escapes, so names survive exactly.
 * Siblings with one name are written as they are: twice.
 *
 * With `extras`, as AgentProfile has them, these fields follow: Ion text then, unless they are JSON.
 *
 * @throws ProfileError where the call graph takes more than `maxBytes`: every node spells its names out
 */
export function encodeJson(
  profile: { readonly start: number; readonly end: number; readonly tree: CallTree },
  extras?: Uint8Array,
  maxBytes: number = defaultMaxBytes,
): Uint8Array {
  const { tree } = profile
  const writer = new ByteWriter()
  writer.ascii(`{"start":${profile.start},"end":${profile.end},"callgraph":`)
  const { first, next } = childrenOf(tree.parent)
  const attributes = new AttributeWriter(tree, writer)
  let node = 0
  for (;;) {
    const isEmpty = attributes.open(node)
    if (writer.length > maxBytes)
      throw new ProfileError('size', `The profile takes more than ${maxBytes} bytes as JSON: ask for less`)
    if (first[node]! >= 0) {
      writer.ascii(isEmpty ? '"children":{' : ',"children":{')
      node = first[node]!
    } else {
      writer.byte(0x7d)
      while (node > 0 && next[node]! < 0) {
        // The last sibling is done: close the children and their parent.
        writer.ascii('}}')
        node = tree.parent[node]!
      }
      if (node === 0) break
      writer.byte(0x2c)
      node = next[node]!
    }
    writeText(writer, tree.names, tree.frame[node]!)
    writer.byte(0x3a)
  }
  if (extras !== undefined && extras.length > 2) {
    writer.byte(0x2c)
    writer.raw(extras, 1, extras.length - 1)
  }
  writer.byte(0x7d)
  return writer.finish()
}

class AttributeWriter {
  readonly #tree: CallTree
  readonly #writer: ByteWriter
  readonly #counts: NodeCounts
  readonly #counterNames: Uint8Array[]

  constructor(tree: CallTree, writer: ByteWriter) {
    this.#tree = tree
    this.#writer = writer
    this.#counts = countsByNode(tree)
    this.#counterNames = tree.counters.map((vector) => encodeName(vector.name))
  }

  /** Opens a node's struct and writes its own fields; returns whether there were none. */
  open(node: number): boolean {
    const { files, file, firstLine, lastLine } = this.#tree
    const writer = this.#writer
    writer.byte(0x7b)
    const from = writer.length
    if (this.#counts.first[node]! >= 0) this.#writeCounts(node)
    if (file[node]! >= 0) {
      writer.ascii(writer.length === from ? '"file":' : ',"file":')
      writeText(writer, files, file[node]!)
    }
    if (firstLine[node]! >= 0) {
      writer.ascii(writer.length === from ? '"line":[' : ',"line":[')
      const isOne = firstLine[node] === lastLine[node]
      writer.ascii(isOne ? `${firstLine[node]}]` : `${firstLine[node]},${lastLine[node]}]`)
    }
    return writer.length === from
  }

  #writeCounts(node: number): void {
    const { first, next, counter, count } = this.#counts
    this.#writer.ascii('"counts":{')
    for (let entry = first[node]!; entry >= 0; entry = next[entry]!) {
      if (entry !== first[node]) this.#writer.byte(0x2c)
      const name = this.#counterNames[counter[entry]!]!
      writeJsonString(this.#writer, name, 0, name.length)
      this.#writer.ascii(`:${count[entry]}`)
    }
    this.#writer.byte(0x7d)
  }
}

function writeText(writer: ByteWriter, table: NameTable, index: number): void {
  writeJsonString(writer, table.bytes, table.offsets[index]!, table.offsets[index + 1]!)
}
