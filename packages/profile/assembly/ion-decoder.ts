/**
 * Ion binary 1.0 profiles. It reads what agents send; whatever is unusual or wrong it leaves to the reader in TypeScript,
 * which knows all of Ion and every error message: `decodeIon` answers 0 then, and nothing it wrote counts. Its results are
 * those of src/decode/ion-reader.ts, whose comments explain the way.
 */
import {
  addCount,
  addLine,
  addNode,
  begin,
  body,
  childrenEnd,
  counterOf,
  entryCount,
  fieldCallgraph,
  fieldChildren,
  fieldFile,
  fieldLine,
  fieldOf,
  fieldsOfNode,
  fileOf,
  frameOf,
  isUtf8,
  limitDepth,
  limitNodes,
  maxOthers,
  maxSymbols,
  nodeCount,
  nodeEnd,
  nodeFile,
  nodeFrame,
  nodeParent,
  others,
  seenFields,
  slack,
  symbolCounter,
  symbolField,
  symbolFrame,
  symbolFrom,
  symbolTo,
  unusual,
} from './columns'

// Results, beside the columns.
export let symbolCount: i32 = 0
export let otherCount: i32 = 0

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

const systemSymbols: i32 = 10
const sidSymbolTable: i32 = 3
const sidImports: i32 = 6
const sidSymbols: i32 = 7

/** Decodes the `length` bytes at `body`. @returns 1, or 0 where the other reader must */
export function decodeIon(length: i32): i32 {
  const limit = body + length
  // Loads may reach beyond the body.
  memory.fill(limit, 0, slack)
  otherCount = 0
  symbolCount = 0
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
  begin(symbolCount)
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
  store<u8>(symbolField + symbol, <u8>field)
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
      const frame = frameOfSymbol(symbol)
      if (frame < 0) return false
      node = addNode(node, frame)
      pos = content
      limit = valueEnd
      const at = depth << 2
      store<i32>(nodeEnd + at, valueEnd)
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
      const file = fileOf(load<i32>(nodeFrame + (node << 2)), content, valueEnd - content)
      if (file < 0) return false
      store<i32>(nodeFile + (node << 2), file)
    } else if (bit === fieldLine) {
      if (!readLine(node, content, valueEnd)) return false
    } else if (type !== typeStruct || !readCounts(node, content, valueEnd)) {
      return false
    }
  }
}

/** A line number, or a list of one or two. */
function readLine(node: i32, from: i32, to: i32): bool {
  if (type !== typeList) return addIonLine(node, from)
  let count = 0
  let pos = from
  while (pos < to) {
    const content = readHead(pos, to)
    if (content < 0 || ++count > 2 || !addIonLine(node, content)) return false
    pos = end
  }
  return true
}

/** Widens the node's lines by the number whose head was read last. */
function addIonLine(node: i32, content: i32): bool {
  if (type !== typePositiveInt || isNull || end - content > 3) return false
  addLine(node, <i32>magnitude(content))
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
    const counter = counterOfSymbol(symbol)
    if (counter < 0) return false
    const count = magnitude(content)
    if (count !== 0 && !addCount(structStart, node, counter, count)) return false
  }
  return true
}

/** The number of the frame that a symbol names; symbols with the same text are one. */
function frameOfSymbol(symbol: i32): i32 {
  const memo = symbolFrame + (symbol << 2)
  const known = load<i32>(memo)
  if (known !== 0) return known - 1
  const from = load<i32>(symbolFrom + (symbol << 2))
  const size = load<i32>(symbolTo + (symbol << 2)) - from
  const frame = size < 0 ? unusual : frameOf(from, size)
  store<i32>(memo, frame + 1)
  return frame
}

/** The number of the counter that a symbol names. */
function counterOfSymbol(symbol: i32): i32 {
  const memo = symbolCounter + (symbol << 2)
  const known = load<i32>(memo)
  if (known !== 0) return known - 1
  const from = load<i32>(symbolFrom + (symbol << 2))
  const size = load<i32>(symbolTo + (symbol << 2)) - from
  const counter = size < 0 ? unusual : counterOf(from, size)
  store<i32>(memo, counter + 1)
  return counter
}
