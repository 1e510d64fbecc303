import { hashPair } from '@wick/profile'
import { PagedNumbers } from './paged-numbers.ts'

const smallestSlots = 128

/** One for all: numbers of a profile's nodes are used before the next profile comes. */
let nodeOf = new Int32Array(0)

/**
 * The call paths that a segment has spelled out for a group, as numbers: node → (its parent, its frame). The same as
 * CallPaths for whoever only writes, in half the memory.
 */
export class SegmentPaths {
  /** Node 0 is the root. */
  #nodeCount = 1
  readonly parent = new PagedNumbers(1)
  readonly frame = new PagedNumbers(1)
  /** Node by slot, 0 = free (the root is nobody's child); open addressing, two thirds full at most. */
  #slots = new PagedNumbers(smallestSlots)
  /** 32 - log2(number of slots): the upper bits of a hash choose the slot. */
  #shift = 25

  get nodeCount(): number {
    return this.#nodeCount
  }

  /** Bytes held, room to grow included. */
  get byteLength(): number {
    return this.parent.byteLength + this.frame.byteLength + this.#slots.byteLength
  }

  /**
   * The nodes of a tree, found or appended. Trees resemble each other, so a node is first looked for behind the one found
   * last, which mostly saves a look into a large hash table.
   *
   * @param parent of each node of the tree, parents first; node 0 is its root
   * @param frame of each node, a number of the tree's own
   * @param frameOf the tree's numbers of frames as numbers here
   * @returns valid until the next call of any
   */
  nodesOf(parent: Int32Array, frame: Int32Array, frameOf: Int32Array): Int32Array {
    if (nodeOf.length < parent.length) nodeOf = new Int32Array(parent.length)
    nodeOf[0] = 0
    let last = 0
    for (let node = 1; node < parent.length; node++) {
      const above = nodeOf[parent[node]!]!
      const name = frameOf[frame[node]!]!
      const next = last + 1
      last = next < this.#nodeCount && this.#is(next, above, name) ? next : this.#child(above, name)
      nodeOf[node] = last
    }
    return nodeOf.subarray(0, parent.length)
  }

  #is(node: number, parent: number, frame: number): boolean {
    return this.parent.at(node) === parent && this.frame.at(node) === frame
  }

  /** The node of `frame` called by `parent`, found or appended. */
  #child(parent: number, frame: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = hashPair(parent, frame) >>> this.#shift
    for (let node = slots.at(slot); node !== 0; node = slots.at(slot)) {
      if (this.#is(node, parent, frame)) return node
      slot = (slot + 1) & mask
    }
    const node = this.#nodeCount++
    this.parent.reserve(this.#nodeCount)
    this.frame.reserve(this.#nodeCount)
    this.parent.put(node, parent)
    this.frame.put(node, frame)
    slots.put(slot, node)
    if (this.#nodeCount * 3 > slots.length * 2) this.#growSlots()
    return node
  }

  #growSlots(): void {
    const slots = new PagedNumbers(2 * this.#slots.length)
    const mask = slots.length - 1
    this.#shift--
    for (let node = 1; node < this.#nodeCount; node++) {
      let slot = hashPair(this.parent.at(node), this.frame.at(node)) >>> this.#shift
      while (slots.at(slot) !== 0) slot = (slot + 1) & mask
      slots.put(slot, node)
    }
    this.#slots = slots
  }
}
