/**
 * The `mappings` of a source map, decoded into columns: Node's own `SourceMap` takes an array for each of them, twenty
 * times the map's size, and decodes all of a map in one go.
 */
import type { Work } from './turns.ts'

/** https://tc39.es/ecma426/: version 3, with or without sections. */
export interface RawMap {
  readonly mappings?: string
  readonly sources?: readonly (string | null)[]
  readonly names?: readonly string[]
  readonly sections?: readonly {
    readonly offset: { readonly line: number; readonly column: number }
    readonly map: RawMap
  }[]
}

/** All 0-based. */
export interface Mapping {
  readonly source: string
  readonly line: number
  readonly column: number
  /** '' where the map does not say. */
  readonly name: string
}

const digits = new Int8Array(128).fill(-1)
for (const [value, digit] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  digits[digit.charCodeAt(0)] = value
}
const comma = 44
const semicolon = 59
const segmentsPerYield = 64
/** Generated line and column, source, original line and column, name: -1 where there is none. */
const width = 6

export class Mappings {
  readonly #sources: string[] = []
  readonly #names: string[] = []
  #rows = new Int32Array(width * 256)
  #length = 0

  /** The last mapping that begins at a place or before it, 0-based; null where there is none, or it is of no source. */
  find(line: number, column: number): Mapping | null {
    const rows = this.#rows
    let [from, to] = [0, this.#length]
    while (from < to) {
      const middle = (from + to) >>> 1
      const row = middle * width
      const isAfter = rows[row]! > line || (rows[row] === line && rows[row + 1]! > column)
      if (isAfter) to = middle
      else from = middle + 1
    }
    const row = (from - 1) * width
    const source = from === 0 ? undefined : this.#sources[rows[row + 2]!]
    // '' where the map has no name for it.
    if (source === undefined || source === '') return null
    return { source, line: rows[row + 3]!, column: rows[row + 4]!, name: this.#names[rows[row + 5]!] ?? '' }
  }

  /** Decodes a map, or a section of one that begins at a place. @throws Error where it is malformed */
  *add(map: RawMap, firstLine = 0, firstColumn = 0): Work {
    for (const { offset, map: section } of map.sections ?? []) {
      yield* this.add(
        section,
        firstLine + offset.line,
        offset.line === 0 ? firstColumn + offset.column : offset.column,
      )
    }
    const [sources, names] = [this.#sources.length, this.#names.length]
    for (const source of map.sources ?? []) this.#sources.push(source ?? '')
    for (const name of map.names ?? []) this.#names.push(name)
    const text = map.mappings ?? ''
    let line = firstLine
    let column = firstColumn
    const before = [0, 0, 0, 0]
    let at = 0
    let segments = 0
    const number = (): number => {
      let [value, shift] = [0, 0]
      for (;;) {
        const digit = digits[text.charCodeAt(at++)] ?? -1
        if (digit < 0) throw new Error('not a source map')
        value |= (digit & 31) << shift
        shift += 5
        if ((digit & 32) === 0) return value & 1 ? -(value >>> 1) : value >>> 1
      }
    }
    const isInSegment = (): boolean =>
      at < text.length && text.charCodeAt(at) !== comma && text.charCodeAt(at) !== semicolon
    while (at < text.length) {
      if (isInSegment()) {
        column += number()
        let fields = 0
        for (; fields < 4 && isInSegment(); fields++) before[fields]! += number()
        this.#push(
          line,
          column,
          fields >= 3 ? sources + before[0]! : -1,
          before[1]!,
          before[2]!,
          fields === 4 ? names + before[3]! : -1,
        )
        if (++segments % segmentsPerYield === 0) yield segmentsPerYield
      }
      if (text.charCodeAt(at++) === semicolon) {
        line++
        column = 0
      }
    }
  }

  /** Gives back what was reserved for more. */
  trim(): void {
    this.#rows = this.#rows.slice(0, this.#length * width)
  }

  /** A hundred thousand times for some maps: without an array for each. */
  #push(
    line: number,
    column: number,
    source: number,
    fromLine: number,
    fromColumn: number,
    name: number,
  ): void {
    const start = this.#length++ * width
    if (start === this.#rows.length) {
      const larger = new Int32Array(start * 2)
      larger.set(this.#rows)
      this.#rows = larger
    }
    const rows = this.#rows
    rows[start] = line
    rows[start + 1] = column
    rows[start + 2] = source
    rows[start + 3] = fromLine
    rows[start + 4] = fromColumn
    rows[start + 5] = name
  }
}
