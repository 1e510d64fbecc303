/**
 * What a decoder fills while it reads: the columns of the call tree, its counts in order of appearance, and the
 * profile's own name tables. Reused from one profile to the next, so decoding allocates next to nothing; every limit
 * that concerns the tree is kept here.
 */
import type { AgentProfile, CounterVector } from '../call-tree.ts'
import { fingerprints } from '../fingerprint.ts'
import type { ProfileLimits } from '../limits.ts'
import { NameInterner } from '../name-interner.ts'
import { ProfileError } from '../profile-error.ts'
import { nameAt, quoteForMessage } from '../wtf8.ts'

const firstCapacity = 8192
/** Columns longer than this are not kept for the next profile. */
const keptCapacity = 256 * 1024

export class ProfileScratch {
  readonly limits: ProfileLimits
  readonly names = new NameInterner()
  readonly files = new NameInterner()
  readonly counters = new NameInterner()
  /** Nodes so far, the root included. */
  nodeCount = 0
  parent = new Int32Array(0)
  frame = new Int32Array(0)
  file = new Int32Array(0)
  firstLine = new Int32Array(0)
  lastLine = new Int32Array(0)
  /** For each depth a bit per schema field seen in the node being read there, to refuse a repeated one. */
  readonly seen: Uint8Array
  #entryCount = 0
  #entryNode = new Int32Array(0)
  #entryCounter = new Int32Array(0)
  #entryValue = new Float64Array(0)
  #samples = 0

  constructor(limits: ProfileLimits) {
    this.limits = limits
    this.seen = new Uint8Array(limits.maxDepth + 2)
  }

  /** Forgets the last profile and makes the root. */
  begin(): void {
    this.names.clear()
    this.files.clear()
    this.counters.clear()
    this.#entryCount = 0
    this.#samples = 0
    const capacity = this.parent.length
    if (capacity === 0 || capacity > keptCapacity) this.#resizeNodes(firstCapacity)
    const entries = this.#entryNode.length
    if (entries === 0 || entries > keptCapacity) this.#resizeEntries(firstCapacity)
    this.nodeCount = 1
    this.parent[0] = -1
    this.frame[0] = -1
    this.file[0] = -1
    this.firstLine[0] = -1
    this.lastLine[0] = -1
  }

  /** Lets go of the body. */
  release(): void {
    this.names.release()
    this.files.release()
    this.counters.release()
  }

  /** Appends a node without attributes. */
  addNode(parent: number, frame: number): number {
    const node = this.nodeCount
    if (node > this.limits.maxNodes) {
      throw new ProfileError('nodes', `The profile has more than ${this.limits.maxNodes} nodes`)
    }
    if (node === this.parent.length) this.#resizeNodes(node * 2)
    this.nodeCount = node + 1
    this.parent[node] = parent
    this.frame[node] = frame
    this.file[node] = -1
    this.firstLine[node] = -1
    this.lastLine[node] = -1
    return node
  }

