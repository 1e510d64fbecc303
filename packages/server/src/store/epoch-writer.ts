import { zstdCompressSync } from 'node:zlib'
import { type AgentProfile, type CounterVector, ProfileError } from '@wick/profile'
import { Epoch } from './epoch.ts'
import { grown } from './growing.ts'
import { NodeAttributes } from './node-attributes.ts'
import { PayloadWriter } from './payload-codec.ts'
import { VectorWriter } from './vector-writer.ts'

/**
 * What is shorter is not compressed: making a compressor takes 0.08 ms, to save a few hundred bytes for the minutes until
 * they are sealed.
 */
const extrasFrom = 2048
const spelledFrom = 8192
const keptNews = 1024
/**
 * Thread states of one group: agents have at most a dozen. Sums hold a column of all call paths for each, so profiles must
 * not be able to make up new ones without end.
 */
export const maxGroupCounters = 256
/** Profiles arrive for the window that just ended and for the one that runs, now and then for an older one. */
const windowsRemembered = 3

/** One of each for all: a payload is written in one go. */
const payload = new PayloadWriter()
const spelled = new PayloadWriter()
const vectorWriter = new VectorWriter()

/**
 * Writes the profiles of one group into one segment. The segment is an epoch of its own: a name, a call path or a counter
 * is spelled out in the record that uses it first, and is a number from then on. `readRecord` reads the payloads back in
 * the same order.
 *
 *     payload   start · end − start · packed or not, length and bytes: piece of the epoch · news of attributes (node, file,
 *               first line, span) · then vectors (counter, nodes, counts) · extras
 *
 * Attributes: a record says of a node's file and lines only what the earlier records of its window have not said. Their
 * union over a window is exact, and a steady fleet writes hardly any.
 */
export class EpochWriter {
  readonly #epoch = new Epoch()
  /** By window, least recently used first: what its records say so far. A forgotten window is told again. */
  readonly #windows = new Map<number, NodeAttributes>()
  /** Nodes whose attributes are news in this profile. */
  #news = new Int32Array(0)
  readonly #isNormalising: boolean

  /** @param isNormalising whether generated parts of frame names are left out */
  constructor(isNormalising: boolean) {
    this.#isNormalising = isNormalising
  }

  get byteLength(): number {
    let sum = this.#epoch.byteLength + this.#news.byteLength
    for (const attributes of this.#windows.values()) sum += attributes.byteLength
    return sum
  }

  /**
   * @param window the profile's, epoch milliseconds
   * @returns the payload, valid until the next call of any
   * @throws ProfileError where the group would have too many counters; then nothing has changed
   */
  encode(window: number, profile: AgentProfile): Uint8Array {
    const { tree } = profile
    const epoch = this.#epoch
    this.#checkCounters(tree.counters)
    const before = epoch.size
    const nodeOf = epoch.internNodes(profile, this.#isNormalising)
    const attributes = this.#attributesOf(window)
    const news = this.#learn(profile, nodeOf, attributes)
    const counterIds = tree.counters.map(({ name }) => epoch.counter(name))

    const out = payload
    out.uint(profile.start)
    out.uint(profile.end - profile.start)
    epoch.write(spelled, before)
    this.#writeAttributes(news, attributes)
    writePacked(out, spelled.take(), spelledFrom)
    this.#writeVectors(tree.counters, counterIds, nodeOf)
    writePacked(out, profile.extras, extrasFrom)
    return out.take()
  }

  #checkCounters(counters: readonly CounterVector[]): void {
    let sum = this.#epoch.size.counters
    for (const { name } of counters) if (this.#epoch.findCounter(name) < 0) sum++
    if (sum > maxGroupCounters)
      throw new ProfileError(
        'counters',
        `The profiles of the group have more than ${maxGroupCounters} distinct counters`,
      )
  }

  #attributesOf(window: number): NodeAttributes {
    const attributes = this.#windows.get(window) ?? new NodeAttributes()
    this.#windows.delete(window)
    this.#windows.set(window, attributes)
    if (this.#windows.size > windowsRemembered) this.#windows.delete(this.#windows.keys().next().value!)
    attributes.reserve(this.#epoch.trie.nodeCount)
    return attributes
  }

  /** @returns the nodes of which the profile says something new; one may stand there twice */
  #learn(profile: AgentProfile, nodeOf: Int32Array, attributes: NodeAttributes): Int32Array {
    const { file, firstLine, lastLine } = profile.tree
    const fileOf = this.#epoch.internFiles(profile)
    let count = 0
    for (let i = 0; i < nodeOf.length; i++) {
      const known = file[i]! < 0 ? 0 : fileOf[file[i]!]! + 1
      if (!attributes.learn(nodeOf[i]!, known, firstLine[i]! + 1, lastLine[i]! + 1)) continue
      this.#news = grown(this.#news, count + 1)
      this.#news[count++] = nodeOf[i]!
    }
    const news = this.#news.subarray(0, count)
    // Of the first profiles everything is news, of the others next to nothing: room for that is not kept.
    if (this.#news.length > keptNews) this.#news = new Int32Array(0)
    return news
  }

  #writeAttributes(news: Int32Array, { file, firstLine, lastLine }: NodeAttributes): void {
    const out = spelled
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
    const out = payload
    out.uint(vectors.length)
    for (const [i, vector] of vectors.entries()) {
      out.uint(counterIds[i]!)
      vectorWriter.write(out, vector, nodeOf)
    }
  }
}

/** 1 and a zstd frame, or 0 and the bytes as they are. */
function writePacked(out: PayloadWriter, bytes: Uint8Array, from: number): void {
  const packed = bytes.length >= from ? zstdCompressSync(bytes) : null
  out.uint(packed === null ? 0 : 1)
  out.bytes(packed ?? bytes)
}
