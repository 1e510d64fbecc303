/**
 * Call graphs in JSON. It reads what agents send; escapes, comments, fields of nodes that are not known and whatever is wrong
 * it leaves to src/decode/text-reader.ts: `decodeJson` answers 0 then, and nothing it wrote counts. Its results are those of
 * that reader.
 */
import {
  addCount,
  addLine,
  addNode,
  begin,
  body,
  counterOf,
  entryCount,
  fieldChildren,
  fieldFile,
  fieldLine,
  fieldOf,
  fieldsOfNode,
  fileOf,
  frameOf,
  isUtf8,
  latestFileOf,
  latestFileSize,
  limitDepth,
  limitNodes,
  nodeCount,
  nodeFile,
  nodeFrame,
  nodeParent,
  seenFields,
  slack,
  unusual,
} from './columns'

const quote: i32 = 0x22
const backslash: i32 = 0x5c
const comma: i32 = 0x2c
const colon: i32 = 0x3a
const openBrace: i32 = 0x7b
const closeBrace: i32 = 0x7d
const openBracket: i32 = 0x5b
const closeBracket: i32 = 0x5d
/** `null` as a little-endian number. */
const nullWord: u32 = 0x6c6c756e
/** Of a number: nine fit in 31 bits. */
const maxDigits: i32 = 9
/** Bytes that a node takes at least where there are many: how many names to expect. */
const bytesOfNode: i32 = 64

/** The number read last. */
let number: i32 = 0

/**
 * Decodes the value of the field `callgraph`, whose first byte is body[at], in a body of `length` bytes.
 *
 * @returns the place after it in the body; 0 where the other reader must read it
 */
export function decodeJson(at: i32, length: i32): i32 {
  // Zeros end every loop, and loads may reach beyond the body.
  memory.fill(body + length, 0, slack)
  begin(length / bytesOfNode)
  const end = readCallgraph(body + at)
  return end < 0 ? 0 : end - body
}

function readCallgraph(at: i32): i32 {
  if (load<u8>(at) !== openBrace) return unusual
  let pos = at + 1
  let node = addNode(-1, -1)
  let depth = 0
  let isAmongChildren = false
  store<i32>(seenFields, 0)
  while (true) {
    pos = space(pos)
    if (load<u8>(pos) === closeBrace) {
      pos++
      if (isAmongChildren) {
        isAmongChildren = false
      } else {
        if (depth === 0) return pos
        node = load<i32>(nodeParent + (node << 2))
        depth--
        isAmongChildren = true
      }
    } else {
      const from = pos + 1
      const to = stringEnd(pos)
      if (to < 0) return unusual
      pos = afterColon(to + 1)
      if (pos < 0) return unusual
      if (isAmongChildren) {
        if (load<u8>(pos) !== openBrace || depth === limitDepth || nodeCount > limitNodes) return unusual
        const frame = frameOf(from, to - from)
        if (frame < 0) return unusual
        node = addNode(node, frame)
        depth++
        store<i32>(seenFields + (depth << 2), 0)
        isAmongChildren = false
        pos++
        continue
      }
      const field = fieldOf(from, to - from) & fieldsOfNode
      const seen = seenFields + (depth << 2)
      if (field === 0 || (load<i32>(seen) & field) !== 0) return unusual
      store<i32>(seen, load<i32>(seen) | field)
      if (load<u32>(pos) === nullWord) {
        pos += 4
      } else if (field === fieldChildren) {
        if (load<u8>(pos) !== openBrace) return unusual
        isAmongChildren = true
        pos++
        continue
      } else {
        pos =
          field === fieldFile
            ? readFile(pos, node)
            : field === fieldLine
              ? readLine(pos, node)
              : readCounts(pos, node)
        if (pos < 0) return unusual
      }
    }
    pos = afterValue(pos)
    if (pos < 0) return unusual
  }
}

/** Skips white space. */
function space(at: i32): i32 {
  let pos = at
  while (isSpace(load<u8>(pos))) pos++
  return pos
}

