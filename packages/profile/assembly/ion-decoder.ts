/**
 * Ion binary 1.0 profiles, decoded in WebAssembly (AssemblyScript). It reads what agents send; whatever is unusual or wrong
 * it leaves to the reader in TypeScript, which knows all of Ion and every error message: `decode` answers 0 then, and
 * nothing it wrote counts. Its results are those of src/decode/ion-reader.ts, whose comments explain the way.
 *
 * Memory is one fixed block, laid out below; nothing is allocated. src/decode/wasm-ion-reader.ts has the other side.
 */

// Bounds. Bodies beyond them are rare and left to the other reader.
export const maxBody: i32 = 8 * 1024 * 1024
export const maxNodes: i32 = 65536
export const maxSymbols: i32 = 65536
export const maxFiles: i32 = 8192
const maxDepth: i32 = 1024
export const maxCounters: i32 = 64
export const maxOthers: i32 = 64
/** Universal hashing takes a key for every two bytes of a name, and four more. */
export const maxKeys: i32 = 2052
const maxNameLength: i32 = 4096

// Layout. Vector loads reach up to 15 bytes beyond what they are about: each arena has some slack behind it.
const slack: i32 = 64
export const keys: i32 = 1024
export const nodeParent: i32 = keys + 4 * maxKeys + slack
export const nodeFrame: i32 = nodeParent + 4 * maxNodes
export const nodeFile: i32 = nodeFrame + 4 * maxNodes
export const nodeFirstLine: i32 = nodeFile + 4 * maxNodes
export const nodeLastLine: i32 = nodeFirstLine + 4 * maxNodes
/** A node has an entry for each counter it has samples of. */
export const maxEntries: i32 = 2 * maxNodes
export const entryNode: i32 = nodeLastLine + 4 * maxNodes
export const entryCounter: i32 = entryNode + 4 * maxEntries
export const entryValue: i32 = entryCounter + 4 * maxEntries
/** By symbol: text (to < 0: none), frame + 1, counter + 1, latest file, schema field. */
export const symbolFrom: i32 = entryValue + 8 * maxEntries
export const symbolTo: i32 = symbolFrom + 4 * maxSymbols
const symbolFrame: i32 = symbolTo + 4 * maxSymbols
const symbolCounter: i32 = symbolFrame + 4 * maxSymbols
const symbolFileFrom: i32 = symbolCounter + 4 * maxSymbols
const symbolFileSize: i32 = symbolFileFrom + 4 * maxSymbols
const symbolFile: i32 = symbolFileSize + 4 * maxSymbols
export const symbolField: i32 = symbolFile + 4 * maxSymbols
/** By depth. */
const nodeEnd: i32 = symbolField + maxSymbols
const childrenEnd: i32 = nodeEnd + 4 * (maxDepth + 1)
const nodeSymbol: i32 = childrenEnd + 4 * (maxDepth + 1)
const seenFields: i32 = nodeSymbol + 4 * (maxDepth + 1)
/** By counter: its symbol. */
export const counterSymbol: i32 = seenFields + 4 * (maxDepth + 1)
/** Top-level fields beside the call graph: symbol, place of the value. */
export const others: i32 = counterSymbol + 4 * maxCounters
/** Names one after another; their ends behind a zero; their hashes; slots of hash and number + 1. */
export const frameOffsets: i32 = others + 8 * maxOthers
export const frameHashes: i32 = frameOffsets + 4 * (maxSymbols + 1)
const frameSlots: i32 = frameHashes + 4 * maxSymbols
const maxFrameSlots: i32 = 2 * maxSymbols
export const fileOffsets: i32 = frameSlots + 8 * maxFrameSlots
export const fileHashes: i32 = fileOffsets + 4 * (maxFiles + 1)
const fileSlots: i32 = fileHashes + 4 * maxFiles
const maxFileSlots: i32 = 2 * maxFiles
export const body: i32 = (fileSlots + 8 * maxFileSlots + 63) & ~63
export const frameBytes: i32 = body + maxBody + slack
export const fileBytes: i32 = frameBytes + maxBody + slack
export const memoryBytes: i32 = fileBytes + maxBody + slack

