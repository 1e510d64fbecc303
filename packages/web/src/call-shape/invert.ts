/**
 * The tree from the other end: the innermost frames stand below the root, their callers below them.
 *
 * A whole inversion has a node for each frame of each stack, so a million nodes a hundred calls deep would make a
 * hundred million. What nobody could see is therefore not worked out: callers are followed only where they have at
 * least 1/8,192 of the samples; a rest stands for those of the others. Nothing is lost from the sums.
 */
import { type Reshaped, restFrame, type Shape } from './shape.ts'
import { type Workspace, workspace } from './workspace.ts'

/** Callers of a group with fewer samples than this share of the view are not told apart. */
const smallestShare = 1 / 8192
/** A bound on the work: this many steps from callee to caller. */
const mostSteps = 40_000_000

export interface Inversion {
  /** Frame of the root of the result; the one that `weight` stands for where that is one frame. -1: no name. */
  readonly rootFrame: number
  /** Whether a stack's own innermost frame is left out, because the root stands for it. */
  readonly startsAbove: boolean
  /** Frames from below the root of the result whose callers are told apart as finely as if they were all. */
  readonly finer: readonly number[]
}

/**
 * @param weight samples of the stacks that end at each node; the root's own have no frame and stay with it
 * @returns a shape, and for each node with weight where its stack ends in it
 */
export function invert(shape: Shape, weight: Float64Array, options: Inversion): Reshaped {
  const inverter = new Inverter(shape, weight, options)
  return inverter.run()
}

class Inverter {
  readonly #shape: Shape
  readonly #weight: Float64Array
  readonly #options: Inversion
  readonly #nodeOf: Int32Array
  /** Nodes with weight, each group of one caller together. */
  readonly #order: Int32Array
  /** By place in that order: the caller that the node's stack has been followed to, and the group that this one puts it in. */
  readonly #cursor: Int32Array
  readonly #group: Int32Array
  readonly #spareOrder: Int32Array
  readonly #spareCursor: Int32Array
  /** By frame + 2: the node of its group; 0 is none. */
  readonly #groupOf: Int32Array
  readonly #out: Columns
  #steps = 0

  constructor(shape: Shape, weight: Float64Array, options: Inversion) {
    this.#shape = shape
    this.#weight = weight
    this.#options = options
    const size = shape.parent.length
    this.#nodeOf = new Int32Array(size).fill(-1)
    this.#nodeOf[0] = 0
    let count = 0
    let mostFrames = 0
    for (let node = 1; node < size; node++) {
      if (weight[node]! > 0) count++
      if (shape.frame[node]! > mostFrames) mostFrames = shape.frame[node]!
    }
    const memory = workspace.begin()
    this.#order = memory.int32(count)
    this.#cursor = memory.int32(count)
    this.#group = memory.int32(count)
    this.#spareOrder = memory.int32(count)
    this.#spareCursor = memory.int32(count)
    this.#groupOf = new Int32Array(mostFrames + 3)
    this.#out = new Columns(options.rootFrame, memory, count + 1024)
    let at = 0
    for (let node = 1; node < size; node++) {
      if (!(weight[node]! > 0)) continue
      this.#cursor[at] = options.startsAbove ? shape.parent[node]! : node
      this.#order[at++] = node
    }
  }

