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

/**
 * Writes the profiles of one group into one segment. The segment is an epoch of the group's trie of its own: a name, a
 * call path or a counter is spelled out in the record that uses it first, and is a number from then on. EpochReader
 * reads the records back in the same order.
 *
 *     payload   start · end − start · new frames · new files · new counters · new nodes (parent distance, frame)
 *               · changed attributes (node, file, first line, span) · vectors (counter, nodes, counts) · extras
 *
 * Attributes: a record says of a node's file and lines only what differs from what was last written of it here, so
 * that the reader knows the exact value in every profile and can form the union over any window.
 */
export class EpochWriter {
  readonly #trie = new CallPathTrie()
  readonly #written = new NodeAttributes()
  readonly #counters = new Map<string, number>()
  readonly #payload = new PayloadWriter()
  /** This profile's attributes, siblings of one name taken together; valid where #stamp is the profile's. */
  readonly #seen = new NodeAttributes()
  #stamps = new Int32Array(0)
  #stamp = 0

  get byteLength(): number {
    return this.#trie.byteLength + this.#written.byteLength + this.#seen.byteLength + this.#stamps.byteLength
  }

  /** @returns the payload, valid until the next call */
  encode(profile: AgentProfile): Uint8Array {
    const { tree } = profile
    const trie = this.#trie
    const before = { frames: trie.frames.length, files: trie.files.length, nodes: trie.nodeCount }
    const nodeOf = this.#internNodes(tree)
    const touched = this.#collectAttributes(tree, nodeOf)

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
    this.#writeAttributes(touched)
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

  /** Fills #seen. @returns the nodes of the profile, each once, in order of appearance */
  #collectAttributes(tree: CallTree, nodeOf: Int32Array): Int32Array {
    const { files, file, firstLine, lastLine } = tree
    const trie = this.#trie
    const fileOf = new Int32Array(files.length)
    for (let name = 0; name < files.length; name++) {
      fileOf[name] = trie.files.intern(files.bytes, files.offsets[name]!, files.offsets[name + 1]!)
    }
    this.#reserve(trie.nodeCount)
    const stamp = ++this.#stamp
    const touched = new Int32Array(nodeOf.length)
    let count = 0
    for (let i = 0; i < nodeOf.length; i++) {
      const node = nodeOf[i]!
      if (this.#stamps[node] !== stamp) {
        this.#stamps[node] = stamp
        this.#seen.set(node, 0, 0, 0)
        touched[count++] = node
      }
      const known = file[i]! < 0 ? 0 : fileOf[file[i]!]! + 1
      this.#seen.learn(node, known, firstLine[i]! + 1, lastLine[i]! + 1)
    }
    return touched.subarray(0, count)
  }

  #reserve(nodes: number): void {
    this.#seen.reserve(nodes)
    this.#written.reserve(nodes)
    if (nodes <= this.#stamps.length) return
    const stamps = new Int32Array(Math.max(nodes, this.#stamps.length * 2))
    stamps.set(this.#stamps)
    this.#stamps = stamps
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

  #writeAttributes(touched: Int32Array): void {
    const { file, firstLine, lastLine } = this.#seen
    const changed = touched.filter(
      (node) => !this.#written.isSame(node, file[node]!, firstLine[node]!, lastLine[node]!),
    )
    const out = this.#payload
    out.uint(changed.length)
    let previous = 0
    for (const node of changed) {
      this.#written.set(node, file[node]!, firstLine[node]!, lastLine[node]!)
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
