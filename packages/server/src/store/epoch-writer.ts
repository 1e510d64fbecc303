import { zstdCompressSync } from 'node:zlib'
import {
  type AgentProfile,
  CallPathTrie,
  type CallTree,
  type CounterVector,
  VectorAccumulator,
} from '@wick/profile'
import { NodeAttributes } from './node-attributes.ts'
import { PayloadWriter } from './payload-codec.ts'

/** Shorter extras are not worth a compressed frame. */
const compressFrom = 200
/** Profiles arrive for the window that just ended and for the one that runs, now and then for an older one. */
const windowsRemembered = 3

/**
 * Writes the profiles of one group into one segment. The segment is an epoch of the group's trie of its own: a name, a
 * call path or a counter is spelled out in the record that uses it first, and is a number from then on. EpochReader
 * reads the records back in the same order.
 *
 *     payload   start · end − start · new frames · new files · new counters · new nodes (parent distance, frame)
 *               · news of attributes (node, file, first line, span) · vectors (counter, nodes, counts) · extras
 *
 * Attributes: a record says of a node's file and lines only what the earlier records of its window have not said. Their
 * union over a window is exact, and a steady fleet writes hardly any.
 */
export class EpochWriter {
  readonly #trie = new CallPathTrie()
  /** By window, least recently used first: what its records say so far. A forgotten window is told again. */
  readonly #windows = new Map<number, NodeAttributes>()
  readonly #counters = new Map<string, number>()
  readonly #payload = new PayloadWriter()
  /** Nodes whose attributes are news in this profile. */
  #news = new Int32Array(0)

  get byteLength(): number {
    let sum = this.#trie.byteLength + this.#news.byteLength
    for (const attributes of this.#windows.values()) sum += attributes.byteLength
    return sum
  }

  /** @param window the profile's, epoch milliseconds; @returns the payload, valid until the next call */
  encode(window: number, profile: AgentProfile): Uint8Array {
    const { tree } = profile
    const trie = this.#trie
    const before = { frames: trie.frames.length, files: trie.files.length, nodes: trie.nodeCount }
    const nodeOf = this.#internNodes(tree)
    const attributes = this.#attributesOf(window)
    const news = this.#learn(tree, nodeOf, attributes)

    const out = this.#payload
    out.uint(profile.start)
    out.uint(profile.end - profile.start)
    this.#writeNames(before.frames, 'frames')
    this.#writeNames(before.files, 'files')
    const counterIds = this.#writeCounters(tree.counters)
    out.uint(trie.nodeCount - before.nodes)
    for (let node = before.nodes; node < trie.nodeCount; node++) {
      out.uint(node - trie.parent[node]!)
      out.uint(trie.frame[node]!)
    }
    this.#writeAttributes(news, attributes)
    this.#writeVectors(tree.counters, counterIds, nodeOf)
    writeExtras(out, profile.extras)
    return out.take()
  }

  /** The tree's nodes as nodes of the trie, which learns what it lacks. */
  #internNodes(tree: CallTree): Int32Array {
    const { parent, frame, names } = tree
    const trie = this.#trie
    const frameOf = new Int32Array(names.length)
    for (let name = 0; name < names.length; name++) {
      frameOf[name] = trie.frames.intern(names.bytes, names.offsets[name]!, names.offsets[name + 1]!)
    }
    const nodeOf = new Int32Array(parent.length)
    for (let node = 1; node < nodeOf.length; node++) {
      nodeOf[node] = trie.child(nodeOf[parent[node]!]!, frameOf[frame[node]!]!)
    }
    return nodeOf
  }

  #attributesOf(window: number): NodeAttributes {
    const attributes = this.#windows.get(window) ?? new NodeAttributes()
    this.#windows.delete(window)
    this.#windows.set(window, attributes)
    if (this.#windows.size > windowsRemembered) this.#windows.delete(this.#windows.keys().next().value!)
    attributes.reserve(this.#trie.nodeCount)
    return attributes
  }

  /** @returns the nodes of which the profile says something new; one may stand there twice */
  #learn(tree: CallTree, nodeOf: Int32Array, attributes: NodeAttributes): Int32Array {
    const { files, file, firstLine, lastLine } = tree
    const fileOf = new Int32Array(files.length)
    for (let name = 0; name < files.length; name++) {
      fileOf[name] = this.#trie.files.intern(files.bytes, files.offsets[name]!, files.offsets[name + 1]!) + 1
    }
    if (this.#news.length < nodeOf.length) this.#news = new Int32Array(nodeOf.length * 2)
    const news = this.#news
    let count = 0
    for (let i = 0; i < nodeOf.length; i++) {
      const known = file[i]! < 0 ? 0 : fileOf[file[i]!]!
      if (attributes.learn(nodeOf[i]!, known, firstLine[i]! + 1, lastLine[i]! + 1)) news[count++] = nodeOf[i]!
    }
    return news.subarray(0, count)
  }

  #writeNames(from: number, kind: 'frames' | 'files'): void {
    const { bytes, offsets, length } = this.#trie[kind].table()
    this.#payload.uint(length - from)
    for (let name = from; name < length; name++)
      this.#payload.bytes(bytes, offsets[name]!, offsets[name + 1]!)
  }

  #writeCounters(vectors: readonly CounterVector[]): number[] {
    const unknown = vectors.filter(({ name }) => !this.#counters.has(name))
    this.#payload.uint(unknown.length)
    for (const { name } of unknown) {
      // JSON holds whatever a name may hold, lone surrogates included.
      this.#payload.bytes(Buffer.from(JSON.stringify(name)))
      this.#counters.set(name, this.#counters.size)
    }
    return vectors.map(({ name }) => this.#counters.get(name)!)
  }

  #writeAttributes(news: Int32Array, { file, firstLine, lastLine }: NodeAttributes): void {
    const out = this.#payload
    out.uint(news.length)
    let previous = 0
    for (const node of news) {
      out.int(node - previous)
      out.uint(file[node]!)
      out.uint(firstLine[node]!)
      out.uint(lastLine[node]! - firstLine[node]!)
      previous = node
    }
  }

  #writeVectors(vectors: readonly CounterVector[], counterIds: readonly number[], nodeOf: Int32Array): void {
    const out = this.#payload
    out.uint(vectors.length)
    for (const [i, vector] of vectors.entries()) {
      const sum = new VectorAccumulator()
      sum.add(
        vector.nodes.map((node) => nodeOf[node]!),
        vector.counts,
      )
      const { nodes, counts } = sum.vector()
      out.uint(counterIds[i]!)
      out.uint(nodes.length)
      let previous = 0
      for (const node of nodes) {
        out.uint(node - previous)
        previous = node
      }
      for (const count of counts) out.uint(count)
    }
  }
}

function writeExtras(out: PayloadWriter, extras: Uint8Array): void {
  const packed = extras.length >= compressFrom ? zstdCompressSync(extras) : null
  out.uint(packed === null ? 0 : 1)
  out.bytes(packed ?? extras)
}
