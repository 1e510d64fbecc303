import { CallPathTrie, type CallTree, VectorAccumulator } from '@wick/profile'
import { NodeAttributes } from './node-attributes.ts'
import { PayloadReader } from './payload-codec.ts'

/** One window's sums in one epoch. */
interface WindowSums {
  /** By counter id. */
  readonly vectors: Map<number, VectorAccumulator>
  readonly attributes: NodeAttributes
}

/**
 * Reads back what EpochWriter wrote: the records of one group in one segment, in their order, summed by window. It can
 * be fed further records later.
 */
export class EpochReader {
  readonly #trie = new CallPathTrie()
  readonly #counters: string[] = []
  readonly #windows = new Map<number, WindowSums>()

  get byteLength(): number {
    let sum = this.#trie.byteLength
    for (const { vectors, attributes } of this.#windows.values()) {
      sum += attributes.byteLength
      for (const vector of vectors.values()) sum += vector.byteLength
    }
    return sum
  }

  /** @param window the record's, epoch milliseconds; @throws PayloadError */
  apply(window: number, payload: Uint8Array): void {
    const input = new PayloadReader(payload)
    input.uint() // start
    input.uint() // end - start
    this.#readDictionary(input)
    const sums = this.#windowSums(window)
    this.#readAttributes(input, sums)
    this.#readVectors(input, sums)
  }

  #windowSums(window: number): WindowSums {
    const known = this.#windows.get(window)
    if (known !== undefined) return known
    const made = { vectors: new Map<number, VectorAccumulator>(), attributes: new NodeAttributes() }
    this.#windows.set(window, made)
    return made
  }

  #readDictionary(input: PayloadReader): void {
    const trie = this.#trie
    for (const names of [trie.frames, trie.files]) {
      for (let left = input.uint(); left > 0; left--) {
        const { from, to } = input.span()
        names.intern(input.data, from, to)
      }
    }
    for (let left = input.uint(); left > 0; left--) {
      const { from, to } = input.span()
      this.#counters.push(JSON.parse(Buffer.from(input.data.subarray(from, to)).toString()))
    }
    for (let left = input.uint(); left > 0; left--) {
      const parent = trie.nodeCount - input.uint()
      trie.child(parent, input.uint())
    }
  }

  #readAttributes(input: PayloadReader, { attributes }: WindowSums): void {
    attributes.reserve(this.#trie.nodeCount)
    let node = 0
    for (let left = input.uint(); left > 0; left--) {
      node += input.int()
      const file = input.uint()
      const firstLine = input.uint()
      attributes.learn(node, file, firstLine, firstLine + input.uint())
    }
  }

  #readVectors(input: PayloadReader, sums: WindowSums): void {
    for (let left = input.uint(); left > 0; left--) {
      const counter = input.uint()
      const nodes = new Int32Array(input.uint())
      const counts = new Float64Array(nodes.length)
      let node = 0
      for (let i = 0; i < nodes.length; i++) {
        node += input.uint()
        nodes[i] = node
      }
      for (let i = 0; i < counts.length; i++) counts[i] = input.uint()
      const vector = sums.vectors.get(counter) ?? new VectorAccumulator()
      sums.vectors.set(counter, vector)
      vector.add(nodes, counts)
    }
  }

  /** The sum of the windows in [from, to): only call paths with samples. Null where there are none. */
  tree(from: number, to: number): CallTree | null {
    const windows = [...this.#windows]
      .filter(([start]) => start >= from && start < to)
      .sort(([a], [b]) => a - b)
    if (windows.length === 0) return null
    const sums = windows.map(([, window]) => window)
    const dense = this.#denseCounters(sums)
    const kept = this.#pathsWith(dense)
    const { of, attributes } = this.#attributesOf(sums, kept)
    const trie = this.#trie
    const column = (source: Int32Array): Int32Array =>
      kept.map((node) => (node < source.length ? source[node]! : 0) - 1)
    return {
      names: trie.frames.table(),
      files: trie.files.table(),
      parent: kept.map((node) => (node === 0 ? -1 : of[trie.parent[node]!]!)),
      frame: kept.map((node) => trie.frame[node]!),
      file: column(attributes.file),
      firstLine: column(attributes.firstLine),
      lastLine: column(attributes.lastLine),
      counters: [...dense].map(([counter, counts]) => sparse(this.#counters[counter]!, counts, kept)),
    }
  }

  #denseCounters(windows: readonly WindowSums[]): Map<number, Float64Array> {
    const dense = new Map<number, Float64Array>()
    for (const { vectors } of windows) {
      for (const [counter, vector] of vectors) {
        const counts = dense.get(counter) ?? new Float64Array(this.#trie.nodeCount)
        dense.set(counter, counts)
        vector.scatterInto(counts)
      }
    }
    return dense
  }

  /** Nodes on a path with samples, ascending; the root always. */
  #pathsWith(dense: ReadonlyMap<number, Float64Array>): Int32Array {
    const { nodeCount, parent } = this.#trie
    const isKept = new Uint8Array(nodeCount)
    isKept[0] = 1
    for (let node = nodeCount - 1; node > 0; node--) {
      for (const counts of dense.values()) if (counts[node]! > 0) isKept[node] = 1
      if (isKept[node] === 1) isKept[parent[node]!] = 1
    }
    const kept = new Int32Array(isKept.reduce((sum, mark) => sum + mark, 0))
    let count = 0
    for (let node = 0; node < nodeCount; node++) if (isKept[node] === 1) kept[count++] = node
    return kept
  }

  /** @returns the windows' attributes taken together, and each kept node's place in the tree */
  #attributesOf(
    windows: readonly WindowSums[],
    kept: Int32Array,
  ): { of: Int32Array; attributes: NodeAttributes } {
    const of = new Int32Array(this.#trie.nodeCount)
    for (let at = 0; at < kept.length; at++) of[kept[at]!] = at
    const attributes = new NodeAttributes()
    attributes.reserve(this.#trie.nodeCount)
    for (const { attributes: window } of windows) {
      const known = window.file.length
      for (const node of kept) {
        if (node < known)
          attributes.learn(node, window.file[node]!, window.firstLine[node]!, window.lastLine[node]!)
      }
    }
    return { of, attributes }
  }
}

function sparse(name: string, counts: Float64Array, kept: Int32Array): CallTree['counters'][number] {
  const places: number[] = []
  for (let at = 0; at < kept.length; at++) if (counts[kept[at]!]! > 0) places.push(at)
  const nodes = Int32Array.from(places)
  return { name, nodes, counts: Float64Array.from(nodes, (at) => counts[kept[at]!]!) }
}
