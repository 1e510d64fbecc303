import { type CallTree, grown } from '@wick/profile'
import type { Epoch } from './epoch.ts'
import type { EpochMap } from './epoch-map.ts'
import { NodeAttributes } from './node-attributes.ts'
import { nonZero } from './non-zero.ts'
import type { SparseVector } from './record-content.ts'

/** Self samples per counter and node of one epoch, added up, and what is known of the nodes. */
export class EpochSums {
  readonly epoch: Epoch
  /** Counter → samples by node. */
  readonly #dense = new Map<number, Float64Array>()
  readonly #attributes = new NodeAttributes()

  constructor(epoch: Epoch) {
    this.epoch = epoch
  }

  /** The counter's samples by node, to add to: at least as long as the epoch has nodes now. */
  column(counter: number): Float64Array {
    const known = this.#dense.get(counter) ?? new Float64Array(this.epoch.trie.nodeCount)
    const column = grown(known, this.epoch.trie.nodeCount)
    this.#dense.set(counter, column)
    return column
  }

  /** Adds sums in another epoch's numbers, as later ones. @param map from that epoch to this one */
  add(other: EpochSums, map: EpochMap): void {
    for (const [counter, counts] of other.#dense) {
      map.nodes(counts)
      // Only now: what was mapped makes them as long as they have to be.
      const column = this.column(map.counter(counter))
      const { numbers } = map
      for (let node = 0; node < counts.length; node++) {
        const count = counts[node]!
        if (count > 0) column[numbers[node]! - 1]! += count
      }
    }
    this.attributes.learnMapped(other.attributes, map)
  }

  /** Forgets the samples of other counters than those named. */
  keepCounters(names: ReadonlySet<string>): void {
    for (const counter of this.#dense.keys())
      if (!names.has(this.epoch.counterName(counter))) this.#dense.delete(counter)
  }

  /** Those with a column, ascending. */
  counters(): number[] {
    return [...this.#dense.keys()].sort((a, b) => a - b)
  }

  /** Of each counter, the nodes that have samples. */
  vectors(): SparseVector[] {
    return this.counters().map((counter) => {
      const column = this.column(counter)
      const nodes = nonZero(column)
      const counts = new Float64Array(nodes.length)
      for (let i = 0; i < nodes.length; i++) counts[i] = column[nodes[i]!]!
      return { counter, nodes, counts }
    })
  }

  /** What is known of the nodes; what is learnt later counts as later. */
  get attributes(): NodeAttributes {
    this.#attributes.reserve(this.epoch.trie.nodeCount)
    return this.#attributes
  }

  /** Only call paths with samples, and the root. */
  tree(): CallTree {
    const { trie } = this.epoch
    const kept = this.#pathsWithSamples()
    const placeOf = new Int32Array(trie.nodeCount)
    for (let at = 0; at < kept.length; at++) placeOf[kept[at]!] = at
    const { file, firstLine, lastLine } = this.attributes
    return {
      names: trie.frames.table(),
      files: trie.files.table(),
      parent: kept.map((node) => (node === 0 ? -1 : placeOf[trie.parent[node]!]!)),
      frame: kept.map((node) => trie.frame[node]!),
      file: kept.map((node) => file.at(node) - 1),
      firstLine: kept.map((node) => firstLine.at(node) - 1),
      lastLine: kept.map((node) => lastLine.at(node) - 1),
      counters: [...this.#dense].map(([counter, counts]) =>
        sparse(this.epoch.counterName(counter), counts, kept),
      ),
    }
  }

  /** Nodes on a path with samples, ascending; the root always. */
  #pathsWithSamples(): Int32Array {
    const { nodeCount, parent } = this.epoch.trie
    const isKept = new Uint8Array(nodeCount)
    isKept[0] = 1
    for (const counts of this.#dense.values())
      for (let node = 0; node < nodeCount; node++) if (counts[node]! > 0) isKept[node] = 1
    let size = 1
    for (let node = nodeCount - 1; node > 0; node--) {
      if (isKept[node] === 0) continue
      isKept[parent[node]!] = 1
      size++
    }
    const kept = new Int32Array(size)
    let at = 0
    for (let node = 0; node < nodeCount; node++) if (isKept[node] === 1) kept[at++] = node
    return kept
  }
}

function sparse(name: string, counts: Float64Array, kept: Int32Array): CallTree['counters'][number] {
  const places: number[] = []
  for (let at = 0; at < kept.length; at++) if (counts[kept[at]!]! > 0) places.push(at)
  const nodes = Int32Array.from(places)
  return { name, nodes, counts: Float64Array.from(nodes, (at) => counts[kept[at]!]!) }
}
