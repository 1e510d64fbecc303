import type { Epoch } from './epoch.ts'
import type { EpochSums } from './epoch-sums.ts'
import { nonZero } from './non-zero.ts'
import { PayloadError, PayloadReader, PayloadWriter } from './payload-codec.ts'
import { type AttributeNews, readVector, type SparseVector } from './record-content.ts'

/**
 * The sections of a block, in the numbers of its day's epoch. A window's block has all of them, a roll-up the first two.
 *
 *     sums         number of counters; each: counter · entries · node differences · sums
 *     attributes   entries; then by column: node differences · file + 1 · first line + 1 · last − first line, the last
 *                  three as differences to those of the entry before that has the same frame (plainAttributes, as it was
 *                  written first: as they are)
 *     vectors      as sums, but node-major: node differences · how many profiles show the node · which ones · their counts.
 *                  Which ones: differences where they are few, else one bit for each profile of the block
 *     profiles     number of profiles; then by column: start − window start · end − start · received − end · lengths of the
 *                  extras · extras (Ion text), one after another
 */

/** A `sums` section, one vector for each counter. @throws PayloadError */
export function decodeSums(section: Uint8Array, { trie }: Epoch): SparseVector[] {
  const input = new PayloadReader(section)
  return Array.from({ length: input.uint() }, () => {
    const vector = readVector(input)
    checkNodes(vector.nodes, trie.nodeCount)
    return vector
  })
}

/** Nodes ascend. A write beyond a typed array's end is silent, and would be a wrong number. */
function checkNodes(nodes: Int32Array, nodeCount: number): void {
  if ((nodes.at(-1) ?? 0) >= nodeCount) throw new PayloadError('a node is not in the dictionary')
}

export function encodeSums(sums: EpochSums): Uint8Array {
  const out = new PayloadWriter()
  const counters = sums.counters()
  out.uint(counters.length)
  for (const counter of counters) {
    const column = sums.column(counter)
    const nodes = nonZero(column)
    out.uint(counter)
    out.uint(nodes.length)
    writeAscending(out, nodes)
    for (const node of nodes) out.uint(column[node]!)
  }
  return out.take()
}

/**
 * An `attributes` section. File and lines are written as differences to those of the frame's node before: a function is
 * mostly where it was. @throws PayloadError
 */
export function decodeAttributes(section: Uint8Array, { trie }: Epoch): AttributeNews {
  const { frame, frames, nodeCount } = trie
  const input = new PayloadReader(section)
  const node = input.ascending(input.uint())
  checkNodes(node, nodeCount)
  const column = (): Int32Array => input.ints(new Int32Array(node.length))
  const file = column()
  const firstLine = column()
  const lastLine = column()
  for (const values of [file, firstLine, lastLine]) {
    const before = new Int32Array(frames.length + 1)
    for (let i = 0; i < node.length; i++) {
      // The root's frame is -1.
      const at = frame[node[i]!]! + 1
      values[i]! += before[at]!
      before[at] = values[i]!
    }
  }
  for (let i = 0; i < node.length; i++) lastLine[i]! += firstLine[i]!
  return { node, file, firstLine, lastLine }
}

/** The section as it was written before that: plain columns. @throws PayloadError */
export function decodePlainAttributes(section: Uint8Array, { trie }: Epoch): AttributeNews {
  const input = new PayloadReader(section)
  const node = input.ascending(input.uint())
  checkNodes(node, trie.nodeCount)
  const column = (): Int32Array => input.uints(new Int32Array(node.length))
  const file = column()
  const firstLine = column()
  const lastLine = column()
  for (let i = 0; i < node.length; i++) lastLine[i]! += firstLine[i]!
  return { node, file, firstLine, lastLine }
}