function isSpace(byte: i32): bool {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

/** Where the value after a colon starts. */
function afterColon(at: i32): i32 {
  const pos = load<u8>(at) === colon ? at : space(at)
  return load<u8>(pos) === colon ? space(pos + 1) : unusual
}

/** After a field or element: steps over a comma, which may also precede the closing brace. */
function afterValue(at: i32): i32 {
  const pos = space(at)
  const byte = <i32>load<u8>(pos)
  if (byte === comma) return pos + 1
  return byte === closeBrace ? pos : unusual
}

/** The closing quote of the string that opens at `at`, all of whose characters stand for themselves. */
function stringEnd(at: i32): i32 {
  if (load<u8>(at) !== quote) return unusual
  let pos = at + 1
  let all = i64x2.splat(0)
  while (true) {
    const bytes = v128.load(pos)
    const quotes = i8x16.eq(bytes, i8x16.splat(<i8>quote))
    const backslashes = i8x16.eq(bytes, i8x16.splat(<i8>backslash))
    const stops = i8x16.bitmask(v128.or(v128.or(quotes, backslashes), i8x16.lt_u(bytes, i8x16.splat(0x20))))
    all = v128.or(all, bytes)
    if (stops === 0) {
      pos += 16
      continue
    }
    pos += ctz(stops)
    if (load<u8>(pos) !== quote) return unusual
    // What stands behind the string may have been among the bytes.
    return i8x16.bitmask(all) === 0 || isUtf8(at + 1, pos) ? pos : unusual
  }
}

function readFile(at: i32, node: i32): i32 {
  if (load<u8>(at) !== quote) return unusual
  const frame = load<i32>(nodeFrame + (node << 2))
  // A frame mostly stands in one file: where that ends here too, what is between may be the same.
  let to = at + 1 + latestFileSize(frame)
  if (to <= at || load<u8>(to) !== quote) to = unusual
  let file = unusual
  if (to > 0) file = latestFileOf(frame, at + 1, to - at - 1)
  if (file < 0) {
    to = stringEnd(at)
    if (to < 0) return unusual
    file = fileOf(frame, at + 1, to - at - 1)
    if (file < 0) return unusual
  }
  store<i32>(nodeFile + (node << 2), file)
  return to + 1
}

/** A line number, or a list of one or two. */
function readLine(at: i32, node: i32): i32 {
  if (load<u8>(at) !== openBracket) return readOneLine(at, node)
  let pos = readOneLine(space(at + 1), node)
  if (pos < 0) return unusual
  pos = space(pos)
  if (load<u8>(pos) === comma) {
    pos = readOneLine(space(pos + 1), node)
    if (pos < 0) return unusual
    pos = space(pos)
  }
  return load<u8>(pos) === closeBracket ? pos + 1 : unusual
}

function readOneLine(at: i32, node: i32): i32 {
  const pos = readNumber(at)
  if (pos > 0) addLine(node, number)
  return pos
}

/** Digits of a JSON number, at most nine, into `number`. */
function readNumber(at: i32): i32 {
  let value = 0
  let pos = at
  for (; pos < at + maxDigits; pos++) {
    const digit = <i32>load<u8>(pos) - 0x30
    if (<u32>digit > 9) break
    value = value * 10 + digit
  }
  const isWhole = pos > at && (load<u8>(at) !== 0x30 || pos === at + 1)
  const stop = <i32>load<u8>(pos)
  if (!isWhole || (stop !== comma && stop !== closeBrace && stop !== closeBracket && !isSpace(stop)))
    return unusual
  number = value
  return pos
}

function readCounts(at: i32, node: i32): i32 {
  if (load<u8>(at) !== openBrace) return unusual
  const structStart = entryCount
  let pos = space(at + 1)
  while (load<u8>(pos) !== closeBrace) {
    const from = pos + 1
    const to = stringEnd(pos)
    if (to < 0) return unusual
    pos = afterColon(to + 1)
    if (pos < 0) return unusual
    pos = readNumber(pos)
    if (pos < 0) return unusual
    const counter = counterOf(from, to - from)
    if (counter < 0) return unusual
    if (number !== 0 && !addCount(structStart, node, counter, number)) return unusual
    pos = afterValue(pos)
    if (pos < 0) return unusual
    pos = space(pos)
  }
  return pos + 1
}
