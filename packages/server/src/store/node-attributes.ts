import type { EpochMap } from './epoch-map.ts'
import { grown } from './growing.ts'
import type { AttributeNews } from './record-content.ts'

/** Wide from the first number on that needs it. */
type Column = Uint16Array | Int32Array

const mostNarrow = 0xffff
const mostWide = 0x7fff_ffff

/**
 * What one window's profiles say of the file and lines of each node of an epoch. Zero is "unknown": values are stored + 1.
 * Every open window of every group has one, so numbers take two bytes each as long as they fit.
 */
export class NodeAttributes {
  #file: Column = new Uint16Array(256)
  #firstLine: Column = new Uint16Array(256)
  #lastLine: Column = new Uint16Array(256)
  #most = mostNarrow

  /** By node; longer than there are nodes. Valid until the next call. */
  get file(): Column {
    return this.#file
  }

  get firstLine(): Column {
    return this.#firstLine
  }

  get lastLine(): Column {
    return this.#lastLine
  }

  get byteLength(): number {
    return 3 * this.#file.byteLength
  }

  reserve(nodes: number): void {
    this.#file = grown(this.#file, nodes)
    this.#firstLine = grown(this.#firstLine, nodes)
    this.#lastLine = grown(this.#lastLine, nodes)
  }

  /** Adds what is known of a node: the latest file, the union of lines. @returns whether that was news */
  learn(node: number, file: number, firstLine: number, lastLine: number): boolean {
    if (file > this.#most || lastLine > this.#most) this.#widen()
    let isNews = false
    if (file !== 0 && this.#file[node] !== file) {
      this.#file[node] = file
      isNews = true
    }
    if (firstLine === 0) return isNews
    const first = this.#firstLine[node]!
    if (first === 0 || firstLine < first) {
      this.#firstLine[node] = firstLine
      isNews = true
    }
    if (lastLine > this.#lastLine[node]!) {
      this.#lastLine[node] = lastLine
      isNews = true
    }
    return isNews
  }

  /** Adds news of nodes, in their order; they must be reserved. */
  learnAll({ node, file, firstLine, lastLine }: AttributeNews): void {
    for (let i = 0; i < node.length; i++) this.learn(node[i]!, file[i]!, firstLine[i]!, lastLine[i]!)
  }

  /** All that is known, as news. */
  news(): AttributeNews {
    const { file, firstLine, lastLine } = this
    let size = 0
    for (let node = 0; node < file.length; node++) if (file[node] !== 0 || firstLine[node] !== 0) size++
    const known = new Int32Array(size)
    for (let node = 0, at = 0; at < size; node++)
      if (file[node] !== 0 || firstLine[node] !== 0) known[at++] = node
    return {
      node: known,
      file: known.map((node) => file[node]!),
      firstLine: known.map((node) => firstLine[node]!),
      lastLine: known.map((node) => lastLine[node]!),
    }
  }

  /** Adds what `later` knows. */
  merge({ file, firstLine, lastLine }: NodeAttributes): void {
    this.reserve(file.length)
    for (let node = 0; node < file.length; node++) {
      if (file[node] !== 0 || firstLine[node] !== 0)
        this.learn(node, file[node]!, firstLine[node]!, lastLine[node]!)
    }
  }

  /** Adds what `later` knows of nodes that the map knows. @param map from the other's epoch to this one's */
  learnMapped(later: NodeAttributes, map: EpochMap): void {
    const { numbers } = map
    const { file, firstLine, lastLine } = later
    const most = Math.min(file.length, numbers.length)
    for (let node = 1; node < most; node++) {
      const at = numbers[node]! - 1
      if (at < 0 || (file[node] === 0 && firstLine[node] === 0)) continue
      const known = file[node] === 0 ? 0 : map.file(file[node]! - 1) + 1
      this.learn(at, known, firstLine[node]!, lastLine[node]!)
    }
  }

  #widen(): void {
    this.#file = Int32Array.from(this.#file)
    this.#firstLine = Int32Array.from(this.#firstLine)
    this.#lastLine = Int32Array.from(this.#lastLine)
    this.#most = mostWide
  }
}
