import { grown, type NameTable } from '@wick/profile'
import type { Epoch } from './epoch.ts'
import { maxGroupCounters } from './group-counters.ts'

/** Of call paths that a full dictionary does not tell apart: they are counted below their caller. */
export const restName = '(not told apart: too many call paths)'
const restBytes = Buffer.from(restName)

/** Of samples in thread states beyond those that a sum tells apart. */
export const otherCounter = '(other thread states)'

/**
 * The numbers of one epoch in another, found or learnt one by one as they are needed: only what is asked for gets into
 * the other epoch.
 */
export class EpochMap {
  readonly #from: Epoch
  readonly #to: Epoch
  readonly #isFull: () => boolean
  /** The frame of the rest in the other epoch, once there is one. */
  #rest: number | null = null
  /** Number + 1; zero is not known yet. */
  #frames = new Int32Array(0)
  #files = new Int32Array(0)
  #counters = new Int32Array(0)
  #nodes = new Int32Array(0)
  /** Nodes below a known one, deepest first. */
  #unknown = new Int32Array(64)
  /** The names of the first epoch as they were when one was needed last. */
  #frameTable: NameTable = noNames
  #fileTable: NameTable = noNames

  /** @param isFull whether the other epoch may learn nothing more: what is new to it then is the rest of its caller */
  constructor(from: Epoch, to: Epoch, isFull: () => boolean = () => false) {
    this.#from = from
    this.#to = to
    this.#isFull = isFull
  }

  /** Whether several nodes may have one number. */
  get hasRest(): boolean {
    return this.#rest !== null
  }

  /** Whether a number stands for call paths that are not told apart. */
  isRest(number: number): boolean {
    return this.#rest !== null && this.#to.trie.frame[number] === this.#rest
  }

  /** By node: its number + 1; zero where it is not known yet. The root is always known. */
  get numbers(): Int32Array {
    this.#nodes = grown(this.#nodes, this.#from.trie.nodeCount)
    this.#nodes[0] = 1
    return this.#nodes
  }

  /** The numbers of some nodes; those that are new are learnt, and those above them. */
  nodes(nodes: Int32Array): Int32Array {
    const known = this.numbers
    const mapped = new Int32Array(nodes.length)
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!
      mapped[i] = known[node] === 0 ? this.node(node) : known[node]! - 1
    }
    return mapped
  }

  node(node: number): number {
    const { trie } = this.#from
    this.#nodes = grown(this.#nodes, trie.nodeCount)
    const nodes = this.#nodes
    let depth = 0
    let at = node
    for (; at !== 0 && nodes[at] === 0; at = trie.parent[at]!) {
      this.#unknown = grown(this.#unknown, depth + 1)
      this.#unknown[depth++] = at
    }
    let known = at === 0 ? 0 : nodes[at]! - 1
    while (depth > 0) {
      const next = this.#unknown[--depth]!
      known = this.#child(known, trie.frame[next]!)
      nodes[next] = known + 1
    }
    return known
  }

  #child(parent: number, frame: number): number {
    const { trie } = this.#to
    if (!this.#isFull()) return trie.child(parent, this.#frame(frame))
    // Below the rest is the rest.
    if (this.isRest(parent)) return parent
    if (frame >= this.#frameTable.length) this.#frameTable = this.#from.trie.frames.table()
    const { bytes, offsets } = this.#frameTable
    const known = trie.frames.find(bytes, offsets[frame]!, offsets[frame + 1]!)
    const found = known < 0 ? -1 : trie.find(parent, known)
    if (found >= 0) return found
    this.#rest ??= trie.frames.intern(restBytes, 0, restBytes.length)
    return trie.child(parent, this.#rest)
  }

  /** -1 where the other epoch does not know it and may not learn it. */
  file(file: number): number {
    const names = this.#from.trie.files
    this.#files = grown(this.#files, names.length)
    if (this.#files[file] === 0) {
      if (file >= this.#fileTable.length) this.#fileTable = names.table()
      const { bytes, offsets } = this.#fileTable
      if (this.#isFull()) return this.#to.trie.files.find(bytes, offsets[file]!, offsets[file + 1]!)
      this.#files[file] = interned(this.#fileTable, file, this.#to.trie.files) + 1
    }
    return this.#files[file]! - 1
  }

  counter(counter: number): number {
    this.#counters = grown(this.#counters, counter + 1)
    if (this.#counters[counter] === 0)
      this.#counters[counter] = this.#counterOf(this.#from.counterName(counter)) + 1
    return this.#counters[counter]! - 1
  }

  /** Days have so many each, and other ones: an answer about many days has no more of them. */
  #counterOf(name: string): number {
    const known = this.#to.findCounter(name)
    if (known >= 0) return known
    return this.#to.counter(this.#to.size.counters < maxGroupCounters ? name : otherCounter)
  }

  #frame(frame: number): number {
    const names = this.#from.trie.frames
    this.#frames = grown(this.#frames, names.length)
    if (this.#frames[frame] === 0) {
      if (frame >= this.#frameTable.length) this.#frameTable = names.table()
      this.#frames[frame] = interned(this.#frameTable, frame, this.#to.trie.frames) + 1
    }
    return this.#frames[frame]! - 1
  }
}

const noNames: NameTable = { bytes: new Uint8Array(0), offsets: new Uint32Array(1), length: 0 }

function interned({ bytes, offsets }: NameTable, name: number, to: Epoch['trie']['frames']): number {
  return to.intern(bytes, offsets[name]!, offsets[name + 1]!)
}
