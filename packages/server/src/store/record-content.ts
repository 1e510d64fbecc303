import { zstdDecompressSync } from 'node:zlib'
import type { Epoch } from './epoch.ts'
import { PayloadReader } from './payload-codec.ts'

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

/** One counter's self samples: nodes ascending. */
export interface SparseVector {
  readonly counter: number
  readonly nodes: Int32Array
  readonly counts: Float64Array
}

/** Reads what EpochWriter wrote; the records of a group in a segment go through one epoch, in order. @throws PayloadError */
export function readRecord(epoch: Pick<Epoch, 'read'>, payload: Uint8Array): RecordContent {
  const input = new PayloadReader(payload)
  const start = input.uint()
  const end = start + input.uint()
  epoch.read(input)
  const news = readNews(input)
  const vectors = Array.from({ length: input.uint() }, () => readVector(input))
  const isPacked = input.uint() === 1
  const { from, to } = input.span()
  const extras = (): Uint8Array => {
    const bytes = payload.subarray(from, to)
    return isPacked ? zstdDecompressSync(bytes) : bytes
  }
  return { start, end, news, vectors, extras }
}

function readNews(input: PayloadReader): AttributeNews {
  const length = input.uint()
  const node = new Int32Array(length)
  const file = new Int32Array(length)
  const firstLine = new Int32Array(length)
  const lastLine = new Int32Array(length)
  let previous = 0
  for (let i = 0; i < length; i++) {
    previous += input.int()
    node[i] = previous
    file[i] = input.uint()
    firstLine[i] = input.uint()
    lastLine[i] = firstLine[i]! + input.uint()
  }
  return { node, file, firstLine, lastLine }
}

/** Counter, number of entries, differences of nodes, counts. */
export function readVector(input: PayloadReader): SparseVector {
  const counter = input.uint()
  const nodes = input.ascending(input.uint())
  return { counter, nodes, counts: input.uints(new Float64Array(nodes.length)) }
}