  run(): Reshaped {
    const all = this.#order.reduce((sum, node) => sum + this.#weight[node]!, 0)
    // Groups to be split by caller: out node, from, to, smallest weight, place in `finer` (-1: not on its way).
    const open: number[] = [0, 0, this.#order.length, all * smallestShare, 0]
    while (open.length > 0) {
      const finerAt = open.pop()!
      const smallest = open.pop()!
      const to = open.pop()!
      const from = open.pop()!
      this.#split(open.pop()!, from, to, smallest, finerAt, open)
    }
    return { shape: this.#out.finish(), nodeOf: this.#nodeOf }
  }

  #split(above: number, from: number, to: number, smallest: number, finerAt: number, open: number[]): void {
    const { frame, parent, file, firstLine, lastLine } = this.#shape
    const order = this.#order
    const cursor = this.#cursor
    const groupAt = this.#group
    const out = this.#out
    const first = out.length
    this.#steps += to - from
    for (let k = from; k < to; k++) {
      const at = cursor[k]!
      if (at === 0) {
        this.#nodeOf[order[k]!] = above
        groupAt[k] = 0
        continue
      }
      let group = this.#groupOf[frame[at]! + 2]!
      if (group === 0) {
        group = out.add(above, frame[at]!, file[at]!, firstLine[at]!, lastLine[at]!)
        this.#groupOf[frame[at]! + 2] = group
      }
      groupAt[k] = group
      out.size[group]!++
      out.weight[group]! += this.#weight[order[k]!]!
    }
    const last = out.length
    // Dealt out, one group after the other.
    let next = from
    for (let group = first; group < last; group++) {
      this.#groupOf[out.frame[group]! + 2] = 0
      out.end[group] = next
      next += out.size[group]!
    }
    for (let k = from; k < to; k++) {
      const group = groupAt[k]!
      if (group === 0) continue
      const place = out.end[group]!++
      this.#spareOrder[place] = order[k]!
      this.#spareCursor[place] = parent[cursor[k]!]!
    }
    for (let k = from; k < next; k++) {
      order[k] = this.#spareOrder[k]!
      cursor[k] = this.#spareCursor[k]!
    }
    const { finer } = this.#options
    for (let group = first; group < last; group++) {
      const end = out.end[group]!
      const start = end - out.size[group]!
      const weight = out.weight[group]!
      const isOnWay = finerAt >= 0 && finerAt < finer.length && out.frame[group] === finer[finerAt]
      const isEnd = isOnWay && finerAt + 1 === finer.length
      const least = isEnd ? weight * smallestShare : smallest
      if ((isOnWay || weight >= least) && this.#steps < mostSteps)
        open.push(group, start, end, least, isOnWay ? finerAt + 1 : -1)
      else this.#close(group, start, end)
    }
  }

  /** Callers that are not told apart. */
  #close(out: number, from: number, to: number): void {
    let rest = -1
    for (let k = from; k < to; k++) {
      const node = this.#order[k]!
      if (this.#cursor[k] === 0) this.#nodeOf[node] = out
      else {
        if (rest < 0) rest = this.#out.add(out, restFrame, -1, -1, -1)
        this.#nodeOf[node] = rest
      }
    }
  }
}

/** The columns of a shape that grows, and what is known of the group that each node stands for. */
class Columns {
  length = 1
  frame: Int32Array<ArrayBuffer>
  /** How many nodes with weight are in the group, their weight, and where they end in the order. */
  size: Int32Array<ArrayBuffer>
  weight: Float64Array<ArrayBuffer>
  end: Int32Array<ArrayBuffer>
  #parent: Int32Array<ArrayBuffer>
  #file: Int32Array<ArrayBuffer>
  #firstLine: Int32Array<ArrayBuffer>
  #lastLine: Int32Array<ArrayBuffer>

  /** @param capacity how many nodes there is room for at first */
  constructor(rootFrame: number, memory: Workspace, capacity: number) {
    const column = (): Int32Array<ArrayBuffer> => memory.int32(capacity)
    this.weight = memory.float64(capacity)
    this.size = column()
    this.end = column()
    this.frame = column()
    this.#parent = column()
    this.#file = column()
    this.#firstLine = column()
    this.#lastLine = column()
    this.frame[0] = rootFrame
    this.#parent[0] = this.#file[0] = this.#firstLine[0] = this.#lastLine[0] = -1
  }

  add(parent: number, frame: number, file: number, firstLine: number, lastLine: number): number {
    const node = this.length++
    if (node === this.frame.length) this.#grow()
    this.#parent[node] = parent
    this.frame[node] = frame
    this.#file[node] = file
    this.#firstLine[node] = firstLine
    this.#lastLine[node] = lastLine
    this.size[node] = this.weight[node] = 0
    return node
  }

  finish(): Shape {
    const column = (values: Int32Array): Int32Array => values.slice(0, this.length)
    return {
      parent: column(this.#parent),
      frame: column(this.frame),
      file: column(this.#file),
      firstLine: column(this.#firstLine),
      lastLine: column(this.#lastLine),
    }
  }

  #grow(): void {
    const longer = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const made = new Int32Array(values.length * 2)
      made.set(values)
      return made
    }
    const weight = new Float64Array(this.weight.length * 2)
    weight.set(this.weight)
    this.weight = weight
    this.size = longer(this.size)
    this.end = longer(this.end)
    this.frame = longer(this.frame)
    this.#parent = longer(this.#parent)
    this.#file = longer(this.#file)
    this.#firstLine = longer(this.#firstLine)
    this.#lastLine = longer(this.#lastLine)
  }
}
