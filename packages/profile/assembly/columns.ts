/**
 * What the decoders in WebAssembly (AssemblyScript) fill while they read a body: names, nodes and counts, as
 * src/decode/scratch.ts. What is beyond the bounds is left to the readers in TypeScript.
 *
 * Memory is one fixed block, laid out below; nothing is allocated. src/decode/wasm-columns.ts has the other side.
 */

// Bounds. Bodies beyond them are rare and left to the other reader.
export const maxBody: i32 = 8 * 1024 * 1024
export const maxNodes: i32 = 65536
export const maxSymbols: i32 = 65536
export const maxFiles: i32 = 8192
const maxDepth: i32 = 1024
export const maxCounters: i32 = 64
export const maxOthers: i32 = 64
const maxNameLength: i32 = 4096
/** A fingerprint takes two keys for every four bytes of a name, and for two words more. */
export const maxKeyWords: i32 = 1026

// Layout. Vector loads reach up to 15 bytes beyond what they are about: each arena has some slack behind it.
export const slack: i32 = 64
export const keys: i32 = 1024
export const nodeParent: i32 = keys + 16 * maxKeyWords + slack
export const nodeFrame: i32 = nodeParent + 4 * maxNodes
export const nodeFile: i32 = nodeFrame + 4 * maxNodes
export const nodeFirstLine: i32 = nodeFile + 4 * maxNodes
export const nodeLastLine: i32 = nodeFirstLine + 4 * maxNodes
/** A node has an entry for each counter it has samples of. */
export const maxEntries: i32 = 2 * maxNodes
export const entryNode: i32 = nodeLastLine + 4 * maxNodes
export const entryCounter: i32 = entryNode + 4 * maxEntries
export const entryValue: i32 = entryCounter + 4 * maxEntries
/** By symbol of Ion: text (to < 0: none), frame + 1, counter + 1, schema field. */
export const symbolFrom: i32 = entryValue + 8 * maxEntries
export const symbolTo: i32 = symbolFrom + 4 * maxSymbols
export const symbolFrame: i32 = symbolTo + 4 * maxSymbols
export const symbolCounter: i32 = symbolFrame + 4 * maxSymbols
export const symbolField: i32 = symbolCounter + 4 * maxSymbols
/** By frame + 1, the root's being 0: where its latest file stands in the body, how long that is + 1 (0: none), its number. */
const latestFrom: i32 = symbolField + maxSymbols
const latestSize: i32 = latestFrom + 4 * (maxSymbols + 1)
const latestFile: i32 = latestSize + 4 * (maxSymbols + 1)
/** By depth: schema fields seen; of Ion, where the node and its children end. */
export const seenFields: i32 = latestFile + 4 * (maxSymbols + 1)
export const nodeEnd: i32 = seenFields + 4 * (maxDepth + 1)
export const childrenEnd: i32 = nodeEnd + 4 * (maxDepth + 1)
/** By counter: where its name stands in the body. */
export const counterFrom: i32 = childrenEnd + 4 * (maxDepth + 1)
export const counterTo: i32 = counterFrom + 4 * maxCounters
/** Top-level fields of Ion beside the call graph: symbol, place of the value. */
export const others: i32 = counterTo + 4 * maxCounters
/** Names one after another; their ends behind a zero; their fingerprints; slots of number + 1. */
export const frameOffsets: i32 = others + 8 * maxOthers
export const framePrints: i32 = (frameOffsets + 4 * (maxSymbols + 1) + 7) & ~7
const frameSlots: i32 = framePrints + 8 * maxSymbols
const maxFrameSlots: i32 = 2 * maxSymbols
export const fileOffsets: i32 = frameSlots + 4 * maxFrameSlots
export const filePrints: i32 = (fileOffsets + 4 * (maxFiles + 1) + 7) & ~7
const fileSlots: i32 = filePrints + 8 * maxFiles
const maxFileSlots: i32 = 2 * maxFiles
export const body: i32 = (fileSlots + 4 * maxFileSlots + 63) & ~63
export const frameBytes: i32 = body + maxBody + slack
export const fileBytes: i32 = frameBytes + maxBody + slack
export const memoryBytes: i32 = fileBytes + maxBody + slack

