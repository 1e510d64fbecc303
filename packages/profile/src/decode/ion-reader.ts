/**
 * Profiles in Ion binary 1.0. The tree is walked without recursion: the enclosing node is the parent of the current
 * one, and two columns by depth hold where its struct and its children end. Frame names are symbols, so each is
 * interned once, at its first use.
 */
import { areEqual } from '../bytes.ts'
import type { AgentProfile } from '../call-tree.ts'
import type { ProfileLimits } from '../limits.ts'
import { malformed, ProfileError } from '../profile-error.ts'
import { ExtrasText } from './extras-text.ts'
import { instant, wholeNumber } from './ion-numbers.ts'
import { IonSource, ionType } from './ion-source.ts'
import { IonSymbols } from './ion-symbols.ts'
import { IonTranscoder } from './ion-transcoder.ts'
import { fieldBit, nameOfBit } from './schema.ts'
import {
  badNumber,
  checkTimes,
  counterField,
  notWhole,
  type ProfileScratch,
  repeatedField,
  tooDeep,
  wrongType,
} from './scratch.ts'

/** Symbols a body may declare beyond the names of frames: field names of whatever else it carries. */
const otherSymbols = 65_536
const sidSymbolTable = 3

export class IonReader {
  readonly #limits: ProfileLimits
  readonly #scratch: ProfileScratch
  readonly #source = new IonSource()
  readonly #symbols: IonSymbols
  readonly #extras: ExtrasText
  readonly #transcoder: IonTranscoder
  /** By depth: where the node's struct ends, and where its children do. */
  readonly #nodeEnd: Int32Array
  readonly #childrenEnd: Int32Array

  constructor(limits: ProfileLimits, scratch: ProfileScratch) {
    this.#limits = limits
    this.#scratch = scratch
    this.#symbols = new IonSymbols(this.#source, limits.maxNames + otherSymbols)
    this.#extras = new ExtrasText(limits.maxExtrasBytes)
    this.#transcoder = new IonTranscoder(this.#source, this.#symbols, this.#extras, limits.maxDepth)
    this.#nodeEnd = new Int32Array(limits.maxDepth + 1)
    this.#childrenEnd = new Int32Array(limits.maxDepth + 1)
  }

  read(body: Uint8Array): AgentProfile {
    const source = this.#source
    source.load(body)
    this.#symbols.reset()
    this.#scratch.begin()
    this.#extras.begin()
    let profile: AgentProfile | null = null
    for (let pos = 0; pos < body.length; ) {
      if (isMarker(body, pos)) {
        this.#symbols.reset()
        pos += 4
        continue
      }
      const content = source.head(pos, body.length)
      const end = source.end
      const isPadding = source.type === ionType.null && !source.isNull
      if (!isPadding && !this.#readSymbolTable(content, end)) {
        if (profile !== null) throw malformed(pos, 'expected nothing after the profile')
        profile = this.#readProfile(pos, end)
      }
      pos = end
    }
    if (profile === null) throw malformed(body.length, 'the body ends too early; expected a struct')
    return profile
  }

  /** Lets go of the body. */
  release(): void {
    this.#source.load(new Uint8Array(0))
  }