export function encodeAttributes({ attributes, epoch }: EpochSums): Uint8Array {
  const { node, file, firstLine, lastLine } = attributes.news()
  const { frame, frames } = epoch.trie
  const out = new PayloadWriter()
  out.uint(node.length)
  writeAscending(out, node)
  const span = lastLine.map((last, i) => last - firstLine[i]!)
  for (const values of [file, firstLine, span]) {
    const before = new Int32Array(frames.length + 1)
    for (let i = 0; i < node.length; i++) {
      const at = frame[node[i]!]! + 1
      out.int(values[i]! - before[at]!)
      before[at] = values[i]!
    }
  }
  return out.take()
}

/** The samples of many profiles under one counter: entry i says that `profile[i]` has `count[i]` samples in `node[i]`. */
export interface Cells {
  readonly counter: number
  /** Profiles ascend; within a profile a node stands once. */
  readonly profile: Int32Array
  readonly node: Int32Array
  readonly count: Float64Array
}

export function encodeVectors(profiles: number, counters: readonly Cells[]): Uint8Array {
  const out = new PayloadWriter()
  out.uint(profiles)
  out.uint(counters.length)
  for (const cells of counters) writeNodeMajor(out, profiles, cells)
  return out.take()
}

function writeNodeMajor(
  out: PayloadWriter,
  profiles: number,
  { counter, profile, node, count }: Cells,
): void {
  const order = byNode(node)
  const nodes: number[] = []
  const starts: number[] = []
  for (let i = 0; i < order.length; i++) {
    const at = node[order[i]!]!
    if (nodes.at(-1) !== at) {
      nodes.push(at)
      starts.push(i)
    }
  }
  starts.push(order.length)
  out.uint(counter)
  out.uint(nodes.length)
  writeAscending(out, Int32Array.from(nodes))
  for (let n = 0; n < nodes.length; n++) out.uint(starts[n + 1]! - starts[n]!)
  for (let n = 0; n < nodes.length; n++) {
    const [from, to] = [starts[n]!, starts[n + 1]!]
    if (isListed(to - from, profiles)) {
      let previous = 0
      for (let i = from; i < to; i++) {
        out.uint(profile[order[i]!]! - previous)
        previous = profile[order[i]!]!
      }
    }
  }
  const bits = new Uint8Array(Math.ceil(profiles / 8))
  for (let n = 0; n < nodes.length; n++) {
    const [from, to] = [starts[n]!, starts[n + 1]!]
    if (isListed(to - from, profiles)) continue
    bits.fill(0)
    for (let i = from; i < to; i++) bits[profile[order[i]!]! >> 3]! |= 1 << (profile[order[i]!]! & 7)
    out.raw(bits)
  }
  for (let i = 0; i < order.length; i++) out.uint(count[order[i]!]!)
}

/** Whether the profiles that show a node are listed: shorter than one bit for each profile of the block. */
function isListed(shown: number, profiles: number): boolean {
  return shown * 8 < profiles
}

/** Reads a `vectors` section back, node by node. @throws PayloadError */
export function decodeVectors(section: Uint8Array): {
  readonly profiles: number
  readonly counters: Cells[]
} {
  const input = new PayloadReader(section)
  const profiles = input.uint()
  const counters = Array.from({ length: input.uint() }, () => readNodeMajor(input, profiles))
  return { profiles, counters }
}

/**
 * Adds the samples of some of a block's profiles. @param isWanted 1 for each profile that counts
 *
 * @throws PayloadError
 */
export function addProfiles(section: Uint8Array, isWanted: Uint8Array, sums: EpochSums): void {
  const input = new PayloadReader(section)
  if (input.uint() !== isWanted.length) throw new PayloadError('it is not told who sent which profile')
  for (let left = input.uint(); left > 0; left--) {
    const counter = input.uint()
    const nodes = input.ascending(input.uint())
    checkNodes(nodes, sums.epoch.trie.nodeCount)
    const shown = input.uints(new Int32Array(nodes.length))
    const wanted = wantedCells(input, shown, isWanted)
    const column = sums.column(counter)
    const counts = input.uints(new Float64Array(wanted.length))
    for (let n = 0, at = 0; n < nodes.length; n++) {
      let sum = 0
      for (const end = at + shown[n]!; at < end; at++) if (wanted[at] === 1) sum += counts[at]!
      column[nodes[n]!]! += sum
    }
  }
}

