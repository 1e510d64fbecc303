import { zstdDecompressSync } from 'node:zlib'
import { Scratch } from '@wick/profile'
import { BitReader } from './bit-codec.ts'
import type { Epoch } from './epoch.ts'
import { PayloadReader } from './payload-codec.ts'
import type { RecordForm } from './segment-format.ts'

/** What one record's payload says, in the numbers of its segment's epoch. */
export interface RecordContent {
  /** Epoch milliseconds. */
  readonly start: number
  readonly end: number
  readonly news: AttributeNews
  readonly vectors: readonly SparseVector[]
  /** The body's other fields, as Ion text. */
  readonly extras: () => Uint8Array
}

/** Columns: what is said of each node; file, first and last line + 1, zero is unknown. */
export interface AttributeNews {
  readonly node: Int32Array
  readonly file: Int32Array
  readonly firstLine: Int32Array
  readonly lastLine: Int32Array
}

/** Of what is said of one node, in memory. */
export const newsBytes = 16

/** Room for what is said of `length` nodes. */
export function newsOf(length: number): AttributeNews {
  return {
    node: new Int32Array(length),
    file: new Int32Array(length),
    firstLine: new Int32Array(length),
    lastLine: new Int32Array(length),
  }
}

/** One counter's self samples: nodes ascending. */
export interface SparseVector {
  readonly counter: number
  readonly nodes: Int32Array
  readonly counts: Float64Array
}

/**
 * Reads what EpochWriter wrote; the records of a group in a segment go through one epoch, in order.
 *
 * @param form how the payload is written, as its header says
 * @param scratch what the vectors are in
 * @throws PayloadError
 */
export function readRecord(
  epoch: Pick<Epoch, 'read'>,
  payload: Uint8Array,
  form: RecordForm,
  scratch = new Scratch(),
): RecordContent {
  const input = new PayloadReader(payload)
  const start = input.uint()
  const end = start + input.uint()
  const spelled = form === 'packed' ? spelledOut(input) : input
  epoch.read(spelled)
  const news = readNews(spelled)
  const read = form === 'packed' ? readPackedVector : readVector
  const vectors = Array.from({ length: input.uint() }, () => read(input, scratch))
  const isPacked = input.uint() === 1
  const { from, to } = input.span()
  const extras = (): Uint8Array => {
    const bytes = payload.subarray(from, to)
    return isPacked ? zstdDecompressSync(bytes) : bytes
  }
  return { start, end, news, vectors, extras }
}

/** What a packed record says of names and nodes: compressed where it is much. */
function spelledOut(input: PayloadReader): PayloadReader {
  const isPacked = input.uint() === 1
  const { from, to } = input.span()
  const bytes = input.data.subarray(from, to)
  return new PayloadReader(isPacked ? zstdDecompressSync(bytes) : bytes)
}

function readNews(input: PayloadReader): AttributeNews {
  const news = newsOf(input.uint())
  const { node, file, firstLine, lastLine } = news
  let previous = 0
  for (let i = 0; i < node.length; i++) {
    previous += input.int()
    node[i] = previous
    file[i] = input.uint()
    firstLine[i] = input.uint()
    lastLine[i] = firstLine[i]! + input.uint()
  }
  return news
}

/** Counter, number of entries, differences of nodes, counts. @param scratch what the result is in */
export function readVector(input: PayloadReader, scratch: Scratch): SparseVector {
  const counter = input.uint()
  const nodes = input.ascending(scratch.integers(input.uint()))
  return { counter, nodes, counts: input.uints(scratch.numbers(nodes.length)) }
}

/** As VectorWriter writes it, behind its counter. @param scratch what the result is in */
export function readPackedVector(input: PayloadReader, scratch = new Scratch()): SparseVector {
  const counter = input.uint()
  const size = input.uint()
  const k = input.uint()
  const { from, to } = input.span()
  const bits = new BitReader(input.data.subarray(from, to))
  const steps = bits.rices(k, scratch.numbers(size))
  const nodes = scratch.integers(size)
  for (let i = 0, node = 0; i < size; i++) {
    node += steps[i]!
    nodes[i] = node
  }
  return { counter, nodes, counts: bits.gammas(steps) }
}