// Results of the last `decode` that answered 1.
export let nodeCount: i32 = 0
export let entryCount: i32 = 0
export let symbolCount: i32 = 0
export let frameCount: i32 = 0
export let fileCount: i32 = 0
export let counterCount: i32 = 0
export let otherCount: i32 = 0
/** Where the top-level struct ends. */
export let profileEnd: i32 = 0

let limitDepth: i32 = 0
let limitNodes: i32 = 0
let limitNames: i32 = 0
let limitNameBytes: i32 = 0
let limitCounters: i32 = 0
let limitSamples: f64 = 0
let samples: f64 = 0
let frameMask: i32 = 0
let frameShift: i32 = 0

// Of the value whose head was read last.
let type: i32 = 0
let isNull: bool = false
let end: i32 = 0
/** The variable-length number read last. */
let number: i32 = 0

const typeNull: i32 = 0
const typeBool: i32 = 1
const typePositiveInt: i32 = 2
const typeString: i32 = 8
const typeList: i32 = 11
const typeStruct: i32 = 13
const typeAnnotation: i32 = 14

// As in src/decode/schema.ts.
const fieldCounts: i32 = 1
const fieldFile: i32 = 2
const fieldLine: i32 = 4
const fieldChildren: i32 = 8
const fieldsOfNode: i32 = 15
const fieldStart: i32 = 16
const fieldEnd: i32 = 32
const fieldCallgraph: i32 = 64

const systemSymbols: i32 = 10
const sidSymbolTable: i32 = 3
const sidImports: i32 = 6
const sidSymbols: i32 = 7

/** What the other reader must read. Places are never negative. */
const unusual: i32 = -1

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

/** Decodes the `length` bytes at `body`. @returns 1, or 0 where the other reader must */
export function decode(length: i32): i32 {
  const limit = body + length
  // Loads may reach beyond the body.
  memory.fill(limit, 0, slack)
  nodeCount = 0
  entryCount = 0
  frameCount = 0
  fileCount = 0
  counterCount = 0
  otherCount = 0
  symbolCount = 0
  samples = 0
  store<i32>(frameOffsets, 0)
  store<i32>(fileOffsets, 0)
  if (length < 5 || load<u32>(body) !== 0xea0001e0) return 0
  for (let i = 0; i < systemSymbols; i++) addSymbol(0, -1, 0)
  let pos = readHead(body + 4, limit)
  if (pos < 0) return 0
  if (type === typeAnnotation) {
    const tableEnd = end
    if (!readSymbolTable(pos, tableEnd)) return 0
    pos = readHead(tableEnd, limit)
    if (pos < 0) return 0
  }
  if (type !== typeStruct || isNull || end !== limit) return 0
  prepareNames()
  profileEnd = limit
  return readProfile(pos, limit) ? 1 : 0
}

/** The head of the value at `at`: where its content starts, or `unusual`. */
function readHead(at: i32, limit: i32): i32 {
  if (at >= limit) return unusual
  const descriptor = <i32>load<u8>(at)
  const short = descriptor & 15
  let content = at + 1
  let length = short
  type = descriptor >> 4
  isNull = short === 15
  if (isNull || type === typeBool) {
    if (type === typeAnnotation || (type === typeBool && short > 1 && !isNull)) return unusual
    length = 0
  } else if (short === 14 || (short === 1 && type === typeStruct)) {
    content = readVarUint(content, limit)
    if (content < 0) return unusual
    length = number
    if (short === 1 && length === 0) return unusual
  }
  if (type === 15) return unusual
  end = content + length
  // Lengths are below 2^28 and places below 2^26: no sum wraps around.
  return end > limit ? unusual : content
}

/** Reads a VarUInt of at most four bytes into `number`: the place after it, or `unusual`. */
function readVarUint(at: i32, limit: i32): i32 {
  let value: i32 = 0
  const stop = min(limit, at + 4)
  for (let pos = at; pos < stop; pos++) {
    const byte = <i32>load<u8>(pos)
    value = (value << 7) | (byte & 0x7f)
    if (byte >= 0x80) {
      number = value
      return pos + 1
    }
  }
  return unusual
}

