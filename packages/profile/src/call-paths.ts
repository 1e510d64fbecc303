/**
 * Call paths as numbers: node id → (parent id, frame id). Append-only, so a node id keeps its meaning as long as this lives,
 * a profile is a sparse vector over node ids, and a merge is vector addition. Parents precede their children.
 */
import { hashPair } from './universal-hash.ts'

export class CallPaths {
  #nodeCount = 1
  #parent = new Int32Array(64).fill(-1, 0, 1)
  #frame = new Int32Array(64).fill(-1, 0, 1)
  /** Node id per slot, 0 = free (the root is nobody's child). */
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
    if (this.#nodeCount * 2 > slots.length) this.#growSlots()
    return node
  }

  /**
   * The nodes of a tree, found or appended. Trees resemble each other, so a node is first looked for behind the one found
   * last, which mostly saves a look into a large hash table.
   *
   * @param parent of each node of the tree, parents first; node 0 is its root
   * @param frame of each node, a number of the tree's own
   * @param frameOf the tree's numbers of frames as numbers here
   */
  nodesOf(parent: Int32Array, frame: Int32Array, frameOf: Int32Array): Int32Array {
    const nodeOf = new Int32Array(parent.length)
    let last = 0
    for (let node = 1; node < nodeOf.length; node++) {
      const above = nodeOf[parent[node]!]!
      const name = frameOf[frame[node]!]!
      const next = last + 1
      const isNext = next < this.#nodeCount && this.#parent[next] === above && this.#frame[next] === name
      last = isNext ? next : this.child(above, name)
      nodeOf[node] = last
    }
    return nodeOf
  }

  #growNodes(): void {
    this.#parent = longer(this.#parent)
    this.#frame = longer(this.#frame)
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2)
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

/** Half as long again: there are many tries, and what they do not use is the most of what they hold. */
function longer(array: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length + (array.length >> 1))
  grown.set(array)
  return grown
}
