import { zstdCompressSync } from 'node:zlib'
import { type AgentProfile, type CounterVector, grown } from '@wick/profile'
import { writeCounters, writeNodes } from './epoch.ts'
import { NodeAttributes } from './node-attributes.ts'
import { PayloadWriter } from './payload-codec.ts'
import { SegmentPaths } from './segment-paths.ts'
import { SpelledNames } from './spelled-names.ts'
import { VectorWriter } from './vector-writer.ts'

/**
 * What is shorter is not compressed: making a compressor takes 0.08 ms, to save a few hundred bytes for the minutes until
 * they are sealed.
 */
const extrasFrom = 2048
const spelledFrom = 8192
const keptNews = 1024
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
  readonly #frames: SpelledNames
  readonly #files = new SpelledNames(false)
  readonly #counters = new Map<string, number>()
  readonly #paths = new SegmentPaths()
  /** By window, least recently used first: what its records say so far. A forgotten window is told again. */
  readonly #windows = new Map<number, NodeAttributes>()
  /** Nodes whose attributes are news in this profile. */
  #news = new Int32Array(0)

  readonly #admitCounters: (names: readonly string[]) => void

  /**
   * @param isNormalising whether generated parts of frame names are left out
   * @param admitCounters is told of names that the segment does not know yet; throws ProfileError where they are too many
   */
  constructor(isNormalising: boolean, admitCounters: (names: readonly string[]) => void = () => {}) {
    this.#frames = new SpelledNames(isNormalising)
    this.#admitCounters = admitCounters
  }

  get byteLength(): number {
    const names = this.#frames.byteLength + this.#files.byteLength
    let sum = names + this.#paths.byteLength + this.#news.byteLength
    for (const attributes of this.#windows.values()) sum += attributes.byteLength
    return sum
  }

  /**
   * @param window the profile's, epoch milliseconds
   * @returns the payload, valid until the next call of any
   * @throws ProfileError where its counters are not admitted; then nothing has changed
   */
  encode(window: number, profile: AgentProfile): Uint8Array {
    const { tree, fingerprints } = profile
    const paths = this.#paths
    const newCounters = tree.counters.map(({ name }) => name).filter((name) => !this.#counters.has(name))
    if (newCounters.length > 0) this.#admitCounters(newCounters)
    for (const name of newCounters) this.#counters.set(name, this.#counters.size)
    const nodesBefore = paths.nodeCount

    const out = payload
    out.uint(profile.start)
    out.uint(profile.end - profile.start)
    const frameOf = this.#frames.spell(spelled, tree.names, fingerprints.names)
    const fileOf = this.#files.spell(spelled, tree.files, fingerprints.files)
    writeCounters(spelled, newCounters)
    const nodeOf = paths.nodesOf(tree.parent, tree.frame, frameOf)
    writeNodes(spelled, paths, nodesBefore)
    const attributes = this.#attributesOf(window)
    this.#writeAttributes(this.#learn(profile, nodeOf, fileOf, attributes), attributes)
    writePacked(out, spelled.take(), spelledFrom)
    this.#writeVectors(tree.counters, nodeOf)
    writePacked(out, profile.extras, extrasFrom)
    return out.take()
  }

  #attributesOf(window: number): NodeAttributes {
    const attributes = this.#windows.get(window) ?? new NodeAttributes()
    this.#windows.delete(window)
    this.#windows.set(window, attributes)
    if (this.#windows.size > windowsRemembered) this.#windows.delete(this.#windows.keys().next().value!)
    attributes.reserve(this.#paths.nodeCount)
    return attributes
  }

  /** @returns the nodes of which the profile says something new; one may stand there twice */
  #learn(
    { tree: { file, firstLine, lastLine } }: AgentProfile,
    nodeOf: Int32Array,
    fileOf: Int32Array,
    attributes: NodeAttributes,
  ): Int32Array {
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
      out.uint(file.at(node))
      out.uint(firstLine.at(node))
      out.uint(lastLine.at(node) - firstLine.at(node))
      previous = node
    }
  }

  #writeVectors(vectors: readonly CounterVector[], nodeOf: Int32Array): void {
    const out = payload
    out.uint(vectors.length)
    for (const vector of vectors) {
      out.uint(this.#counters.get(vector.name)!)
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