/** A table of its own, not one that continues another or takes from shared ones. Its wrapper's content is at `content`. */
function readSymbolTable(content: i32, tableEnd: i32): bool {
  // One annotation, $ion_symbol_table.
  if (tableEnd - content < 3 || load<u16>(content) !== (0x81 | ((0x80 | sidSymbolTable) << 8))) return false
  let pos = readHead(content + 2, tableEnd)
  if (pos < 0 || type !== typeStruct || isNull || end !== tableEnd) return false
  let hasSymbols = false
  while (pos < tableEnd) {
    pos = readVarUint(pos, tableEnd)
    if (pos < 0) return false
    const field = number
    const value = readHead(pos, tableEnd)
    if (value < 0 || field === sidImports) return false
    pos = end
    if (field !== sidSymbols) continue
    if (hasSymbols || type !== typeList || isNull) return false
    hasSymbols = true
    if (!addSymbols(value, pos)) return false
  }
  return true
}

function addSymbols(from: i32, to: i32): bool {
  let pos = from
  while (pos < to) {
    const content = readHead(pos, to)
    if (content < 0 || type !== typeString || isNull) return false
    pos = end
    if (symbolCount === maxSymbols || !isUtf8(content, pos)) return false
    addSymbol(content, pos, fieldOf(content, pos - content))
  }
  return true
}

function addSymbol(from: i32, to: i32, field: i32): void {
  const symbol = symbolCount++
  const at = symbol << 2
  store<i32>(symbolFrom + at, from)
  store<i32>(symbolTo + at, to)
  store<i32>(symbolFrame + at, 0)
  store<i32>(symbolCounter + at, 0)
  store<i32>(symbolFileSize + at, 0)
  store<u8>(symbolField + symbol, <u8>field)
}