/** By cell, in the order of their counts: 1 where its profile is wanted. @param shown by node */
function wantedCells(input: PayloadReader, shown: Int32Array, isWanted: Uint8Array): Uint8Array {
  const profiles = isWanted.length
  const wanted = new Uint8Array(shown.reduce((sum, some) => sum + some, 0))
  for (const listed of [true, false]) {
    let at = 0
    for (const size of shown) {
      if (isListed(size, profiles) !== listed) at += size
      else if (listed) {
        const which = input.ascending(size)
        for (let i = 0; i < size; i++) wanted[at++] = isWanted[which[i]!]!
      } else {
        const bits = input.raw(Math.ceil(profiles / 8))
        for (let profile = 0; profile < profiles; profile++)
          if ((bits[profile >> 3]! >> (profile & 7)) & 1) wanted[at++] = isWanted[profile]!
      }
    }
  }
  return wanted
}

function readNodeMajor(input: PayloadReader, profiles: number): Cells {
  const counter = input.uint()
  const nodes = input.ascending(input.uint())
  const shown = input.uints(new Int32Array(nodes.length))
  const total = shown.reduce((sum, some) => sum + some, 0)
  const profile = new Int32Array(total)
  const node = new Int32Array(total)
  for (const listed of [true, false]) {
    let at = 0
    for (let n = 0; n < nodes.length; n++) {
      const end = at + shown[n]!
      if (isListed(shown[n]!, profiles) === listed) {
        if (listed) profile.set(input.ascending(shown[n]!), at)
        else readBits(input.raw(Math.ceil(profiles / 8)), profile.subarray(at, end))
        node.fill(nodes[n]!, at, end)
      }
      at = end
    }
  }
  return { counter, profile, node, count: input.uints(new Float64Array(total)) }
}

function readBits(bits: Uint8Array, profile: Int32Array): void {
  let at = 0
  for (let i = 0; i < bits.length * 8; i++) if ((bits[i >> 3]! >> (i & 7)) & 1) profile[at++] = i
}

/** Entries in the order of their nodes, profiles ascending within a node: a counting sort. */
function byNode(node: Int32Array): Int32Array {
  const places = new Int32Array(node.reduce((most, one) => Math.max(most, one), -1) + 2)
  for (const one of node) places[one + 1]!++
  for (let i = 1; i < places.length; i++) places[i]! += places[i - 1]!
  const order = new Int32Array(node.length)
  for (let i = 0; i < node.length; i++) order[places[node[i]!]!++] = i
  return order
}

/** One agent profile of a window, beside its samples. Instants are epoch milliseconds. */
export interface ProfileNote {
  readonly start: number
  readonly end: number
  readonly receivedAt: number
  /** Ion text. */
  readonly extras: Uint8Array
}

export function encodeProfiles(window: number, notes: readonly ProfileNote[]): Uint8Array {
  const out = new PayloadWriter()
  out.uint(notes.length)
  for (const { start } of notes) out.int(start - window)
  for (const { start, end } of notes) out.uint(end - start)
  for (const { end, receivedAt } of notes) out.int(receivedAt - end)
  for (const { extras } of notes) out.uint(extras.length)
  for (const { extras } of notes) out.raw(extras)
  return out.take()
}

/** @throws PayloadError */
export function decodeProfiles(window: number, section: Uint8Array): ProfileNote[] {
  const input = new PayloadReader(section)
  const count = input.uint()
  const column = (read: () => number): number[] => Array.from({ length: count }, read)
  const starts = column(() => input.int())
  const lengths = column(() => input.uint())
  const delays = column(() => input.int())
  const sizes = column(() => input.uint())
  return sizes.map((size, i) => {
    const start = window + starts[i]!
    const end = start + lengths[i]!
    return { start, end, receivedAt: end + delays[i]!, extras: input.raw(size) }
  })
}

function writeAscending(out: PayloadWriter, numbers: Int32Array): void {
  let previous = 0
  for (const number of numbers) {
    out.uint(number - previous)
    previous = number
  }
}
