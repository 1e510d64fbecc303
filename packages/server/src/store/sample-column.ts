import { grown, VectorAccumulator } from '@wick/profile'
import { nonZero } from './non-zero.ts'
import type { SparseVector } from './record-content.ts'

/** A column with fewer nodes than this is not worth an entry for every node. */
const fewNodes = 4096
/** Nor is one with fewer than one of so many. */
const sparseShare = 8

/**
 * Samples by node, added up. What holds few nodes takes memory for these only, so that thread states made up by the
 * hundred cost what they say, not as many times all call paths.
 */
export class SampleColumn {
  #sparse: VectorAccumulator | null = new VectorAccumulator()
  #dense = new Float64Array(0)

  /** Bytes held. */
  get byteLength(): number {
    return this.#sparse?.byteLength ?? this.#dense.byteLength
  }

  /** @param nodes may repeat @param nodeCount how many there are in all */
  add(nodes: Int32Array, counts: Float64Array, nodeCount: number): void {
    if (this.#sparse !== null) {
      const held = this.#sparse.byteLength / 12 + nodes.length
      if (held <= Math.max(fewNodes, nodeCount / sparseShare)) {
        this.#sparse.add(nodes, counts)
        return
      }
      this.#dense = new Float64Array(nodeCount)
      this.#sparse.scatterInto(this.#dense)
      this.#sparse = null
    }
    this.#dense = grown(this.#dense, nodeCount)
    addAt(this.#dense, nodes, counts)
  }

  /** By node: the column itself, where it has an entry for each. */
  dense(nodeCount: number): Float64Array {
    if (this.#sparse === null) {
      this.#dense = grown(this.#dense, nodeCount)
      return this.#dense
    }
    const column = new Float64Array(nodeCount)
    this.#sparse.scatterInto(column)
    return column
  }

  /** The nodes that have samples. */
  vector(): Pick<SparseVector, 'nodes' | 'counts'> {
    if (this.#sparse === null) {
      const nodes = nonZero(this.#dense)
      return { nodes, counts: picked(this.#dense, nodes) }
    }
    const all = this.#sparse.vector()
    if (!all.counts.includes(0)) return all
    const places = nonZero(all.counts)
    return { nodes: places.map((at) => all.nodes[at]!), counts: picked(all.counts, places) }
  }
}

/** Functions of their own: loops within others are compiled anew with each of them. */
function addAt(column: Float64Array, nodes: Int32Array, counts: Float64Array): void {
  for (let i = 0; i < nodes.length; i++) column[nodes[i]!]! += counts[i]!
}

function picked(counts: Float64Array, places: Int32Array): Float64Array {
  const found = new Float64Array(places.length)
  for (let i = 0; i < places.length; i++) found[i] = counts[places[i]!]!
  return found
}
