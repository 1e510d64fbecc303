import type { CounterVector } from '@wick/profile'
import { BitWriter } from './bit-codec.ts'
import type { PayloadWriter } from './payload-codec.ts'

/** Sort keys are node × this + position, exact in a double: nodes below 2^31, positions below 2^22. */
const positions = 2 ** 22
const firstCapacity = 1024
const keptCapacity = 64 * 1024

/**
 * Writes vectors of decoded trees: number of entries · k · length and bits: nodes (ascending, differences, rice(k)), then
 * counts (gamma). Keeps its memory from one vector to the next.
 */
export class VectorWriter {
  #keys = new Float64Array(firstCapacity)
  #nodes = new Int32Array(firstCapacity)
  #counts = new Float64Array(firstCapacity)
  readonly #bits = new BitWriter()

  /** @param nodeOf what the nodes of the vector are written as; several may become one, whose counts are added */
  write(out: PayloadWriter, { nodes, counts }: CounterVector, nodeOf: Int32Array): void {
    this.#reserve(nodes.length)
    const size = this.#sum(this.#sorted(nodes, nodeOf), counts)
    const k = riceParameter(size, this.#nodes[size - 1] ?? 0)
    let previous = 0
    for (let i = 0; i < size; i++) {
      this.#bits.rice(this.#nodes[i]! - previous, k)
      previous = this.#nodes[i]!
    }
    for (let i = 0; i < size; i++) this.#bits.gamma(this.#counts[i]!)
    out.uint(size)
    out.uint(k)
    out.bytes(this.#bits.take())
  }

  #sorted(nodes: Int32Array, nodeOf: Int32Array): Float64Array {
    const keys = this.#keys.subarray(0, nodes.length)
    let previous = -1
    let isSorted = true
    for (let i = 0; i < keys.length; i++) {
      const key = nodeOf[nodes[i]!]! * positions + i
      isSorted &&= key > previous
      previous = key
      keys[i] = key
    }
    return isSorted ? keys : keys.sort()
  }

  /** Into the columns of the result. @returns how many entries it has */
  #sum(keys: Float64Array, counts: Float64Array): number {
    let size = 0
    let last = -1
    for (let i = 0; i < keys.length; i++) {
      const node = Math.floor(keys[i]! / positions)
      const count = counts[keys[i]! - node * positions]!
      if (node === last) {
        this.#counts[size - 1]! += count
        continue
      }
      this.#nodes[size] = node
      this.#counts[size++] = count
      last = node
    }
    return size
  }

  /** Room for `size`; memory of an unusually long vector is given back. */
  #reserve(size: number): void {
    if (size <= this.#keys.length && this.#keys.length <= keptCapacity) return
    const capacity = Math.max(size, firstCapacity)
    this.#keys = new Float64Array(capacity)
    this.#nodes = new Int32Array(capacity)
    this.#counts = new Float64Array(capacity)
  }
}

/** How many low bits of a difference are written as they are: about as many as the mean difference has. */
function riceParameter(size: number, last: number): number {
  const mean = size === 0 ? 0 : (0.7 * last) / size
  return Math.min(24, Math.max(0, 31 - Math.clz32(mean)))
}