// Of the profile read last.
export let nodeCount: i32 = 0
export let entryCount: i32 = 0
export let frameCount: i32 = 0
export let fileCount: i32 = 0
export let counterCount: i32 = 0

export let limitDepth: i32 = 0
export let limitNodes: i32 = 0
let limitNames: i32 = 0
let limitNameBytes: i32 = 0
let limitCounters: i32 = 0
let limitSamples: f64 = 0
let samples: f64 = 0
let frameMask: i32 = 0
let frameShift: i32 = 0

// As in src/decode/schema.ts.
export const fieldCounts: i32 = 1
export const fieldFile: i32 = 2
export const fieldLine: i32 = 4
export const fieldChildren: i32 = 8
export const fieldsOfNode: i32 = 15
export const fieldStart: i32 = 16
export const fieldEnd: i32 = 32
export const fieldCallgraph: i32 = 64

/** What the other reader must read. Places are never negative. */
export const unusual: i32 = -1

/** Limits as in src/limits.ts; the smaller of them and the bounds above hold here. */
export function setLimits(
  depth: i32,
  nodes: i32,
  names: i32,
  nameBytes: i32,
  counters: i32,
  mostSamples: f64,
): void {
  limitDepth = min(depth, maxDepth)
  limitNodes = min(nodes, maxNodes - 1)
  limitNames = min(names, maxSymbols)
  limitNameBytes = min(nameBytes, maxNameLength)
  limitCounters = min(counters, maxCounters)
  limitSamples = mostSamples
}

/** Forgets the profile before. @param frames about how many distinct ones there will be; many more are `unusual` */
export function begin(frames: i32): void {
  nodeCount = 0
  entryCount = 0
  frameCount = 0
  fileCount = 0
  counterCount = 0
  samples = 0
  store<i32>(frameOffsets, 0)
  store<i32>(fileOffsets, 0)
  let bits = 6
  while (1 << bits < min(frames << 1, maxFrameSlots)) bits++
  frameMask = (1 << bits) - 1
  frameShift = 32 - bits
  store<i32>(latestSize, 0)
  memory.fill(frameSlots, 0, 4 << bits)
  memory.fill(fileSlots, 0, 4 * maxFileSlots)
}

/** The bit of the schema field that a text names, 0 for any other. */
export function fieldOf(at: i32, length: i32): i32 {
  if (length < 3 || length > 9) return 0
  const first = load<u32>(at)
  if (length === 3) return (first & 0xffffff) === 0x646e65 ? fieldEnd : 0
  if (length === 4) {
    if (first === 0x656c6966) return fieldFile
    return first === 0x656e696c ? fieldLine : 0
  }
  if (length === 5) return first === 0x72617473 && load<u8>(at + 4) === 0x74 ? fieldStart : 0
  if (length === 6) return first === 0x6e756f63 && load<u16>(at + 4) === 0x7374 ? fieldCounts : 0
  const second = load<u32>(at + 4)
  if (length === 8) return first === 0x6c696863 && second === 0x6e657264 ? fieldChildren : 0
  if (length !== 9 || first !== 0x6c6c6163 || second !== 0x70617267) return 0
  return load<u8>(at + 8) === 0x68 ? fieldCallgraph : 0
}

/** Appends a node without attributes. */
export function addNode(parent: i32, frame: i32): i32 {
  const node = nodeCount++
  const at = node << 2
  store<i32>(nodeParent + at, parent)
  store<i32>(nodeFrame + at, frame)
  store<i32>(nodeFile + at, -1)
  store<i32>(nodeFirstLine + at, -1)
  store<i32>(nodeLastLine + at, -1)
  return node
}

