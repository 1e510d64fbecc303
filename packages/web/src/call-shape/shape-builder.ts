import type { Reshaped, Shape } from './shape.ts'

/** Secret, so that nobody can choose call paths that share a slot. */
const keys = crypto.getRandomValues(new Int32Array(3)).map((key) => key | 1)

/**
 * Makes a shape node by node. `child` finds or appends: call paths that become the same are merged. What is known of
 * their source is that of the first one, the lines of all of them.
 */
export class ShapeBuilder {
  readonly #from: Shape
  readonly #nodeOf: Int32Array
  readonly #parent: Int32Array
  readonly #frame: Int32Array
  readonly #file: Int32Array
  readonly #firstLine: Int32Array
  readonly #lastLine: Int32Array
  /**
   * Hash of parent and frame, then the node; 0 is free. As large as it will ever be, and hashes beside the nodes: growing,
   * and looking at nodes that are not meant, cost more than all else.
   */
  readonly #slots: Int32Array
  readonly #shift: number
  /** Of what was looked up last. */
  #hash = 0
  readonly #mixes: Uint8Array
  /** By node made: 1 where a callee may be there already. Elsewhere callees are appended, which is far cheaper. */
  readonly #looksUp: Uint8Array
  #count = 1

  /**
   * @param mixes by node of `from`: 1 where what it calls, or what those call, may coincide with something else
   * @param rootFrame -1: a root without name
   */
  constructor(from: Shape, mixes: Uint8Array, rootFrame = -1) {
    this.#from = from
    this.#mixes = mixes
    const size = from.parent.length
    this.#nodeOf = new Int32Array(size).fill(-1)
    this.#parent = new Int32Array(size)
    this.#frame = new Int32Array(size)
    this.#file = new Int32Array(size)
    this.#firstLine = new Int32Array(size)
    this.#lastLine = new Int32Array(size)
    this.#parent[0] = this.#file[0] = this.#firstLine[0] = this.#lastLine[0] = -1
    this.#frame[0] = rootFrame
    this.#looksUp = new Uint8Array(size)
    this.#looksUp[0] = mixes[0]!
    this.#shift = Math.clz32(size) - 1
    this.#slots = new Int32Array(2 * 2 ** (32 - this.#shift))
  }

  /** Where the samples of a node go. */
  get nodeOf(): Int32Array {
    return this.#nodeOf
  }

  /** Makes `node` a callee named `frame` of `above`, a node of the new shape. */
  put(node: number, above: number, frame: number): void {
    const slot = this.#looksUp[above] === 1 ? this.#slotOf(above, frame) : -1
    const known = slot < 0 ? 0 : this.#slots[slot + 1]!
    if (known > 0) {
      this.#nodeOf[node] = known
      this.#learnLines(known, node)
      return
    }
    const made = this.#count++
    if (slot >= 0) {
      this.#slots[slot] = this.#hash
      this.#slots[slot + 1] = made
    }
    this.#looksUp[made] = this.#looksUp[above]! | this.#mixes[node]!
    this.#nodeOf[node] = made
    this.#parent[made] = above
    this.#frame[made] = frame
    this.#learnFirst(made, node)
  }

  /** Where the callee stands, or would. */
  #slotOf(above: number, frame: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let hash = (Math.imul(above, keys[0]!) + Math.imul(frame, keys[1]!)) | 0
    hash = Math.imul(hash ^ (hash >>> 15), keys[2]!)
    this.#hash = hash
    let slot = (hash >>> this.#shift) << 1
    for (;;) {
      const known = slots[slot + 1]!
      if (known === 0) return slot
      if (slots[slot] === hash && this.#frame[known] === frame && this.#parent[known] === above) return slot
      slot = (slot + 2) & mask
    }
  }

  /** The samples of `node` go to a node that exists. */
  join(node: number, into: number): void {
    this.#nodeOf[node] = into
  }

  #learnFirst(made: number, node: number): void {
    this.#file[made] = this.#from.file[node]!
    this.#firstLine[made] = this.#from.firstLine[node]!
    this.#lastLine[made] = this.#from.lastLine[node]!
  }

  #learnLines(made: number, node: number): void {
    const { file, firstLine, lastLine } = this.#from
    if (firstLine[node]! < 0 || file[node] !== this.#file[made]) return
    if (this.#firstLine[made]! < 0 || firstLine[node]! < this.#firstLine[made]!)
      this.#firstLine[made] = firstLine[node]!
    if (lastLine[node]! > this.#lastLine[made]!) this.#lastLine[made] = lastLine[node]!
  }

  finish(): Reshaped {
    const column = (values: Int32Array): Int32Array => values.subarray(0, this.#count)
    return {
      shape: {
        parent: column(this.#parent),
        frame: column(this.#frame),
        file: column(this.#file),
        firstLine: column(this.#firstLine),
        lastLine: column(this.#lastLine),
      },
      nodeOf: this.#nodeOf,
    }
  }
}
