/**
 * speedscope's JSON (github.com/jlfwong/speedscope, file-format-schema): frames shared by all, one sampled profile of
 * whole samples for each counter, stacks from the root down. A frame is a name with file and first line; the last line
 * of a range and call paths without samples are lost.
 */
import { ByteWriter } from '../byte-writer.ts'
import type { CallTree } from '../call-tree.ts'
import { writeJsonString } from '../json-string.ts'
import type { NameTable } from '../name-table.ts'
import { stackBytes } from '../stack-bytes.ts'
import { encodeName } from '../wtf8.ts'

const schema = 'https://www.speedscope.app/file-format-schema.json'

/** @param title shown as the file's; @throws ProfileError where the stacks would be longer than `maxBytes` */
export function encodeSpeedscope(tree: CallTree, title: string, maxBytes?: number): Uint8Array {
  const out = new ByteWriter()
  out.ascii(`{"$schema":"${schema}","exporter":"wick","name":`)
  writeText(out, title)
  out.ascii(',"shared":{"frames":[')
  const frame = writeFrames(out, tree)
  stackBytes(tree, Int32Array.from(frame, digits), 'speedscope', maxBytes)
  out.ascii(']},"profiles":[')
  for (const [i, { name, nodes, counts }] of tree.counters.entries()) {
    const total = counts.reduce((sum, count) => sum + count, 0)
    out.ascii(`${i === 0 ? '' : ','}{"type":"sampled","name":`)
    writeText(out, name)
    out.ascii(`,"unit":"none","startValue":0,"endValue":${total},"samples":[`)
    for (let k = 0; k < nodes.length; k++) writeStack(out, tree, frame, nodes[k]!, k === 0)
    out.ascii('],"weights":[')
    for (let k = 0; k < counts.length; k++) out.ascii(k === 0 ? `${counts[k]}` : `,${counts[k]}`)
    out.ascii(']}')
  }
  out.ascii(']}')
  return out.bytes.subarray(0, out.length)
}

/** Writes the distinct frames. @returns number of its frame by node; 0 for the root, which has none */
function writeFrames(out: ByteWriter, { frame, file, firstLine, names, files }: CallTree): Int32Array {
  const numbers = new Map<number, Map<number, number>>()
  const number = new Int32Array(frame.length)
  let length = 0
  for (let node = 1; node < frame.length; node++) {
    const named = frame[node]! * (files.length + 1) + file[node]! + 1
    const lines = numbers.get(named) ?? new Map<number, number>()
    numbers.set(named, lines)
    const known = lines.get(firstLine[node]!)
    number[node] = known ?? length
    if (known !== undefined) continue
    lines.set(firstLine[node]!, length)
    out.ascii(length++ === 0 ? '{"name":' : ',{"name":')
    writeName(out, names, frame[node]!)
    if (file[node]! >= 0) {
      out.ascii(',"file":')
      writeName(out, files, file[node]!)
    }
    out.ascii(firstLine[node]! >= 0 ? `,"line":${firstLine[node]}}` : '}')
  }
  return number
}

/** The stack of a node, leaf last, written from its end. */
function writeStack(
  out: ByteWriter,
  tree: CallTree,
  frame: Int32Array,
  leaf: number,
  isFirst: boolean,
): void {
  out.ascii(isFirst ? '[' : ',[')
  let size = 0
  for (let node = leaf; node > 0; node = tree.parent[node]!) size += digits(frame[node]!)
  // Each frame brings its comma; the first has none.
  const end = out.length + Math.max(0, size - 1)
  out.reserve(size + 1)
  let to = end
  for (let node = leaf; node > 0; node = tree.parent[node]!) {
    let rest = frame[node]!
    do {
      out.bytes[--to] = 0x30 + (rest % 10)
      rest = Math.floor(rest / 10)
    } while (rest > 0)
    if (tree.parent[node]! > 0) out.bytes[--to] = 0x2c
  }
  out.length = end
  out.byte(0x5d)
}

/** Characters of a number and a comma. */
function digits(value: number): number {
  let size = 2
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) size++
  return size
}

function writeName(out: ByteWriter, table: NameTable, index: number): void {
  writeJsonString(out, table.bytes, table.offsets[index]!, table.offsets[index + 1]!)
}

function writeText(out: ByteWriter, text: string): void {
  const bytes = encodeName(text)
  writeJsonString(out, bytes, 0, bytes.length)
}