/** Widens the node's lines. */
export function addLine(node: i32, value: i32): void {
  const first = nodeFirstLine + (node << 2)
  const last = nodeLastLine + (node << 2)
  if (load<i32>(first) < 0 || value < load<i32>(first)) store<i32>(first, value)
  if (value > load<i32>(last)) store<i32>(last, value)
}

/** A counter repeated within one struct adds up. */
export function addCount(structStart: i32, node: i32, counter: i32, count: u32): bool {
  samples += <f64>count
  if (samples > limitSamples) return false
  for (let entry = structStart; entry < entryCount; entry++) {
    if (load<i32>(entryCounter + (entry << 2)) === counter) {
      const at = entryValue + (entry << 3)
      store<f64>(at, load<f64>(at) + <f64>count)
      return true
    }
  }
  if (entryCount === maxEntries) return false
  const entry = entryCount++
  store<i32>(entryNode + (entry << 2), node)
  store<i32>(entryCounter + (entry << 2), counter)
  store<f64>(entryValue + (entry << 3), <f64>count)
  return true
}

/** The number of the counter named by body[from … from + size). */
export function counterOf(from: i32, size: i32): i32 {
  if (size > limitNameBytes) return unusual
  for (let counter = 0; counter < counterCount; counter++) {
    const other = load<i32>(counterFrom + (counter << 2))
    if (load<i32>(counterTo + (counter << 2)) - other === size && isEqual(other, from, size)) return counter
  }
  if (counterCount >= limitCounters) return unusual
  store<i32>(counterFrom + (counterCount << 2), from)
  store<i32>(counterTo + (counterCount << 2), from + size)
  return counterCount++
}

/** The number of the frame named by body[from … from + size), which must be UTF-8. */
export function frameOf(from: i32, size: i32): i32 {
  if (size > limitNameBytes) return unusual
  const print = fingerprintOf(from, size)
  let slot = <i32>print >>> frameShift
  while (true) {
    const at = frameSlots + (slot << 2)
    const found = load<i32>(at) - 1
    if (found < 0) {
      const frame = frameCount
      // A quarter of the slots stays free.
      if (frame >= limitNames || frame + (frame >> 2) >= frameMask) return unusual
      append(frameBytes, frameOffsets, frame, from, size)
      store<u64>(framePrints + (frame << 3), print)
      store<i32>(at, ++frameCount)
      store<i32>(latestSize + (frameCount << 2), 0)
      return frame
    }
    if (load<u64>(framePrints + (found << 3)) === print) return found
    slot = (slot + 1) & frameMask
  }
}

/** The number of the file that a frame stood in last, where body[from … from + size) is it; -1 where it is not. */
export function latestFileOf(frame: i32, from: i32, size: i32): i32 {
  const at = (frame + 1) << 2
  if (load<i32>(latestSize + at) !== size + 1 || !isEqual(load<i32>(latestFrom + at), from, size)) return -1
  return load<i32>(latestFile + at)
}

/** The number of the file named by body[from … from + size). A frame mostly stands in one file, so it is first compared with that. */
export function fileOf(frame: i32, from: i32, size: i32): i32 {
  const latest = latestFileOf(frame, from, size)
  if (latest >= 0) return latest
  if (size > limitNameBytes || !isUtf8(from, from + size)) return unusual
  const at = (frame + 1) << 2
  const file = internFile(from, size)
  store<i32>(latestFrom + at, from)
  store<i32>(latestSize + at, size + 1)
  store<i32>(latestFile + at, file)
  return file
}

/** How long the name of the file is that a frame stood in last; -1 where there is none. */
export function latestFileSize(frame: i32): i32 {
  return load<i32>(latestSize + ((frame + 1) << 2)) - 1
}