/** The bit of the schema field that a text names, 0 for any other. */
function fieldOf(at: i32, length: i32): i32 {
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

/** Empties the name tables; that of frames is as large as the number of symbols demands. */
function prepareNames(): void {
  let bits = 6
  while (1 << bits < symbolCount << 1) bits++
  frameMask = (1 << bits) - 1
  frameShift = 32 - bits
  memory.fill(frameSlots, 0, 8 << bits)
  memory.fill(fileSlots, 0, 8 * maxFileSlots)
}

function readProfile(from: i32, limit: i32): bool {
  let pos = from
  let seen = 0
  while (pos < limit) {
    pos = readVarUint(pos, limit)
    if (pos < 0 || number >= symbolCount) return false
    const symbol = number
    const value = pos
    const content = readHead(pos, limit)
    if (content < 0 || type === typeAnnotation) return false
    pos = end
    if (type === typeNull && !isNull) continue
    const field = <i32>load<u8>(symbolField + symbol) & ~fieldsOfNode
    if ((seen & field) !== 0) return false
    seen |= field
    if (field === fieldCallgraph) {
      if (type !== typeStruct || isNull || !readCallgraph(content, pos)) return false
    } else {
      if (otherCount === maxOthers) return false
      const at = others + (otherCount++ << 3)
      store<i32>(at, symbol)
      store<i32>(at + 4, value)
    }
  }
  return (seen & fieldCallgraph) !== 0
}

function readCallgraph(from: i32, to: i32): bool {
  let pos = from
  let limit = to
  let node = 0
  let depth = 0
  let isAmongChildren = false
  addNode(-1, -1)
  store<i32>(nodeEnd, to)
  store<i32>(nodeSymbol, 0)
  store<i32>(seenFields, 0)
  while (true) {
    if (pos === limit) {
      if (isAmongChildren) {
        isAmongChildren = false
        limit = load<i32>(nodeEnd + (depth << 2))
      } else {
        if (depth === 0) return true
        node = load<i32>(nodeParent + (node << 2))
        depth--
        isAmongChildren = true
        limit = load<i32>(childrenEnd + (depth << 2))
      }
      continue
    }
    let symbol = <i32>load<u8>(pos)
    if (symbol >= 0x80) {
      symbol &= 0x7f
      pos++
    } else {
      pos = readVarUint(pos, limit)
      if (pos < 0) return false
      symbol = number
    }
    if (symbol >= symbolCount) return false
    const content = readHead(pos, limit)
    if (content < 0 || type === typeAnnotation) return false
    const valueEnd = end
    if (isAmongChildren) {
      if (type !== typeStruct || isNull) return false
      if (depth === limitDepth || nodeCount > limitNodes) return false
      depth++
      const frame = frameOf(symbol)
      if (frame < 0) return false
      node = addNode(node, frame)
      pos = content
      limit = valueEnd
      const at = depth << 2
      store<i32>(nodeEnd + at, valueEnd)
      store<i32>(nodeSymbol + at, symbol)
      store<i32>(seenFields + at, 0)
      isAmongChildren = false
      continue
    }
    const bit = <i32>load<u8>(symbolField + symbol) & fieldsOfNode
    pos = valueEnd
    if (bit === 0) continue
    if (type === typeNull && !isNull) continue
    const seenAt = seenFields + (depth << 2)
    const seen = load<i32>(seenAt)
    if ((seen & bit) !== 0) return false
    store<i32>(seenAt, seen | bit)
    if (isNull) continue
    if (bit === fieldChildren) {
      if (type !== typeStruct) return false
      store<i32>(childrenEnd + (depth << 2), valueEnd)
      pos = content
      limit = valueEnd
      isAmongChildren = true
      continue
    }
    if (bit === fieldFile) {
      if (type !== typeString) return false
      const file = fileOf(load<i32>(nodeSymbol + (depth << 2)), content, valueEnd)
      if (file < 0) return false
      store<i32>(nodeFile + (node << 2), file)
    } else if (bit === fieldLine) {
      if (!readLine(node, content, valueEnd)) return false
    } else if (type !== typeStruct || !readCounts(node, content, valueEnd)) {
      return false
    }
  }
}

function addNode(parent: i32, frame: i32): i32 {
  const node = nodeCount++
  const at = node << 2
  store<i32>(nodeParent + at, parent)
  store<i32>(nodeFrame + at, frame)
  store<i32>(nodeFile + at, -1)
  store<i32>(nodeFirstLine + at, -1)
  store<i32>(nodeLastLine + at, -1)
  return node
}

/** A line number, or a list of one or two. */
function readLine(node: i32, from: i32, to: i32): bool {
  if (type !== typeList) return addLine(node, from)
  let count = 0
  let pos = from
  while (pos < to) {
    const content = readHead(pos, to)
    if (content < 0 || ++count > 2 || !addLine(node, content)) return false
    pos = end
  }
  return true
}

/** Widens the node's lines by the number whose head was read last. */
function addLine(node: i32, content: i32): bool {
  if (type !== typePositiveInt || isNull || end - content > 3) return false
  const value = <i32>magnitude(content)
  const first = nodeFirstLine + (node << 2)
  const last = nodeLastLine + (node << 2)
  if (load<i32>(first) < 0 || value < load<i32>(first)) store<i32>(first, value)
  if (value > load<i32>(last)) store<i32>(last, value)
  return true
}

/** The big-endian number from `content` to `end`, at most four bytes. */
function magnitude(content: i32): u32 {
  let value: u32 = 0
  for (let pos = content; pos < end; pos++) value = (value << 8) | load<u8>(pos)
  return value
}

function readCounts(node: i32, from: i32, to: i32): bool {
  const structStart = entryCount
  let pos = from
  while (pos < to) {
    pos = readVarUint(pos, to)
    if (pos < 0 || number >= symbolCount) return false
    const symbol = number
    const content = readHead(pos, to)
    if (content < 0 || type !== typePositiveInt || isNull || end - content > 4) return false
    pos = end
    const counter = counterOf(symbol)
    if (counter < 0) return false
    const count = magnitude(content)
    if (count !== 0 && !addCount(structStart, node, counter, count)) return false
  }
  return true
}

/** A counter repeated within one struct adds up. */
function addCount(structStart: i32, node: i32, counter: i32, count: u32): bool {
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

function counterOf(symbol: i32): i32 {
  const memo = symbolCounter + (symbol << 2)
  const known = load<i32>(memo)
  if (known !== 0) return known - 1
  const from = load<i32>(symbolFrom + (symbol << 2))
  const size = load<i32>(symbolTo + (symbol << 2)) - from
  if (size < 0 || size > limitNameBytes) return unusual
  let counter = 0
  for (; counter < counterCount; counter++) {
    const other = load<i32>(counterSymbol + (counter << 2)) << 2
    const otherFrom = load<i32>(symbolFrom + other)
    if (load<i32>(symbolTo + other) - otherFrom === size && isEqual(otherFrom, from, size)) break
  }
  if (counter === counterCount) {
    if (counter >= limitCounters) return unusual
    store<i32>(counterSymbol + (counter << 2), symbol)
    counterCount++
  }
  store<i32>(memo, counter + 1)
  return counter
}

/** The number of the frame that a symbol names; symbols with the same text are one. */
function frameOf(symbol: i32): i32 {
  const memo = symbolFrame + (symbol << 2)
  const known = load<i32>(memo)
  if (known !== 0) return known - 1
  const from = load<i32>(symbolFrom + (symbol << 2))
  const size = load<i32>(symbolTo + (symbol << 2)) - from
  if (size < 0 || size > limitNameBytes) return unusual
  const hash = hashOf(from, size)
  let slot = hash >>> frameShift
  let frame = unusual
  while (true) {
    const at = frameSlots + (slot << 3)
    const found = load<i32>(at + 4) - 1
    if (found < 0) {
      frame = frameCount
      if (frame >= limitNames) return unusual
      append(frameBytes, frameOffsets, frame, from, size)
      store<i32>(frameHashes + (frame << 2), hash)
      store<i32>(at, hash)
      store<i32>(at + 4, ++frameCount)
      break
    }
    if (load<i32>(at) === hash && isName(frameBytes, frameOffsets, found, from, size)) {
      frame = found
      break
    }
    slot = (slot + 1) & frameMask
  }
  store<i32>(memo, frame + 1)
  return frame
}

/** The number of a file name. A frame mostly stands in one file, so it is first compared with that. */
function fileOf(symbol: i32, from: i32, to: i32): i32 {
  const at = symbol << 2
  const size = to - from
  // One more than the size, so that zero is none.
  if (load<i32>(symbolFileSize + at) === size + 1 && isEqual(load<i32>(symbolFileFrom + at), from, size)) {
    return load<i32>(symbolFile + at)
  }
  if (size > limitNameBytes || !isUtf8(from, to)) return unusual
  const file = internFile(from, size)
  store<i32>(symbolFileFrom + at, from)
  store<i32>(symbolFileSize + at, size + 1)
  store<i32>(symbolFile + at, file)
  return file
}

function internFile(from: i32, size: i32): i32 {
  const hash = hashOf(from, size)
  // 32 - log2(maxFileSlots).
  let slot = hash >>> 18
  while (true) {
    const at = fileSlots + (slot << 3)
    const found = load<i32>(at + 4) - 1
    if (found < 0) {
      const file = fileCount
      if (file >= maxFiles) return unusual
      append(fileBytes, fileOffsets, file, from, size)
      store<i32>(fileHashes + (file << 2), hash)
      store<i32>(at, hash)
      store<i32>(at + 4, ++fileCount)
      return file
    }
    if (load<i32>(at) === hash && isName(fileBytes, fileOffsets, found, from, size)) return found
    slot = (slot + 1) & (maxFileSlots - 1)
  }
}

function isName(bytes: i32, offsets: i32, name: i32, from: i32, size: i32): bool {
  const start = load<i32>(offsets + (name << 2))
  return load<i32>(offsets + (name << 2) + 4) - start === size && isEqual(bytes + start, from, size)
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

/** The hash of src/universal-hash.ts: 16-bit words times keys, summed up. */
function hashOf(from: i32, size: i32): i32 {
  let hash = size * load<i32>(keys)
  let at = from
  let key = keys + 8
  const to = from + size
  if (size >= 16) {
    let sum = i32x4.splat(0)
    for (; at <= to - 16; at += 16) {
      const words = v128.load(at)
      const low = i32x4.mul(i32x4.extend_low_i16x8_u(words), v128.load(key))
      const high = i32x4.mul(i32x4.extend_high_i16x8_u(words), v128.load(key + 16))
      sum = i32x4.add(sum, i32x4.add(low, high))
      key += 32
    }
    hash += i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1)
    hash += i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  }
  for (; at <= to - 4; at += 4) {
    const word = load<u32>(at)
    hash += (word & 0xffff) * load<i32>(key) + (word >>> 16) * load<i32>(key + 4)
    key += 8
  }
  if (at === to) return hash
  const rest = load<u32>(at) & ((1 << ((to - at) << 3)) - 1)
  return hash + (rest & 0xffff) * load<i32>(key) + (rest >>> 16) * load<i32>(keys + 4)
}

function isUtf8(from: i32, to: i32): bool {
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
