/**
 * Profiles in JSON and Ion text. JSON is a subset of Ion text, so there is one reader: at every place the bytes JSON
 * would have there are tried first, and only something else goes through the general lexer. The tree is walked
 * without recursion: the enclosing node is the parent of the current one, so its columns are the stack.
 */

import { areEqual } from '../bytes.ts'
import type { AgentProfile } from '../call-tree.ts'
import { grown } from '../growing.ts'
import type { ProfileLimits } from '../limits.ts'
import { ProfileError } from '../profile-error.ts'
import { ExtrasText } from './extras-text.ts'
import { fieldBit, nameOfBit, schemaField } from './schema.ts'
import {
  badNumber,
  checkTimes,
  counterField,
  latestTime,
  notWhole,
  type ProfileScratch,
  repeatedField,
  tooDeep,
  wrongType,
} from './scratch.ts'
import { readNull, readWhole } from './text-numbers.ts'
import { skipValue, valueStart } from './text-skip.ts'
import { identifierEnd, isWord, space, TextSource } from './text-source.ts'
import { readFieldName, readQuoted, readText } from './text-strings.ts'
import type { WasmColumns } from './wasm-columns.ts'

const quote = 0x22
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a
const slash = 0x2f

// Four bytes of a field name as one little-endian number.
const coun = 0x6e756f63
const tsQuoteColon = 0x3a227374
const file = 0x656c6966
const line = 0x656e696c
const chil = 0x6c696863
const dren = 0x6e657264

export class TextReader {
  readonly #limits: ProfileLimits
  readonly #scratch: ProfileScratch
  readonly #columns: WasmColumns | null
  readonly #source = new TextSource()
  readonly #extras: ExtrasText
  /** By frame: where its latest file stands in the body, closing quote included, and its number. */
  #fileFrom = new Int32Array(1024)
  #fileTo = new Int32Array(1024)
  #fileIndex = new Int32Array(1024)

  /** @param columns reads ordinary call graphs faster */
  constructor(limits: ProfileLimits, scratch: ProfileScratch, columns: WasmColumns | null = null) {
    this.#limits = limits
    this.#scratch = scratch
    this.#columns = columns
    this.#extras = new ExtrasText(limits.maxExtrasBytes)
  }

  read(body: Uint8Array): AgentProfile {
    const source = this.#source
    source.load(body, this.#columns?.body)
    this.#scratch.begin()
    this.#extras.begin()
    let pos = this.#openDocument()
    let start = -1
    let end = -1
    let seen = 0
    let isInColumns = false
    for (;;) {
      pos = space(source, pos)
      if (source.bytes[pos] === closeBrace) break
      const nameFrom = pos
      pos = readFieldName(source, pos)
      const field = schemaField(source.text, source.textFrom, source.textTo)
      const nameTo = pos
      const valueFrom = space(source, pos)
      if (field === 'start' || field === 'end' || field === 'callgraph') {
        if ((seen & fieldBit[field]) !== 0) throw repeatedField(field)
        seen |= fieldBit[field]
        pos = valueStart(source, valueFrom)
        if (field === 'callgraph') {
          const after = this.#readFast(pos)
          isInColumns = after > 0
          pos = isInColumns ? after : this.#readCallgraph(pos)
        } else {
          pos = this.#readTime(pos, field)
          if (field === 'start') start = source.number
          else end = source.number
        }
      } else {
        pos = skipValue(source, valueFrom, this.#limits.maxDepth)
        this.#extras.addRaw(source.bytes, nameFrom, nameTo)
        this.#extras.addRaw(source.bytes, valueFrom, pos)
        this.#extras.endField()
      }
      pos = this.#afterValue(pos)
    }
    this.#closeDocument(pos + 1)
    checkTimes(start, end)
    if ((seen & fieldBit.callgraph) === 0) throw new ProfileError('field', 'The field callgraph is required')
    const extras = this.#extras.finish()
    return isInColumns
      ? { start, end, extras, ...this.#columns!.profile() }
      : this.#scratch.finish(start, end, extras)
  }

  /** Reads the call graph at `at` into the columns. @returns the place after it; 0 where that cannot be */
  #readFast(at: number): number {
    const { bytes, end } = this.#source
    return this.#columns?.body === bytes ? this.#columns.decodeJson(at, end) : 0
  }

  /** Lets go of the body. */
  release(): void {
    this.#source.release()
  }

  /** Version markers, annotations and the brace of the one value; returns the place after it. */
  #openDocument(): number {
    const source = this.#source
    let pos = space(source, 0)
    for (;;) {
      const to = identifierEnd(source, pos)
      if (!isWord(source, pos, to, '$ion_1_0')) break
      pos = space(source, to)
    }
    if (isWord(source, pos, identifierEnd(source, pos), '$ion_symbol_table')) {
      throw source.problem(pos, 'symbol tables in Ion text are not supported')
    }
    pos = valueStart(source, pos)
    if (source.bytes[pos] !== openBrace || source.bytes[pos + 1] === openBrace) {
      throw source.problem(pos, 'expected a struct')
    }
    return pos + 1
  }

  #closeDocument(at: number): void {
    const source = this.#source
    const pos = space(source, at)
    if (pos < source.end) throw source.problem(pos, 'expected nothing after the profile')
  }

