import { type CallPathTrie, Scratch } from '@wick/profile'
import type { Epoch } from './epoch.ts'
import type { EpochSums } from './epoch-sums.ts'
import { PayloadError, PayloadReader, PayloadWriter, unzigzag, zigzag } from './payload-codec.ts'
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

/** A `sums` section, one vector for each counter. @param scratch what the result is in. @throws PayloadError */
export function decodeSums(section: Uint8Array, { trie }: Epoch, scratch = new Scratch()): SparseVector[] {
  const input = new PayloadReader(section)
  return Array.from({ length: input.uint() }, () => {
    const vector = readVector(input, scratch)
    checkNodes(vector.nodes, trie.nodeCount)
    return vector
  })
}

/** Nodes ascend. A write beyond a typed array's end is silent, and would be a wrong number. */
function checkNodes(nodes: Int32Array, nodeCount: number): void {
  if ((nodes.at(-1) ?? 0) >= nodeCount) throw new PayloadError('a node is not in the dictionary')
}

/** @param vectors counters ascending */
export function encodeSums(vectors: readonly SparseVector[]): Uint8Array {
  const out = new PayloadWriter()
  out.uint(vectors.length)
  for (const { counter, nodes, counts } of vectors) {
    out.uint(counter)
    out.uint(nodes.length)
    writeAscending(out, nodes)
    out.uints(counts)
  }
  return out.take()
}

/**
 * An `attributes` section. File and lines are written as differences to those of the frame's node before: a function is
 * mostly where it was. @param scratch what the result is in. @throws PayloadError
 */
export function decodeAttributes(
  section: Uint8Array,
  { trie }: Epoch,
  scratch = new Scratch(),
): AttributeNews {
  const { frame, frames, nodeCount } = trie
  const input = new PayloadReader(section)
  const node = input.ascending(scratch.integers(input.uint()))
  checkNodes(node, nodeCount)
  const column = (): Int32Array => input.uints(scratch.integers(node.length))
  const file = column()
  const firstLine = column()
  const lastLine = column()
  /** By frame + 1, as the root's is -1: file, first line and span of its node before. */
  const before = scratch.integers(3 * (frames.length + 1))
  for (let i = 0; i < node.length; i++) {
    const at = 3 * (frame[node[i]!]! + 1)
    before[at]! += unzigzag(file[i]!)
    before[at + 1]! += unzigzag(firstLine[i]!)
    before[at + 2]! += unzigzag(lastLine[i]!)
    file[i] = before[at]!
    firstLine[i] = before[at + 1]!
    lastLine[i] = firstLine[i]! + before[at + 2]!
  }
  return { node, file, firstLine, lastLine }
}

/** The section as it was written before that: plain columns. @throws PayloadError */
export function decodePlainAttributes(section: Uint8Array, { trie }: Epoch): AttributeNews {
  const input = new PayloadReader(section)
  const node = input.ascending(new Int32Array(input.uint()))
  checkNodes(node, trie.nodeCount)
  const column = (): Int32Array => input.uints(new Int32Array(node.length))
  const file = column()
  const firstLine = column()
  const lastLine = column()
  for (let i = 0; i < node.length; i++) lastLine[i]! += firstLine[i]!
  return { node, file, firstLine, lastLine }
}

