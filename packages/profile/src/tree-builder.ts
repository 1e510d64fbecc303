import { CallPathTrie } from './call-path-trie.ts'
import type { CallTree } from './call-tree.ts'
import { grown } from './growing.ts'
import type { ProfileLimits } from './limits.ts'
import { ProfileError } from './profile-error.ts'
import { VectorAccumulator } from './vector-accumulator.ts'
import { encodeName } from './wtf8.ts'

/**
 * Builds a tree from stacks, as formats have them that list samples instead of a tree: paths are found or appended,
 * samples of one path add up, and every limit of `ProfileLimits` is kept on the way.
 */
export class TreeBuilder {
  readonly #limits: ProfileLimits
  readonly #trie = new CallPathTrie()
  readonly #counters = new Map<string, VectorAccumulator>()
  /** By node, + 1; zero is unknown. */
  #file = new Int32Array(64)
  #firstLine = new Int32Array(64)
  #lastLine = new Int32Array(64)
  #samples = 0

  constructor(limits: ProfileLimits) {
    this.#limits = limits
  }

  /** Number of a frame name. The bytes must be WTF-8. */
  frame(bytes: Uint8Array, from: number, to: number): number {
    const { maxNameBytes, maxNames } = this.#limits
    if (to - from > maxNameBytes) throw tooLong('A frame name', maxNameBytes)
    const index = this.#trie.frames.intern(bytes, from, to)
    if (index < maxNames) return index
    throw new ProfileError('names', `The profile has more than ${maxNames} distinct frame names`)
  }

  /** Number of a file name; as `frame`. */
  file(bytes: Uint8Array, from: number, to: number): number {
    const { maxNameBytes } = this.#limits
    if (to - from > maxNameBytes) throw tooLong('A file name', maxNameBytes)
    return this.#trie.files.intern(bytes, from, to)
  }

  /**
   * The node of `frame` called by `parent`.
   *
   * @param depth of the new node; 1 is a child of the root
   */
  child(parent: number, frame: number, depth: number): number {
    const { maxDepth, maxNodes } = this.#limits
    if (depth > maxDepth) throw new ProfileError('depth', `The profile is deeper than ${maxDepth} frames`)
    const node = this.#trie.child(parent, frame)
    if (node <= maxNodes) return node
    throw new ProfileError('nodes', `The profile has more than ${maxNodes} nodes`)
  }

  /** What one stack says of a node: the latest file counts, lines are the union. -1 where unknown. */
  learn(node: number, file: number, line: number): void {
    if (file < 0 && line < 0) return
    if (node >= this.#file.length) this.#grow(node)
    if (file >= 0) this.#file[node] = file + 1
    if (line < 0) return
    if (this.#firstLine[node] === 0 || line < this.#firstLine[node]! - 1) this.#firstLine[node] = line + 1
    if (line >= this.#lastLine[node]!) this.#lastLine[node] = line + 1
  }

  /** Adds samples to a node. @param count a whole number ≥ 0 */
  add(counter: string, node: number, count: number): void {
    if (count === 0) return
    const { maxSamples, maxCounters, maxNameBytes } = this.#limits
    this.#samples += count
    if (this.#samples > maxSamples)
      throw new ProfileError('samples', `The counts of the profile add up to more than ${maxSamples}`)
    let vector = this.#counters.get(counter)
    if (vector === undefined) {
      if (this.#counters.size === maxCounters)
        throw new ProfileError('counters', `The profile has more than ${maxCounters} distinct counters`)
      if (encodeName(counter).length > maxNameBytes) throw tooLong('A counter name', maxNameBytes)
      vector = new VectorAccumulator()
      this.#counters.set(counter, vector)
    }
    vector.addOne(node, count)
  }

  /** The tree so far, its nodes in the order of their first appearance. Nothing may be added afterwards. */
  finish(): CallTree {
    const { nodeCount, parent, frame, frames, files } = this.#trie
    this.#grow(nodeCount)
    const column = (plusOne: Int32Array): Int32Array =>
      plusOne.subarray(0, nodeCount).map((value) => value - 1)
    return {
      names: frames.table(),
      files: files.table(),
      parent: parent.subarray(0, nodeCount),
      frame: frame.subarray(0, nodeCount),
      file: column(this.#file),
      firstLine: column(this.#firstLine),
      lastLine: column(this.#lastLine),
      counters: [...this.#counters].map(([name, vector]) => ({ name, ...vector.vector() })),
    }
  }

  #grow(node: number): void {
    this.#file = grown(this.#file, node + 1)
    this.#firstLine = grown(this.#firstLine, node + 1)
    this.#lastLine = grown(this.#lastLine, node + 1)
  }
}

function tooLong(what: string, maxBytes: number): ProfileError {
  return new ProfileError('name-length', `${what} is longer than ${maxBytes} bytes`)
}
