/**
 * Call paths as numbers: node id → (parent id, frame id). Append-only, so a node id keeps its meaning as long as this lives,
 * a profile is a sparse vector over node ids, and a merge is vector addition. Parents precede their children.
 */
import { grown } from './growing.ts'
import { hashPair } from './universal-hash.ts'

export class CallPaths {
  #nodeCount = 1
  #parent = new Int32Array(64).fill(-1, 0, 1)
  #frame = new Int32Array(64).fill(-1, 0, 1)
  /** Node id per slot, 0 = free (the root is nobody's child). Two thirds full at most: half of what a trie takes is slots. */
  #slots = new Int32Array(128)
  #shift = 25

  /** Node 0 is the root. */
  get nodeCount(): number {
    return this.#nodeCount
  }

  /** At least `nodeCount` long; read it again after `child`, which may have grown it. -1 for the root. */
  get parent(): Int32Array {
    return this.#parent
  }

  /** As `parent`. */
  get frame(): Int32Array {
    return this.#frame
  }

  /** Bytes held, capacity included. */
  get byteLength(): number {
    return this.#parent.byteLength + this.#frame.byteLength + this.#slots.byteLength
  }

  /** The node of `frame` called by `parent`; -1 where there is none. */
  find(parent: number, frame: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hashPair(parent, frame) >>> this.#shift; ; slot = (slot + 1) & mask) {
      const node = slots[slot]!
      if (node === 0) return -1
      if (this.#frame[node] === frame && this.#parent[node] === parent) return node
    }
  }

  /** The node of `frame` called by `parent`, found or appended. */
  child(parent: number, frame: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const parents = this.#parent
    const frames = this.#frame
    let slot = hashPair(parent, frame) >>> this.#shift
    for (;;) {
      const node = slots[slot]!
      if (node === 0) break
      if (frames[node] === frame && parents[node] === parent) return node
      slot = (slot + 1) & mask
    }
    const node = this.#nodeCount++
    slots[slot] = node
    if (node === parents.length) this.#growNodes()
    this.#parent[node] = parent
    this.#frame[node] = frame
    if (this.#nodeCount * 3 > slots.length * 2) this.#growSlots()
    return node
  }

  #growNodes(): void {
    this.#parent = grown(this.#parent, this.#nodeCount)
    this.#frame = grown(this.#frame, this.#nodeCount)
  }

  #growSlots(): void {
    const slots = grown(this.#slots, this.#slots.length * 2).fill(0)
    const mask = slots.length - 1
    this.#shift--
    for (let node = 1; node < this.#nodeCount; node++) {
      let slot = hashPair(this.#parent[node]!, this.#frame[node]!) >>> this.#shift
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = node
    }
    this.#slots = slots
  }
}