  /** Reads the value whose head was read last if it is a symbol table; false if it is not. */
  #readSymbolTable(content: number, end: number): boolean {
    const source = this.#source
    if (source.type !== ionType.annotation) return false
    const symbols = source.varUint(content, end)
    source.varUint(symbols, end)
    if (source.number !== sidSymbolTable) return false
    const table = source.head(source.annotations(content, end), end)
    if (source.type !== ionType.struct || source.isNull) return false
    if (source.end !== end) throw malformed(content, 'an annotated value has the wrong length')
    this.#symbols.readTable(table, end)
    return true
  }

  #readProfile(at: number, limit: number): AgentProfile {
    const source = this.#source
    let pos = source.value(at, limit)
    if (source.type !== ionType.struct || source.isNull) throw malformed(at, 'expected a struct')
    const end = source.end
    let startTime = -1
    let endTime = -1
    let seen = 0
    while (pos < end) {
      pos = source.varUint(pos, end)
      const symbol = source.number
      const field = this.#fieldOf(symbol, pos) & ~fieldBit.ofNode
      const value = pos
      const content = source.value(pos, end)
      pos = source.end
      if (source.type === ionType.null && !source.isNull) continue
      if (field === 0) {
        this.#transcoder.addField(symbol, value, end)
        continue
      }
      if ((seen & field) !== 0) throw repeatedField(nameOfBit(field))
      seen |= field
      if (field === fieldBit.callgraph) this.#readCallgraph(content, pos)
      else if (field === fieldBit.start) startTime = instant(source, content, 'start')
      else endTime = instant(source, content, 'end')
    }
    checkTimes(startTime, endTime)
    if ((seen & fieldBit.callgraph) === 0) throw new ProfileError('field', 'The field callgraph is required')
    return this.#scratch.finish(startTime, endTime, this.#extras.finish())
  }

  /** The bit of the schema field a symbol names, 0 for any other. */
  #fieldOf(symbol: number, at: number): number {
    if (symbol >= this.#symbols.count) throw malformed(at, `the symbol ${symbol} is not in the symbol table`)
    return this.#symbols.field[symbol]!
  }

  #readCallgraph(content: number, contentEnd: number): void {
    const source = this.#source
    const bytes = source.bytes
    const scratch = this.#scratch
    const symbols = this.#symbols
    const seen = scratch.seen
    const nodeEnd = this.#nodeEnd
    const childrenEnd = this.#childrenEnd
    const maxDepth = this.#limits.maxDepth
    if (source.isNull) throw new ProfileError('field', 'The field callgraph is required')
    if (source.type !== ionType.struct) throw wrongType('callgraph', 'a struct')
    let pos = content
    let limit = contentEnd
    let node = 0
    /** The symbol of the current node's frame; 0 for the root. */
    let nodeSymbol = 0
    let depth = 0
    let isAmongChildren = false
    nodeEnd[0] = limit
    seen[0] = 0
    for (;;) {
      if (pos === limit) {
        if (isAmongChildren) {
          isAmongChildren = false
          limit = nodeEnd[depth]!
        } else {
          if (depth === 0) return
          node = scratch.parent[node]!
          depth--
          isAmongChildren = true
          limit = childrenEnd[depth]!
        }
        continue
      }
      let symbol = bytes[pos]! & 0x7f
      if (bytes[pos]! >= 0x80) {
        pos++
      } else {
        pos = source.varUint(pos, limit)
        symbol = source.number
      }
      if (symbol >= symbols.count) throw malformed(pos, `the symbol ${symbol} is not in the symbol table`)
      const value = pos
      pos = source.value(pos, limit)
      const end = source.end
      if (isAmongChildren) {
        if (source.type !== ionType.struct || source.isNull) {
          pos = end
          if (source.type === ionType.null && !source.isNull) continue
          throw wrongType('children', 'a struct of structs')
        }
        if (depth === maxDepth) throw tooDeep(this.#limits)
        depth++
        const frame = symbols.frame[symbol]!
        node = scratch.addNode(node, frame >= 0 ? frame : this.#frame(symbol, value))
        nodeSymbol = symbol
        limit = end
        nodeEnd[depth] = end
        seen[depth] = 0
        isAmongChildren = false
        continue
      }
      const bit = symbols.field[symbol]! & fieldBit.ofNode
      if (bit === 0 || (source.type === ionType.null && !source.isNull)) {
        pos = end
        continue
      }
      if ((seen[depth]! & bit) !== 0) throw repeatedField(nameOfBit(bit))
      seen[depth]! |= bit
      if (source.isNull) {
        pos = end
        continue
      }
      if (bit === fieldBit.children) {
        if (source.type !== ionType.struct) throw wrongType('children', 'a struct')
        childrenEnd[depth] = end
        limit = end
        isAmongChildren = true
        continue
      }
      if (bit === fieldBit.file) this.#readFile(node, value, pos, nodeSymbol)
      else if (bit === fieldBit.line) this.#readLine(node, pos)
      else this.#readCounts(node, pos)
      pos = end
    }
  }

  #frame(symbol: number, at: number): number {
    const symbols = this.#symbols
    if (!symbols.findText(symbol)) throw malformed(at, 'a frame name without text')
    const frame = this.#scratch.frameName(symbols.text, symbols.textFrom, symbols.textTo)
    symbols.frame[symbol] = frame
    return frame
  }

  /** A frame mostly stands in one file: comparing with its latest one saves the hash. */
  #readFile(node: number, value: number, content: number, symbol: number): void {
    const source = this.#source
    const symbols = this.#symbols
    const end = source.end
    const from = symbols.fileFrom[symbol]!
    const size = symbols.fileTo[symbol]! - from
    if (
      size === end - value &&
      symbols.fileTo[symbol]! > 0 &&
      areEqual(source.view, from, source.view, value, size)
    ) {
      this.#scratch.file[node] = symbols.fileIndex[symbol]!
      return
    }
    const index = this.#fileName(content, end)
    this.#scratch.file[node] = index
    symbols.fileFrom[symbol] = value
    symbols.fileTo[symbol] = end
    symbols.fileIndex[symbol] = index
  }

  #fileName(content: number, end: number): number {
    const source = this.#source
    if (source.type === ionType.string) {
      source.checkUtf8(content, end)
      return this.#scratch.fileName(source.bytes, content, end)
    }
    if (source.type !== ionType.symbol) throw wrongType('file', 'a string')
    const symbols = this.#symbols
    if (!symbols.findText(this.#symbolValue(content))) throw malformed(content, 'a file name without text')
    return this.#scratch.fileName(symbols.text, symbols.textFrom, symbols.textTo)
  }

  /** The id a symbol value holds. */
  #symbolValue(content: number): number {
    let symbol = 0
    for (let i = content; i < this.#source.end; i++) {
      symbol = Math.min(symbol * 256 + this.#source.bytes[i]!, 0x7fffffff)
    }
    return symbol
  }

  #readLine(node: number, content: number): void {
    const source = this.#source
    if (source.type !== ionType.list) {
      this.#addLine(node, content)
      return
    }
    const end = source.end
    let count = 0
    for (let pos = content; pos < end; pos = source.end) {
      const number = source.value(pos, end)
      if (source.type === ionType.null && !source.isNull) continue
      if (++count > 2) throw wrongType('line', 'a list of one or two numbers')
      this.#addLine(node, number)
    }
  }

  /** Widens the node's lines by the number whose head was read last. */
  #addLine(node: number, content: number): void {
    const value = wholeNumber(this.#source, content)
    if (value < 0) throw badNumber('line', value)
    if (value > 0x7fffffff) throw badNumber('line', notWhole.tooLarge)
    const { firstLine, lastLine } = this.#scratch
    if (firstLine[node]! < 0 || value < firstLine[node]!) firstLine[node] = value
    if (value > lastLine[node]!) lastLine[node] = value
  }

  #readCounts(node: number, content: number): void {
    const source = this.#source
    const scratch = this.#scratch
    if (source.type !== ionType.struct) throw wrongType('counts', 'a struct')
    const end = source.end
    const structStart = scratch.entryCount
    for (let pos = content; pos < end; pos = source.end) {
      pos = source.varUint(pos, end)
      const symbol = source.number
      if (symbol >= this.#symbols.count)
        throw malformed(pos, `the symbol ${symbol} is not in the symbol table`)
      const number = source.value(pos, end)
      if (source.type === ionType.null && !source.isNull) continue
      const known = this.#symbols.counter[symbol]!
      const counter = known >= 0 ? known : this.#counter(symbol, pos)
      const count = wholeNumber(source, number)
      if (count >= 0) scratch.addCount(structStart, node, counter, count)
      else if (count !== notWhole.absent) throw badNumber(this.#counterField(symbol), count)
    }
  }

  #counter(symbol: number, at: number): number {
    const symbols = this.#symbols
    if (!symbols.findText(symbol)) throw malformed(at, 'a counter name without text')
    const counter = this.#scratch.counterName(symbols.text, symbols.textFrom, symbols.textTo)
    symbols.counter[symbol] = counter
    return counter
  }

  /** How messages name the counter, which has a text. */
  #counterField(symbol: number): string {
    this.#symbols.findText(symbol)
    return counterField(this.#symbols.text, this.#symbols.textFrom, this.#symbols.textTo)
  }
}

export function isMarker(body: Uint8Array, at: number): boolean {
  return body[at] === 0xe0 && body[at + 1] === 0x01 && body[at + 2] === 0x00 && body[at + 3] === 0xea
}