  /** Number of a frame name. */
  frameName(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > this.limits.maxNameBytes) throw this.#nameTooLong('A frame name')
    const index = this.names.intern(bytes, from, to)
    if (index >= this.limits.maxNames) {
      throw new ProfileError(
        'names',
        `The profile has more than ${this.limits.maxNames} distinct frame names`,
      )
    }
    return index
  }

  fileName(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > this.limits.maxNameBytes) throw this.#nameTooLong('A file name')
    return this.files.intern(bytes, from, to)
  }

  counterName(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > this.limits.maxNameBytes) throw this.#nameTooLong('A counter name')
    const index = this.counters.intern(bytes, from, to)
    if (index >= this.limits.maxCounters) {
      throw new ProfileError(
        'counters',
        `The profile has more than ${this.limits.maxCounters} distinct counters`,
      )
    }
    return index
  }

  /** Entries so far: what a `counts` struct remembers before its first `addCount`. */
  get entryCount(): number {
    return this.#entryCount
  }

  /**
   * Adds a count, a whole number ≥ 0. A counter repeated within one struct adds up.
   * @param structStart the value of `entryCount` when the node's `counts` struct began
   */
  addCount(structStart: number, node: number, counter: number, count: number): void {
    if (count === 0) return
    this.#samples += count
    if (this.#samples > this.limits.maxSamples) {
      throw new ProfileError(
        'samples',
        `The counts of the profile add up to more than ${this.limits.maxSamples}`,
      )
    }
    for (let i = structStart; i < this.#entryCount; i++) {
      if (this.#entryCounter[i] === counter) {
        this.#entryValue[i]! += count
        return
      }
    }
    const entry = this.#entryCount
    if (entry === this.#entryNode.length) this.#resizeEntries(entry * 2)
    this.#entryCount = entry + 1
    this.#entryNode[entry] = node
    this.#entryCounter[entry] = counter
    this.#entryValue[entry] = count
  }

  /** The profile as views of this scratch: valid until the next `begin`. */
  finish(start: number, end: number, extras: Uint8Array): AgentProfile {
    const count = this.nodeCount
    const names = this.names.table()
    const files = this.files.table()
    return {
      start,
      end,
      extras,
      fingerprints: { names: fingerprints(names), files: fingerprints(files) },
      tree: {
        names,
        files,
        parent: this.parent.subarray(0, count),
        frame: this.frame.subarray(0, count),
        file: this.file.subarray(0, count),
        firstLine: this.firstLine.subarray(0, count),
        lastLine: this.lastLine.subarray(0, count),
        counters: this.#vectors(),
      },
    }
  }

  #vectors(): CounterVector[] {
    const table = this.counters.table()
    const names = Array.from({ length: table.length }, (_, counter) => nameAt(table, counter))
    const count = this.#entryCount
    return vectorsOf(names, {
      node: this.#entryNode.subarray(0, count),
      counter: this.#entryCounter.subarray(0, count),
      value: this.#entryValue.subarray(0, count),
    })
  }

  #nameTooLong(what: string): ProfileError {
    return new ProfileError('name-length', `${what} is longer than ${this.limits.maxNameBytes} bytes`)
  }

  #resizeNodes(capacity: number): void {
    const kept = Math.min(this.nodeCount, capacity)
    this.parent = resized(this.parent, kept, capacity)
    this.frame = resized(this.frame, kept, capacity)
    this.file = resized(this.file, kept, capacity)
    this.firstLine = resized(this.firstLine, kept, capacity)
    this.lastLine = resized(this.lastLine, kept, capacity)
  }

  #resizeEntries(capacity: number): void {
    const kept = Math.min(this.#entryCount, capacity)
    this.#entryNode = resized(this.#entryNode, kept, capacity)
    this.#entryCounter = resized(this.#entryCounter, kept, capacity)
    const values = new Float64Array(capacity)
    values.set(this.#entryValue.subarray(0, kept))
    this.#entryValue = values
  }
}

/** Counts in order of appearance, as columns. */
interface Entries {
  readonly node: Int32Array
  /** Index of the counter's name. */
  readonly counter: Int32Array
  readonly value: Float64Array
}

/** The entries sorted by counter, order of appearance kept; counters without any are left out. */
export function vectorsOf(names: readonly string[], { node, counter, value }: Entries): CounterVector[] {
  const sizes = new Int32Array(names.length)
  for (let i = 0; i < counter.length; i++) sizes[counter[i]!]!++
  const vectors = names.map((name, c) => ({
    name,
    nodes: new Int32Array(sizes[c]!),
    counts: new Float64Array(sizes[c]!),
  }))
  const filled = new Int32Array(names.length)
  for (let i = 0; i < counter.length; i++) {
    const vector = vectors[counter[i]!]!
    const at = filled[counter[i]!]!++
    vector.nodes[at] = node[i]!
    vector.counts[at] = value[i]!
  }
  return vectors.filter(({ nodes }) => nodes.length > 0)
}

function resized(array: Int32Array, kept: number, capacity: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(capacity)
  made.set(array.subarray(0, kept))
  return made
}

/** The error for a depth beyond the limit; `depth` counts frames below the root. */
export function tooDeep(limits: ProfileLimits): ProfileError {
  return new ProfileError('depth', `The profile is deeper than ${limits.maxDepth} frames`)
}

export function repeatedField(field: string): ProfileError {
  return new ProfileError('field', `The field ${field} appears twice in one struct`)
}

export function wrongType(field: string, expected: string): ProfileError {
  return new ProfileError('field', `The field ${field} must be ${expected}`)
}

/** Why a number was refused that had to be whole and not negative. Readers return these codes instead of a value. */
export const notWhole = { absent: -1, negative: -2, fraction: -3, tooLarge: -4, noNumber: -5 } as const

export function badNumber(field: string, code: number): ProfileError {
  if (code === notWhole.negative) return new ProfileError('field', `The field ${field} must not be negative`)
  if (code === notWhole.fraction)
    return new ProfileError('field', `The field ${field} must be a whole number`)
  if (code === notWhole.tooLarge) return new ProfileError('field', `The field ${field} is too large`)
  return new ProfileError('field', `The field ${field} must be a number`)
}

/** How messages name one counter of a node. */
export function counterField(bytes: Uint8Array, from: number, to: number): string {
  return `counts.${quoteForMessage(bytes, from, to)}`
}

/** Checks what both formats demand of the whole once it is read. */
export function checkTimes(start: number, end: number): void {
  if (start < 0) throw new ProfileError('field', 'The field start is required')
  if (end < 0) throw new ProfileError('field', 'The field end is required')
  if (start > end) throw new ProfileError('field', 'The field start must not be later than end')
}

/** Dates end here (ECMAScript's time range); larger numbers are no epoch milliseconds. */
export const latestTime = 8.64e15
