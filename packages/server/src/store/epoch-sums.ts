import type { CallTree } from '@wick/profile'
import type { Epoch } from './epoch.ts'
import type { EpochMap } from './epoch-map.ts'
import { NodeAttributes } from './node-attributes.ts'
import type { SparseVector } from './record-content.ts'
import { SampleColumn } from './sample-column.ts'

/** Self samples per counter and node of one epoch, added up, and what is known of the nodes. */
export class EpochSums {
  readonly epoch: Epoch
  readonly #columns = new Map<number, SampleColumn>()
  readonly #attributes = new NodeAttributes()

  constructor(epoch: Epoch) {
    this.epoch = epoch
  }

  /** Of the samples, in bytes. */
  get byteLength(): number {
    return this.#columns.values().reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  addSamples({ counter, nodes, counts }: SparseVector): void {
    const column = this.#columns.get(counter) ?? new SampleColumn()
    this.#columns.set(counter, column)
    column.add(nodes, counts, this.epoch.trie.nodeCount)
  }

  /** A counter's samples by node, to read: at least as long as the epoch has nodes now. */
  column(counter: number): Float64Array {
    const { nodeCount } = this.epoch.trie
    return this.#columns.get(counter)?.dense(nodeCount) ?? new Float64Array(nodeCount)
  }

  /** Adds sums in another epoch's numbers, as later ones. @param map from that epoch to this one */
  add(other: EpochSums, map: EpochMap): void {
    for (const counter of other.#columns.keys()) {
      const { nodes, counts } = other.vector(counter)
      this.addSamples({ counter: map.counter(counter), nodes: map.nodes(nodes), counts })
    }
    this.attributes.learnMapped(other.attributes, map)
  }

  /** Forgets the samples of other counters than those named. */
  keepCounters(names: ReadonlySet<string>): void {
    for (const counter of this.#columns.keys())
      if (!names.has(this.epoch.counterName(counter))) this.#columns.delete(counter)
  }

  /** Those with a column, ascending. */
  counters(): number[] {
    return [...this.#columns.keys()].sort((a, b) => a - b)
  }

  /** Of each counter, the nodes that have samples. */
  vectors(): SparseVector[] {
    return this.counters().map((counter) => this.vector(counter))
  }

  /** @param counter one with a column */
  vector(counter: number): SparseVector {
    return { counter, ...this.#columns.get(counter)!.vector() }
  }

  /** What is known of the nodes; what is learnt later counts as later. */
  get attributes(): NodeAttributes {
    this.#attributes.reserve(this.epoch.trie.nodeCount)
    return this.#attributes
  }

  /** Only call paths with samples, and the root. */
  tree(): CallTree {
    const { trie } = this.epoch
    const vectors = Array.from(this.#columns.keys(), (counter) => this.vector(counter))
    const kept = this.#pathsTo(vectors)
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
      counters: vectors.map(({ counter, nodes, counts }) => ({
        name: this.epoch.counterName(counter),
        nodes: nodes.map((node) => placeOf[node]!),
        counts,
      })),
    }
  }

  /** Nodes on a path with samples, ascending; the root always. */
  #pathsTo(vectors: readonly SparseVector[]): Int32Array {
    const { nodeCount, parent } = this.epoch.trie
    const isKept = new Uint8Array(nodeCount)
    isKept[0] = 1
    for (const { nodes } of vectors) for (let i = 0; i < nodes.length; i++) isKept[nodes[i]!] = 1
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