/** @param news nodes ascending */
export function encodeAttributes(
  { node, file, firstLine, lastLine }: AttributeNews,
  { frame, frames }: CallPathTrie,
): Uint8Array {
  const out = new PayloadWriter()
  out.uint(node.length)
  writeAscending(out, node)
  const span = new Int32Array(node.length)
  for (let i = 0; i < node.length; i++) span[i] = lastLine[i]! - firstLine[i]!
  const before = new Int32Array(frames.length + 1)
  const differences = new Float64Array(node.length)
  for (const values of [file, firstLine, span]) {
    before.fill(0)
    for (let i = 0; i < node.length; i++) {
      const at = frame[node[i]!]! + 1
      differences[i] = zigzag(values[i]! - before[at]!)
      before[at] = values[i]!
    }
    out.uints(differences)
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

/** Cells node by node. */
export interface NodeMajor {
  readonly counter: number
  /** Those that are shown, ascending. */
  readonly nodes: Int32Array
  /** By node: how many cells it has. */
  readonly shown: Int32Array
  /** Of each cell; they ascend within a node. */
  readonly profile: Int32Array
  readonly count: Float64Array
}

/** A counting sort. @param scratch what the result is in, too */
export function nodeMajor({ counter, profile, node, count }: Cells, scratch: Scratch): NodeMajor {
  let end = 0
  for (let i = 0; i < node.length; i++) if (node[i]! >= end) end = node[i]! + 1
  const cellsOf = scratch.integers(end)
  for (let i = 0; i < node.length; i++) cellsOf[node[i]!]!++
  let size = 0
  for (let at = 0; at < end; at++) if (cellsOf[at]! > 0) size++
  const nodes = scratch.integers(size)
  const shown = scratch.integers(size)
  /** By node: where its next cell goes. */
  const places = cellsOf
  for (let at = 0, n = 0, place = 0; n < size; at++) {
    const cells = cellsOf[at]!
    if (cells === 0) continue
    nodes[n] = at
    shown[n++] = cells
    places[at] = place
    place += cells
  }
  const profiles = scratch.integers(node.length)
  const counts = scratch.numbers(node.length)
  for (let i = 0; i < node.length; i++) {
    const place = places[node[i]!]!++
    profiles[place] = profile[i]!
    counts[place] = count[i]!
  }
  return { counter, nodes, shown, profile: profiles, count: counts }
}

/** What the profiles have together. @param scratch what the result is in */
export function sumOf({ counter, nodes, shown, count }: NodeMajor, scratch: Scratch): SparseVector {
  const counts = scratch.numbers(nodes.length)
  for (let n = 0, at = 0; n < nodes.length; n++)
    for (const end = at + shown[n]!; at < end; at++) counts[n]! += count[at]!
  return { counter, nodes, counts }
}

export function encodeVectors(
  profiles: number,
  counters: readonly NodeMajor[],
  scratch: Scratch,
): Uint8Array {
  const out = new PayloadWriter()
  out.uint(profiles)
  out.uint(counters.length)
  for (const cells of counters) writeVectors(out, profiles, cells, scratch)
  return out.take()
}

function writeVectors(
  out: PayloadWriter,
  profiles: number,
  { counter, nodes, shown, profile, count }: NodeMajor,
  scratch: Scratch,
): void {
  out.uint(counter)
  out.uint(nodes.length)
  writeAscending(out, nodes)
  out.uints(shown)
  const bytesEach = Math.ceil(profiles / 8)
  const { listed, bitmaps } = sizesOf(shown, profiles)
  const steps = scratch.integers(listed)
  const bits = scratch.bytes(bitmaps * bytesEach)
  let step = 0
  let written = 0
  for (let n = 0, at = 0; n < nodes.length; n++) {
    const isList = isListed(shown[n]!, profiles)
    let previous = 0
    for (const end = at + shown[n]!; at < end; at++) {
      const one = profile[at]!
      if (isList) steps[step++] = one - previous
      else bits[written + (one >> 3)]! |= 1 << (one & 7)
      previous = one
    }
    if (!isList) written += bytesEach
  }
  out.uints(steps)
  out.raw(bits)
  out.uints(count)
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
    const nodes = input.ascending(new Int32Array(input.uint()))
    checkNodes(nodes, sums.epoch.trie.nodeCount)
    const shown = input.uints(new Int32Array(nodes.length))
    const counts = input.sums(shown, wantedCells(input, shown, isWanted))
    sums.addSamples({ counter, nodes, counts })
  }
}

/**
 * By cell, in the order of their counts: 1 where its profile is wanted; null where all are. What `profilesOfCells` reads,
 * without telling whose each cell is. @param shown by node
 */
function wantedCells(input: PayloadReader, shown: Int32Array, isWanted: Uint8Array): Uint8Array | null {
  const profiles = isWanted.length
  const { total, listed, bitmaps } = sizesOf(shown, profiles)
  const lists = input.uints(new Int32Array(listed))
  const bytesEach = Math.ceil(profiles / 8)
  if (!isWanted.includes(0)) {
    input.raw(bitmaps * bytesEach)
    return null
  }
  const wanted = new Uint8Array(total + 1)
  /** As long as the bits, whose last byte may be filled up. */
  const padded = new Uint8Array(8 * bytesEach)
  padded.set(isWanted)
  for (let n = 0, at = 0, next = 0; n < shown.length; n++) {
    const end = at + shown[n]!
    if (isListed(shown[n]!, profiles)) {
      for (let one = 0; at < end; at++) {
        one += lists[next++]!
        wanted[at] = isWanted[one]!
      }
    } else {
      const bits = input.raw(bytesEach)
      // Each bit is written, and stays where it is set: no branch, which bits would make unpredictable.
      for (let bit = 0; bit < padded.length; bit++) {
        wanted[at] = padded[bit]!
        at += (bits[bit >> 3]! >> (bit & 7)) & 1
      }
    }
    at = end
  }
  return wanted
}

/** @returns how many cells there are, how many of them are listed, and how many nodes have bits instead */
function sizesOf(
  shown: Int32Array,
  profiles: number,
): { readonly total: number; readonly listed: number; readonly bitmaps: number } {
  let [total, listed, bitmaps] = [0, 0, 0]
  for (let n = 0; n < shown.length; n++) {
    total += shown[n]!
    if (isListed(shown[n]!, profiles)) listed += shown[n]!
    else bitmaps++
  }
  return { total, listed, bitmaps }
}

/** By cell, node by node: its profile. @param shown by node: how many profiles show it */
function profilesOfCells(input: PayloadReader, shown: Int32Array, profiles: number): Int32Array {
  const { total, listed } = sizesOf(shown, profiles)
  const lists = input.uints(new Int32Array(listed))
  const profile = new Int32Array(total)
  for (let n = 0, at = 0, next = 0; n < shown.length; n++) {
    const end = at + shown[n]!
    if (isListed(shown[n]!, profiles)) {
      for (let one = 0; at < end; at++) {
        one += lists[next++]!
        profile[at] = one
      }
    } else {
      readBits(input.raw(Math.ceil(profiles / 8)), profile, at, end)
      at = end
    }
  }
  return profile
}

function readNodeMajor(input: PayloadReader, profiles: number): Cells {
  const counter = input.uint()
  const nodes = input.ascending(new Int32Array(input.uint()))
  const shown = input.uints(new Int32Array(nodes.length))
  const profile = profilesOfCells(input, shown, profiles)
  const node = new Int32Array(profile.length)
  for (let n = 0, at = 0; n < nodes.length; n++) {
    node.fill(nodes[n]!, at, at + shown[n]!)
    at += shown[n]!
  }
  return { counter, profile, node, count: input.uints(new Float64Array(profile.length)) }
}

/** The numbers of the bits that are set, into profile[from … to). */
function readBits(bits: Uint8Array, profile: Int32Array, from: number, to: number): void {
  let at = from
  for (let byte = 0; byte < bits.length; byte++)
    for (let rest = bits[byte]!; rest !== 0 && at < to; rest &= rest - 1)
      profile[at++] = 8 * byte + 31 - Math.clz32(rest & -rest)
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
  const steps = new Int32Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) steps[i] = numbers[i]! - (i === 0 ? 0 : numbers[i - 1]!)
  out.uints(steps)
}
