/**
 * A growing sum of sparse vectors over node ids, for one counter. Additions are appended and folded into a sorted
 * vector when there are as many as distinct nodes, so memory stays proportional to the distinct nodes however many
 * vectors are added, and an addition costs a copy plus its share of folding.
 */
import { takeVector } from './dense-vector.ts'

const smallestPending = 256
/** A column of all nodes up to the highest one, for each node that is added: beyond it sorting is cheaper. */
const denseFrom = 16
/** Sort keys are node × this + position, exact in a double: node ids below 2^31, positions below 2^22. */
const positions = 2 ** 22

export class VectorAccumulator {
  #nodes: Int32Array = new Int32Array(0)
  #counts: Float64Array = new Float64Array(0)
  #pendingNodes = new Int32Array(smallestPending)
  #pendingCounts = new Float64Array(smallestPending)
  #pending = 0

  /** Adds counts[k] to nodes[k], for every k; nodes may repeat and come in any order. */
  add(nodes: Int32Array, counts: Float64Array): void {
    for (let from = 0; from < nodes.length; ) {
      const room = this.#pendingNodes.length - this.#pending
      const size = Math.min(room, nodes.length - from)
      this.#pendingNodes.set(nodes.subarray(from, from + size), this.#pending)
      this.#pendingCounts.set(counts.subarray(from, from + size), this.#pending)
      this.#pending += size
      from += size
      if (this.#pending === this.#pendingNodes.length) this.#compact()
    }
  }

  /** Adds a count to one node. */
  addOne(node: number, count: number): void {
    this.#pendingNodes[this.#pending] = node
    this.#pendingCounts[this.#pending++] = count
    if (this.#pending === this.#pendingNodes.length) this.#compact()
  }

  /** dense[node] += its sum; `dense` must reach to the highest node. */
  scatterInto(dense: Float64Array): void {
    scatter(this.#nodes, this.#counts, this.#nodes.length, dense)
    scatter(this.#pendingNodes, this.#pendingCounts, this.#pending, dense)
  }

  /** The sum as a vector of its own: nodes ascending and distinct. */
  vector(): { nodes: Int32Array; counts: Float64Array } {
    this.#compact()
    return { nodes: this.#nodes, counts: this.#counts }
  }

  /** Bytes held, capacity included. */
  get byteLength(): number {
    return 12 * (this.#nodes.length + this.#pendingNodes.length)
  }

  #compact(): void {
    if (this.#pending === 0) return
    const top = Math.max(this.#nodes.at(-1) ?? 0, highest(this.#pendingNodes, this.#pending))
    if (top < denseFrom * this.#pending) this.#compactDense(top + 1)
    else this.#compactSorted()
    const capacity = Math.min(Math.max(smallestPending, ceilPowerOfTwo(this.#nodes.length)), positions)
    this.#pending = 0
    if (capacity !== this.#pendingNodes.length) {
      this.#pendingNodes = new Int32Array(capacity)
      this.#pendingCounts = new Float64Array(capacity)
    }
  }

  /** Where most nodes up to the highest are there, adding them to a column and taking it apart is ten times as fast as sorting. */
  #compactDense(length: number): void {
    const dense = new Float64Array(length)
    this.scatterInto(dense)
    let size = 0
    for (let node = 0; node < length; node++) if (dense[node]! > 0) size++
    const { nodes, counts } = takeVector('', dense, size)
    this.#nodes = nodes
    this.#counts = counts
  }

  #compactSorted(): void {
    const keys = new Float64Array(this.#pending)
    for (let i = 0; i < keys.length; i++) keys[i] = this.#pendingNodes[i]! * positions + i
    keys.sort()
    const nodes = new Int32Array(this.#nodes.length + keys.length)
    const counts = new Float64Array(nodes.length)
    let size = 0
    let old = 0
    for (let i = 0; i < keys.length; i++) {
      const node = Math.floor(keys[i]! / positions)
      const count = this.#pendingCounts[keys[i]! - node * positions]!
      while (old < this.#nodes.length && this.#nodes[old]! <= node) {
        nodes[size] = this.#nodes[old]!
        counts[size++] = this.#counts[old++]!
      }
      if (size > 0 && nodes[size - 1] === node) counts[size - 1]! += count
      else {
        nodes[size] = node
        counts[size++] = count
      }
    }
    for (; old < this.#nodes.length; old++) {
      nodes[size] = this.#nodes[old]!
      counts[size++] = this.#counts[old]!
    }
    this.#nodes = nodes.slice(0, size)
    this.#counts = counts.slice(0, size)
  }
}

function highest(nodes: Int32Array, length: number): number {
  let most = 0
  for (let i = 0; i < length; i++) if (nodes[i]! > most) most = nodes[i]!
  return most
}

function scatter(nodes: Int32Array, counts: Float64Array, length: number, dense: Float64Array): void {
  for (let i = 0; i < length; i++) dense[nodes[i]!]! += counts[i]!
}

function ceilPowerOfTwo(value: number): number {
  return value <= 1 ? 1 : 2 ** (32 - Math.clz32(value - 1))
}
