/**
 * What all threads of the process did since the last report: one tree, by names. Columns, not objects; a node is found by
 * its parent and name.
 */
import { getHeapStatistics } from 'node:v8'
import type { FrameNames, NamedFrame } from './frame-names.ts'
import type { Slice } from './slice.ts'
import type { Work } from './turns.ts'

/** New paths above this are counted with their nearest known caller, under `<other>`. */
export const maxBytes = 10 * 1024 * 1024
const leastBytes = 1024 * 1024
/** For `<other>` itself, one for each caller: after that there is one for all. */
const othersShare = 1.25
/** Measured (call-tree.test.ts): six columns and an entry of a map; two columns, an entry of a map, heads of two strings. */
const bytesOfNode = 110
const bytesOfFrame = 160
/** Of work, to name a frame: the nearest package.json may have to be read. Nodes are a unit each. */
const unitsOfName = 10
const nodesPerYield = 64
const otherName = '<other>'
const truncatedName = '<Truncated>'

/**
 * A small container's agent keeps a small tree, as does one in a small heap.
 *
 * @param memory that the process may have; 0 where nobody bounds it
 */
export function treeLimit(memory: number = boundOfMemory()): number {
  return memory > 0 ? Math.min(maxBytes, Math.max(leastBytes, Math.floor(memory / 64))) : maxBytes
}

function boundOfMemory(): number {
  const { heap_size_limit: heap } = getHeapStatistics()
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, heap) : heap
}

export class CallTree {
  readonly parent: number[] = [-1]
  /** Node → place in `names`; -1 for the root. */
  readonly frame: number[] = [-1]
  /** Node → microseconds in it while something ran, and while nothing did. */
  readonly running: number[] = [0]
  readonly idle: number[] = [0]
  /** Node → lines, 1-based, 0 for none. */
  readonly firstLine: number[] = [0]
  readonly lastLine: number[] = [0]
  readonly names: string[] = []
  readonly files: string[] = []
  /** Since it was emptied. */
  samples = 0
  micros = 0
  /** Thread → microseconds. */
  readonly threads = new Map<number, number>()
  foldedMicros = 0
  /** What all this takes, estimated. */
  bytes = 0
  readonly #nodes = new Map<number, number>()
  readonly #frames = new Map<string, number>()
  readonly #limit: number

  constructor(limit: number = maxBytes) {
    this.#limit = limit
  }

  /** Whether an early report is due: from now on paths are folded. */
  get isFull(): boolean {
    return this.bytes >= this.#limit
  }

  /** @param maxDepth of frames that are kept, counted from the outermost */
  *add(slice: Slice, frameNames: FrameNames, maxDepth: number): Work {
    const { frames, parent, frame, micros, firstLine, lastLine } = slice
    const named: NamedFrame[] = []
    for (const [i, url] of frames.url.entries()) {
      yield* frameNames.prepare(url)
      named.push(frameNames.name(frames.functionName[i]!, url, frames.line[i]!, frames.column[i]!))
      yield unitsOfName
    }
    let total = 0
    const target = new Int32Array(parent.length)
    const depth = new Int32Array(parent.length)
    for (let node = 1; node < parent.length; node++) {
      const caller = parent[node]!
      const { name, file, line, lineOf } = named[frame[node]!]!
      depth[node] = depth[caller]! + 1
      if (depth[node]! > maxDepth) {
        target[node] = this.#truncated(target[caller]!)
      } else {
        target[node] = this.#child(target[caller]!, name, file)
      }
      const at = target[node]!
      if (this.#isPlaceholder(at)) {
        if (this.names[this.frame[at]!] === otherName) this.foldedMicros += micros[node]!
      } else {
        this.#sawLine(at, line)
        this.#sawLine(at, lineOf(firstLine[node]!))
        this.#sawLine(at, lineOf(lastLine[node]!))
      }
      if (name === '(idle)') this.idle[at]! += micros[node]!
      else this.running[at]! += micros[node]!
      total += micros[node]!
      if (node % nodesPerYield === 0) yield nodesPerYield
    }
    // The root itself has no name to be posted under; V8 never samples it.
    this.samples += slice.samples
    this.micros += total
    this.threads.set(slice.threadId, (this.threads.get(slice.threadId) ?? 0) + total)
  }

  #truncated(caller: number): number {
    return this.#isPlaceholder(caller) ? caller : this.#child(caller, truncatedName, '')
  }

  #child(caller: number, name: string, file: string): number {
    if (this.#isPlaceholder(caller)) return caller
    const known = this.#frames.get(name)
    if (known !== undefined) {
      const node = this.#nodes.get(keyOf(caller, known))
      if (node !== undefined) return node
    }
    if (this.isFull && name !== otherName) return this.#other(caller)
    const frame = known ?? this.#newFrame(name, file)
    return this.#newNode(caller, frame)
  }

  /** Callers have one each, up to a limit; after that there is one for all. */
  #other(caller: number): number {
    const frame = this.#frames.get(otherName) ?? this.#newFrame(otherName, '')
    const parent = this.bytes < othersShare * this.#limit ? caller : 0
    return this.#nodes.get(keyOf(parent, frame)) ?? this.#newNode(parent, frame)
  }

  #newFrame(name: string, file: string): number {
    const frame = this.names.push(name) - 1
    this.files.push(file)
    this.bytes += bytesOfFrame + name.length + file.length
    this.#frames.set(name, frame)
    return frame
  }

  #newNode(parent: number, frame: number): number {
    const node = this.parent.push(parent) - 1
    this.frame.push(frame)
    this.running.push(0)
    this.idle.push(0)
    this.firstLine.push(0)
    this.lastLine.push(0)
    this.bytes += bytesOfNode
    this.#nodes.set(keyOf(parent, frame), node)
    return node
  }

  /** Nothing is called by these: whatever lies below is theirs. */
  #isPlaceholder(node: number): boolean {
    const name = node === 0 ? undefined : this.names[this.frame[node]!]
    return name === otherName || name === truncatedName
  }

  #sawLine(node: number, line: number): void {
    if (line <= 0) return
    if (this.firstLine[node] === 0 || line < this.firstLine[node]!) this.firstLine[node] = line
    if (line > this.lastLine[node]!) this.lastLine[node] = line
  }
}

/** Exact: both are below 2^26. */
function keyOf(parent: number, frame: number): number {
  return parent * 67_108_864 + frame
}