  /** After a field or element of a struct: steps over a comma, which may also precede the closing brace. */
  #afterValue(at: number): number {
    const source = this.#source
    const pos = space(source, at)
    const byte = source.bytes[pos]
    if (byte === comma) return pos + 1
    if (byte !== closeBrace) throw source.problem(pos, 'expected a comma or }')
    return pos
  }

  #readTime(at: number, field: string): number {
    const source = this.#source
    const pos = readWhole(source, at)
    if (pos < 0) throw this.#unexpected(at, field, 'a number')
    if (source.number === notWhole.absent) source.number = -1
    else if (source.number < 0) throw badNumber(field, source.number)
    else if (source.number > latestTime) throw badNumber(field, notWhole.tooLarge)
    return pos
  }

  #readCallgraph(at: number): number {
    const source = this.#source
    const bytes = source.bytes
    const view = source.view
    const scratch = this.#scratch
    const seen = scratch.seen
    const maxDepth = this.#limits.maxDepth
    let pos = at
    if (bytes[pos] !== openBrace) {
      if (readNull(source, pos) >= 0) throw new ProfileError('field', 'The field callgraph is required')
      throw this.#unexpected(pos, 'callgraph', 'a struct')
    }
    pos++
    let node = 0
    let depth = 0
    let isAmongChildren = false
    seen[0] = 0
    for (;;) {
      let byte = bytes[pos]!
      if (byte === 0x20) byte = bytes[++pos]!
      if (byte <= 0x20 || byte === slash) {
        pos = space(source, pos)
        byte = bytes[pos]!
      }
      if (byte === closeBrace) {
        pos++
        if (isAmongChildren) {
          isAmongChildren = false
        } else {
          if (depth === 0) return pos
          node = scratch.parent[node]!
          depth--
          isAmongChildren = true
        }
      } else if (isAmongChildren) {
        if (byte === quote) {
          pos = readQuoted(source, pos)
          pos = bytes[pos] === colon ? pos + 1 : this.#colon(pos)
        } else {
          pos = readFieldName(source, pos)
        }
        if (depth === maxDepth) throw tooDeep(this.#limits)
        depth++
        node = scratch.addNode(node, this.#frame())
        if (bytes[pos] === 0x20) pos++
        if (bytes[pos] !== openBrace) {
          pos = valueStart(source, pos)
          if (bytes[pos] !== openBrace) throw this.#unexpected(pos, 'children', 'a struct of structs')
        }
        pos++
        seen[depth] = 0
        isAmongChildren = false
        continue
      } else {
        let bit = 0
        if (byte === quote) {
          const word = view.getInt32(pos + 1, true)
          if (word === file && bytes[pos + 5] === quote && bytes[pos + 6] === colon) {
            bit = fieldBit.file
            pos += 7
          } else if (word === line && bytes[pos + 5] === quote && bytes[pos + 6] === colon) {
            bit = fieldBit.line
            pos += 7
          } else if (word === coun && view.getInt32(pos + 5, true) === tsQuoteColon) {
            bit = fieldBit.counts
            pos += 9
          } else if (word === chil && view.getInt32(pos + 5, true) === dren && bytes[pos + 9] === quote) {
            bit = fieldBit.children
            pos = bytes[pos + 10] === colon ? pos + 11 : this.#colon(pos + 10)
          }
        }
        if (bit === 0) {
          pos = readFieldName(source, pos)
          const field = schemaField(source.text, source.textFrom, source.textTo)
          if (field !== null) bit = fieldBit[field] & fieldBit.ofNode
        }
        if (bit !== 0) {
          if ((seen[depth]! & bit) !== 0) throw repeatedField(nameOfBit(bit))
          seen[depth]! |= bit
        }
        if (bytes[pos] === 0x20) pos++
        if (bit === fieldBit.file) {
          pos = this.#readFile(pos, node)
        } else if (bit === fieldBit.line) {
          pos = this.#readLine(pos, node)
        } else if (bit === fieldBit.counts) {
          pos = this.#readCounts(pos, node)
        } else if (bit === fieldBit.children) {
          if (bytes[pos] !== openBrace) pos = valueStart(source, pos)
          if (bytes[pos] === openBrace) {
            pos++
            isAmongChildren = true
            continue
          }
          pos = this.#null(pos, 'children', 'a struct')
        } else {
          pos = skipValue(source, pos, maxDepth)
        }
      }
      byte = bytes[pos]!
      if (byte === comma) pos++
      else if (byte !== closeBrace) pos = this.#afterValue(pos)
    }
  }

  /** The number of the frame name read last. */
  #frame(): number {
    const source = this.#source
    const known = this.#scratch.names.length
    const frame = this.#scratch.frameName(source.text, source.textFrom, source.textTo)
    if (frame === known) {
      if (frame === this.#fileTo.length) this.#growFiles()
      this.#fileFrom[frame] = 0
      this.#fileTo[frame] = 0
    }
    return frame
  }

  #growFiles(): void {
    const files = this.#fileTo.length + 1
    this.#fileFrom = grown(this.#fileFrom, files)
    this.#fileTo = grown(this.#fileTo, files)
    this.#fileIndex = grown(this.#fileIndex, files)
  }

  /** A frame mostly stands in one file: comparing with its latest one saves the scan and the hash. */
  #readFile(at: number, node: number): number {
    const source = this.#source
    const frame = this.#scratch.frame[node]!
    if (source.bytes[at] !== quote || frame < 0) return this.#readOtherFile(at, node)
    const from = this.#fileFrom[frame]!
    const size = this.#fileTo[frame]! - from
    if (size > 0 && at + size <= source.end && areEqual(source.view, from, source.view, at, size)) {
      this.#scratch.file[node] = this.#fileIndex[frame]!
      return at + size
    }
    const pos = readQuoted(source, at)
    const index = this.#scratch.fileName(source.text, source.textFrom, source.textTo)
    this.#scratch.file[node] = index
    this.#fileFrom[frame] = at
    this.#fileTo[frame] = pos
    this.#fileIndex[frame] = index
    return pos
  }

  #readOtherFile(at: number, node: number): number {
    const source = this.#source
    const from = valueStart(source, at)
    const pos = readText(source, from)
    if (pos < 0) return this.#null(from, 'file', 'a string')
    this.#scratch.file[node] = this.#scratch.fileName(source.text, source.textFrom, source.textTo)
    return pos
  }

  #readLine(at: number, node: number): number {
    const source = this.#source
    const bytes = source.bytes
    let pos = bytes[at] === openBracket ? at : valueStart(source, at)
    if (bytes[pos] !== openBracket) {
      const end = readWhole(source, pos)
      if (end < 0) throw this.#unexpected(pos, 'line', 'a list of one or two numbers')
      if (source.number !== notWhole.absent) this.#addLine(node)
      return end
    }
    pos++
    for (let count = 0; ; count++) {
      if (bytes[pos] === 0x20) pos++
      if (bytes[pos]! <= 0x20 || bytes[pos] === slash) pos = space(source, pos)
      if (bytes[pos] === closeBracket) return pos + 1
      if (count === 2) throw wrongType('line', 'a list of one or two numbers')
      pos = this.#number(pos, 'line')
      this.#addLine(node)
      if (bytes[pos] === closeBracket) return pos + 1
      if (bytes[pos] !== comma) {
        pos = space(source, pos)
        if (bytes[pos] === closeBracket) return pos + 1
        if (bytes[pos] !== comma) throw source.problem(pos, 'expected a comma or ]')
      }
      pos++
    }
  }

  /** Widens the node's lines by the number read last. */
  #addLine(node: number): void {
    const value = this.#source.number
    if (value < 0) throw badNumber('line', value)
    if (value > 0x7fffffff) throw badNumber('line', notWhole.tooLarge)
    const { firstLine, lastLine } = this.#scratch
    if (firstLine[node]! < 0 || value < firstLine[node]!) firstLine[node] = value
    if (value > lastLine[node]!) lastLine[node] = value
  }

  #readCounts(at: number, node: number): number {
    const source = this.#source
    const bytes = source.bytes
    const scratch = this.#scratch
    const structStart = scratch.entryCount
    let pos = bytes[at] === openBrace ? at : valueStart(source, at)
    if (bytes[pos] !== openBrace) return this.#null(pos, 'counts', 'a struct')
    pos++
    for (;;) {
      if (bytes[pos] !== quote) pos = space(source, pos)
      if (bytes[pos] === closeBrace) return pos + 1
      pos = readFieldName(source, pos)
      const { text, textFrom, textTo } = source
      const counter = scratch.counterName(text, textFrom, textTo)
      if (bytes[pos] === 0x20) pos++
      pos = this.#number(pos, null)
      const count = source.number
      if (count >= 0) {
        scratch.addCount(structStart, node, counter, count)
      } else if (count !== notWhole.absent) {
        throw badNumber(counterField(text, textFrom, textTo), count)
      }
      if (bytes[pos] === comma) pos++
      else if (bytes[pos] !== closeBrace) pos = this.#afterValue(pos)
    }
  }

  /** Reads a number into `source.number`; plain integers of up to nine digits in place. */
  #number(at: number, field: string | null): number {
    const source = this.#source
    const bytes = source.bytes
    let value = bytes[at]! - 0x30
    if (value > 0 && value <= 9) {
      let pos = at + 1
      for (; pos < at + 9; pos++) {
        const digit = bytes[pos]! - 0x30
        if (digit < 0 || digit > 9) break
        value = value * 10 + digit
      }
      const stop = bytes[pos]
      if (stop === closeBrace || stop === closeBracket || stop === comma) {
        source.number = value
        return pos
      }
    }
    const from = valueStart(source, at)
    const pos = readWhole(source, from)
    if (pos >= 0) return pos
    if (field !== null) throw this.#unexpected(from, field, 'a list of one or two numbers')
    source.number = notWhole.noNumber
    return skipValue(source, from, this.#limits.maxDepth)
  }

  #colon(at: number): number {
    const source = this.#source
    const pos = space(source, at)
    if (source.bytes[pos] !== colon) throw source.problem(pos, 'expected a colon')
    if (source.bytes[pos + 1] === colon) throw source.problem(pos, 'a field name has no annotations')
    return pos + 1
  }

  /** The place after the null that stands for an absent field, or the error that it is none. */
  #null(at: number, field: string, expected: string): number {
    const pos = readNull(this.#source, at)
    if (pos < 0) throw this.#unexpected(at, field, expected)
    return pos
  }

  /** The error for a value of the wrong type, unless what stands there is no value at all. */
  #unexpected(at: number, field: string, expected: string): ProfileError {
    skipValue(this.#source, at, this.#limits.maxDepth)
    return wrongType(field, expected)
  }
}
