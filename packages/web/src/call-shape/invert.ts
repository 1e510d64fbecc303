/**
 * The tree from the other end: the innermost frames stand below the root, their callers below them.
 *
 * A whole inversion has a node for each frame of each stack, so a million nodes a hundred calls deep would make a
 * hundred million. What nobody could see is therefore not worked out: callers are followed only where they have at
 * least 1/8,192 of the samples; a rest stands for those of the others. Nothing is lost from the sums.
 */
import { type Reshaped, restFrame, type Shape } from './shape.ts'

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
  #order: Int32Array
  #spare: Int32Array
  /** By node with weight: the caller that its stack has been followed to. */
  readonly #cursor: Int32Array
  /** By frame + 2: number of its group, + 1. */
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
    this.#cursor = new Int32Array(size)
    let count = 0
    let mostFrames = 0
    for (let node = 1; node < size; node++) {
      if (weight[node]! > 0) count++
      if (shape.frame[node]! > mostFrames) mostFrames = shape.frame[node]!
    }
    this.#order = new Int32Array(count)
    this.#spare = new Int32Array(count)
    this.#groupOf = new Int32Array(mostFrames + 3)
    this.#out = new Columns(options.rootFrame)
    let at = 0
    for (let node = 1; node < size; node++) {
      if (!(weight[node]! > 0)) continue
      this.#cursor[node] = options.startsAbove ? shape.parent[node]! : node
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
    const groups: number[] = []
    const sizes: number[] = []
    const weights: number[] = []
    this.#steps += to - from
    for (let k = from; k < to; k++) {
      const node = order[k]!
      const at = this.#cursor[node]!
      if (at === 0) {
        this.#nodeOf[node] = above
        continue
      }
      let group = this.#groupOf[frame[at]! + 2]! - 1
      if (group < 0) {
        group = groups.length
        this.#groupOf[frame[at]! + 2] = group + 1
        groups.push(this.#out.add(above, frame[at]!, file[at]!, firstLine[at]!, lastLine[at]!))
        sizes.push(0)
        weights.push(0)
      }
      sizes[group]!++
      weights[group]! += this.#weight[node]!
    }
    // Dealt out, one group after the other.
    const starts = new Array<number>(groups.length)
    let next = from
    for (let group = 0; group < groups.length; group++) {
      starts[group] = next
      next += sizes[group]!
    }
    const ends = starts.slice()
    for (let k = from; k < to; k++) {
      const node = order[k]!
      const at = this.#cursor[node]!
      if (at === 0) continue
      const group = this.#groupOf[frame[at]! + 2]! - 1
      this.#spare[ends[group]!++] = node
    }
    for (let k = from; k < next; k++) {
      const node = this.#spare[k]!
      order[k] = node
      const at = this.#cursor[node]!
      this.#groupOf[frame[at]! + 2] = 0
      this.#cursor[node] = parent[at]!
    }
    const { finer } = this.#options
    for (let group = 0; group < groups.length; group++) {
      const out = groups[group]!
      const start = starts[group]!
      const end = start + sizes[group]!
      const isOnWay = finerAt >= 0 && finerAt < finer.length && this.#out.frameOf(out) === finer[finerAt]
      const isEnd = isOnWay && finerAt + 1 === finer.length
      const least = isEnd ? weights[group]! * smallestShare : smallest
      if ((isOnWay || weights[group]! >= least) && this.#steps < mostSteps)
        open.push(out, start, end, least, isOnWay ? finerAt + 1 : -1)
      else this.#close(out, start, end)
    }
  }

  /** Callers that are not told apart. */
  #close(out: number, from: number, to: number): void {
    let rest = -1
    for (let k = from; k < to; k++) {
      const node = this.#order[k]!
      if (this.#cursor[node] === 0) this.#nodeOf[node] = out
      else {
        if (rest < 0) rest = this.#out.add(out, restFrame, -1, -1, -1)
        this.#nodeOf[node] = rest
      }
    }
  }
}

/** The columns of a shape that grows. */
class Columns {
  #length = 1
  #parent = new Int32Array(1024)
  #frame = new Int32Array(1024)
  #file = new Int32Array(1024)
  #firstLine = new Int32Array(1024)
  #lastLine = new Int32Array(1024)

  constructor(rootFrame: number) {
    this.#parent[0] = -1
    this.#frame[0] = rootFrame
    this.#file[0] = this.#firstLine[0] = this.#lastLine[0] = -1
  }

  frameOf(node: number): number {
    return this.#frame[node]!
  }

  add(parent: number, frame: number, file: number, firstLine: number, lastLine: number): number {
    const node = this.#length++
    if (node === this.#parent.length) this.#grow()
    this.#parent[node] = parent
    this.#frame[node] = frame
    this.#file[node] = file
    this.#firstLine[node] = firstLine
    this.#lastLine[node] = lastLine
    return node
  }

  finish(): Shape {
    const column = (values: Int32Array): Int32Array => values.subarray(0, this.#length)
    return {
      parent: column(this.#parent),
      frame: column(this.#frame),
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
    this.#parent = longer(this.#parent)
    this.#frame = longer(this.#frame)
    this.#file = longer(this.#file)
    this.#firstLine = longer(this.#firstLine)
    this.#lastLine = longer(this.#lastLine)
  }
}