function internFile(from: i32, size: i32): i32 {
  const print = fingerprintOf(from, size)
  // 32 - log2(maxFileSlots).
  let slot = <i32>print >>> 18
  while (true) {
    const at = fileSlots + (slot << 2)
    const found = load<i32>(at) - 1
    if (found < 0) {
      const file = fileCount
      if (file >= maxFiles) return unusual
      append(fileBytes, fileOffsets, file, from, size)
      store<u64>(filePrints + (file << 3), print)
      store<i32>(at, ++fileCount)
      return file
    }
    if (load<u64>(filePrints + (found << 3)) === print) return found
    slot = (slot + 1) & (maxFileSlots - 1)
  }
}

/** Copies sixteen bytes at a time; what is too much will be overwritten by the next name. */
function append(bytes: i32, offsets: i32, name: i32, from: i32, size: i32): void {
  const start = load<i32>(offsets + (name << 2))
  const to = bytes + start
  for (let i = 0; i < size; i += 16) v128.store(to + i, v128.load(from + i))
  store<i32>(offsets + (name << 2) + 4, start + size)
}

/** Sixteen bytes at a time, the last sixteen overlapping. */
function isEqual(a: i32, b: i32, size: i32): bool {
  if (size >= 16) {
    const last = size - 16
    for (let i = 0; i < last; i += 16) {
      if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false
    }
    return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)))
  }
  if (size >= 8) {
    const last = size - 8
    return load<u64>(a) === load<u64>(b) && load<u64>(a + last) === load<u64>(b + last)
  }
  // Both may be read eight bytes far.
  return size === 0 || (load<u64>(a) ^ load<u64>(b)) << (<u64>(64 - (size << 3))) === 0
}

/** As src/fingerprint.ts: equal fingerprints are equal names. */
function fingerprintOf(from: i32, size: i32): u64 {
  let a = load<u64>(keys) + <u64>size * load<u64>(keys + 16)
  let b = load<u64>(keys + 8) + <u64>size * load<u64>(keys + 24)
  let key = keys + 32
  let at = from
  const to = from + size
  for (; at <= to - 4; at += 4) {
    const word = <u64>load<u32>(at)
    a += word * load<u64>(key)
    b += word * load<u64>(key + 8)
    key += 16
  }
  if (at < to) {
    const word = <u64>(load<u32>(at) & ((1 << ((to - at) << 3)) - 1))
    a += word * load<u64>(key)
    b += word * load<u64>(key + 8)
  }
  return (a >> 32) | (b & 0xffffffff00000000)
}

/** Whether it is UTF-8. */
export function isUtf8(from: i32, to: i32): bool {
  let pos = from
  let bits = i64x2.splat(0)
  for (; pos <= to - 16; pos += 16) bits = v128.or(bits, v128.load(pos))
  let rest: u32 = 0
  for (; pos < to; pos++) rest |= load<u8>(pos)
  if (i8x16.bitmask(bits) === 0 && rest < 0x80) return true
  for (pos = from; pos < to; ) {
    if (load<u8>(pos) < 0x80) {
      pos++
      continue
    }
    const length = sequenceLength(pos)
    if (length === 0 || pos + length > to) return false
    pos += length
  }
  return true
}

/** As utf8SequenceLength in src/wtf8.ts. */
function sequenceLength(at: i32): i32 {
  const first = load<u8>(at)
  const second = load<u8>(at + 1)
  if ((second & 0xc0) !== 0x80) return 0
  if (first >= 0xc2 && first <= 0xdf) return 2
  if ((load<u8>(at + 2) & 0xc0) !== 0x80) return 0
  if (first >= 0xe0 && first <= 0xef) {
    if (first === 0xe0 && second < 0xa0) return 0
    return first === 0xed && second > 0x9f ? 0 : 3
  }
  if ((load<u8>(at + 3) & 0xc0) !== 0x80) return 0
  if (first === 0xf0) return second >= 0x90 ? 4 : 0
  if (first === 0xf4) return second <= 0x8f ? 4 : 0
  return first > 0xf0 && first < 0xf4 ? 4 : 0
}
