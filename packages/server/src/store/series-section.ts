import { BitReader, BitWriter, boundedRiceBits } from './bit-codec.ts'
import type { FrameTotals } from './frame-totals.ts'
import { PayloadReader, PayloadWriter, zigzag } from './payload-codec.ts'
import { lastUpTo } from './sorted-search.ts'
import { windowMilliseconds } from './window.ts'

/**
 * The series of an hour's roll-up: for each window of it with data (a column), what was sampled in all and with each frame
 * anywhere on the stack, so that a frame's way through a day is read without adding up call paths. An index, and parts for
 * ranges of frames, so that a question about a few frames reads little more than their rows.
 *
 *     index    first column's start · number of columns · each: start − start of the first · length (in windows)
 *              number of counters · each: counter · total of each column
 *              number of parts · each: difference of its first frame to that of the one before
 *     part     number of counters · each: counter · number of rows · for each page the difference of its first frame to that of
 *              the one before, and its length
 *              the pages of all counters, one after another
 *     page     16 rows (the last one of a counter less), frames ascending, as bits: difference to the frame before − 1 (not
 *              of the first) · row
 *     row      one value for each column, as difference to an expected one: bit 1 and those of the row before, or bit 0
 *              and a number, the same for all · k · the differences, zigzagged, in Rice codes of parameter k
 *
 * A caller and its only callee have the same rows, and what a frame shows in five minutes is near what it shows in the
 * next: either makes the differences small.
 */
const pageRows = 16
/** Rows of all counters: some 8 kB. */
const partRows = 1024
const maxParts = 32
const mostK = 24
const meanBits = 4
const kBits = 3

/** Epoch milliseconds, borders of windows. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface SeriesColumn extends Span {
  /** May be several of one time: they are added up. */
  readonly totals: readonly FrameTotals[]
}

export interface EncodedSeries {
  readonly index: Uint8Array
  readonly parts: readonly Uint8Array[]
}

/** @param columns ascending */
export function encodeSeries(columns: readonly SeriesColumn[]): EncodedSeries {
  const counters = new Set(columns.flatMap(({ totals }) => totals.flatMap((some) => [...some.keys()])))
  const merged = [...counters].sort((a, b) => a - b).map((counter) => new MergedRows(columns, counter))
  const firstFrames = partsOf(merged)
  const parts = firstFrames.map((_, part) =>
    encodePart(merged, columns.length, firstFrames[part + 1] ?? Number.POSITIVE_INFINITY),
  )
  const out = new PayloadWriter()
  const first = columns[0]?.start ?? 0
  out.uint(first / windowMilliseconds)
  out.uint(columns.length)
  for (const { start, end } of columns) {
    out.uint((start - first) / windowMilliseconds)
    out.uint((end - start) / windowMilliseconds)
  }
  out.uint(merged.length)
  for (const { counter } of merged) {
    out.uint(counter)
    for (const { totals } of columns)
      out.uint(totals.reduce((sum, some) => sum + (some.get(counter)?.total ?? 0), 0))
  }
  out.uint(firstFrames.length)
  for (const [part, frame] of firstFrames.entries()) out.uint(frame - (firstFrames[part - 1] ?? 0))
  return { index: out.take(), parts }
}

/** One counter's rows, from frame to frame. */
class MergedRows {
  readonly counter: number
  readonly row: Float64Array
  readonly #lists: {
    readonly column: number
    readonly frames: Int32Array
    readonly counts: Float64Array
    at: number
  }[]

  constructor(columns: readonly SeriesColumn[], counter: number) {
    this.counter = counter
    this.row = new Float64Array(columns.length)
    this.#lists = columns.flatMap(({ totals }, column) =>
      totals.flatMap((some) => {
        const list = some.get(counter)
        return list === undefined ? [] : [{ column, frames: list.frames, counts: list.counts, at: 0 }]
      }),
    )
  }

  /** The frames of the column that has most of them. */
  longest(): Int32Array {
    let most = new Int32Array(0)
    for (const { frames } of this.#lists) if (frames.length > most.length) most = Int32Array.from(frames)
    return most
  }

  /** The next frame below `end`, whose samples by column are then in `row`; -1 where there is none. */
  next(end: number): number {
    let frame = end
    for (const { frames, at } of this.#lists)
      if (at < frames.length && frames[at]! < frame) frame = frames[at]!
    if (frame === end) return -1
    this.row.fill(0)
    for (const list of this.#lists) {
      if (list.frames[list.at] !== frame) continue
      this.row[list.column]! += list.counts[list.at]!
      list.at++
    }
    return frame
  }
}

/** First frames of the parts, such that they have about as many rows. */
function partsOf(merged: readonly MergedRows[]): number[] {
  // The frames of one column of each counter stand for all of its rows.
  const frames = Int32Array.from(merged.flatMap((rows) => [...rows.longest()])).sort()
  const parts = Math.min(maxParts, Math.ceil(frames.length / partRows))
  const firstFrames = Array.from({ length: parts }, (_, part) =>
    part === 0 ? 0 : frames[Math.floor((part * frames.length) / parts)]!,
  )
  return [...new Set(firstFrames)]
}

/** The rows below the frame `end` that are not written yet. */
function encodePart(merged: readonly MergedRows[], columns: number, end: number): Uint8Array {
  const out = new PayloadWriter()
  const pages: Uint8Array[] = []
  const counters = merged
    .map((rows) => ({ counter: rows.counter, pages: encodePages(rows, columns, end) }))
    .filter((one) => one.pages.rows > 0)
  out.uint(counters.length)
  for (const {
    counter,
    pages: { rows, firstFrames, lengths, bytes },
  } of counters) {
    out.uint(counter)
    out.uint(rows)
    for (const [page, length] of lengths.entries()) {
      out.uint(firstFrames[page]! - (firstFrames[page - 1] ?? 0))
      out.uint(length)
    }
    pages.push(bytes)
  }
  for (const bytes of pages) out.raw(bytes)
  return out.take()
}

interface Pages {
  readonly rows: number
  readonly firstFrames: readonly number[]
  readonly lengths: readonly number[]
  readonly bytes: Uint8Array
}

function encodePages(merged: MergedRows, columns: number, end: number): Pages {
  const out = new BitWriter()
  const writer = new RowWriter(out, columns)
  const firstFrames: number[] = []
  const lengths: number[] = []
  let written = 0
  let rows = 0
  let frameBefore = 0
  const endPage = (): void => {
    out.align()
    lengths.push(out.length - written)
    written = out.length
  }
  for (let frame = merged.next(end); frame >= 0; frame = merged.next(end)) {
    if (rows % pageRows === 0) {
      if (rows > 0) endPage()
      firstFrames.push(frame)
      writer.startPage()
    } else out.boundedRice(frame - frameBefore - 1, 0)
    writer.write(merged.row)
    frameBefore = frame
    rows++
  }
  if (rows > 0) endPage()
  return { rows, firstFrames, lengths, bytes: out.take() }
}

/** Writes the rows of one counter; keeps what it works with, for there are many. */
class RowWriter {
  readonly #out: BitWriter
  readonly #before: Float64Array
  readonly #fromMean: Float64Array
  readonly #fromBefore: Float64Array

  constructor(out: BitWriter, columns: number) {
    this.#out = out
    this.#before = new Float64Array(columns)
    this.#fromMean = new Float64Array(columns)
    this.#fromBefore = new Float64Array(columns)
  }

  /** The next row has none before it. */
  startPage(): void {
    this.#before.fill(0)
  }

  write(row: Float64Array): void {
    const out = this.#out
    const before = this.#before
    const fromMean = this.#fromMean
    const fromBefore = this.#fromBefore
    let sum = 0
    for (let column = 0; column < row.length; column++) sum += row[column]!
    const mean = Math.round(sum / row.length)
    for (let column = 0; column < row.length; column++) {
      fromMean[column] = zigzag(row[column]! - mean)
      fromBefore[column] = zigzag(row[column]! - before[column]!)
      before[column] = row[column]!
    }
    const kMean = goodK(fromMean)
    const kBefore = goodK(fromBefore)
    if (bitsOf(fromBefore, kBefore) <= bitsOf(fromMean, kMean) + meanBits + 1) {
      out.bits(1, 1)
      writeDifferences(out, fromBefore, kBefore)
    } else {
      out.bits(0, 1)
      out.groups(mean, meanBits)
      writeDifferences(out, fromMean, kMean)
    }
  }
}

function writeDifferences(out: BitWriter, values: Float64Array, k: number): void {
  out.groups(k, kBits)
  for (let column = 0; column < values.length; column++) out.boundedRice(values[column]!, k)
}

/** As good as the best of several tried, in half the time: 0.55 was measured. */
function goodK(values: Float64Array): number {
  let sum = 0
  for (let column = 0; column < values.length; column++) sum += values[column]!
  let k = 0
  for (let mean = (0.55 * sum) / values.length; mean >= 1 && k < mostK; mean /= 2) k++
  return k
}

function bitsOf(values: Float64Array, k: number): number {
  let sum = 0
  for (let column = 0; column < values.length; column++) sum += boundedRiceBits(values[column]!, k)
  return sum
}

/** The index of a series. */
export class SeriesIndex {
  readonly columns: readonly Span[]
  readonly #totals = new Map<number, Float64Array>()
  readonly #firstFrames: Int32Array

  /** @throws PayloadError */
  constructor(bytes: Uint8Array) {
    const input = new PayloadReader(bytes)
    const first = input.uint()
    this.columns = Array.from({ length: input.uint() }, () => {
      const start = (first + input.uint()) * windowMilliseconds
      return { start, end: start + input.uint() * windowMilliseconds }
    })
    for (let left = input.uint(); left > 0; left--)
      this.#totals.set(
        input.uint(),
        Float64Array.from(this.columns, () => input.uint()),
      )
    this.#firstFrames = input.ascending(new Int32Array(input.uint()))
  }

  /** All of a counter's samples, by column; null where there are none. */
  totals(counter: number): Float64Array | null {
    return this.#totals.get(counter) ?? null
  }

  get parts(): number {
    return this.#firstFrames.length
  }

  /** Which part has a frame's rows, if any has; -1 where none can. */
  partOf(frame: number): number {
    return lastUpTo(this.#firstFrames, frame)
  }

  /** Bytes held. */
  get byteLength(): number {
    return 256 + this.columns.length * (64 + 8 * this.#totals.size) + this.#firstFrames.byteLength
  }
}

interface CounterRows {
  readonly rows: number
  readonly firstFrames: Int32Array
  /** Where each page begins. */
  readonly offsets: Int32Array
}

/** A part of a series, read where it is asked. */
export class SeriesPart {
  readonly #columns: number
  readonly #counters = new Map<number, CounterRows>()
  readonly #pages: Uint8Array

  /** @throws PayloadError */
  constructor(bytes: Uint8Array, columns: number) {
    const input = new PayloadReader(bytes)
    this.#columns = columns
    let offset = 0
    for (let left = input.uint(); left > 0; left--) {
      const counter = input.uint()
      const rows = input.uint()
      const firstFrames = new Int32Array(Math.ceil(rows / pageRows))
      const offsets = new Int32Array(firstFrames.length)
      let frame = 0
      for (let page = 0; page < offsets.length; page++) {
        frame += input.uint()
        firstFrames[page] = frame
        offsets[page] = offset
        offset += input.uint()
      }
      this.#counters.set(counter, { rows, firstFrames, offsets })
    }
    this.#pages = input.raw(offset)
  }

  /** Reads every row. @throws PayloadError */
  verify(): void {
    for (const [counter, { firstFrames }] of this.#counters) {
      // The last frame that a page can have: it is looked for to the page's end.
      const last = firstFrames.map((_, page) => (firstFrames[page + 1] ?? 2 ** 31) - 1)
      this.rows(counter, last, () => {})
    }
  }

  /** Bytes held. */
  get byteLength(): number {
    let sum = 256 + this.#pages.length
    for (const { offsets } of this.#counters.values()) sum += 128 + 2 * offsets.byteLength
    return sum
  }

  /**
   * A counter's samples with each of some frames on the stack, by column, of those that have any.
   *
   * @param frames ascending; may repeat
   * @param visit is told the place among `frames`; must not keep the row
   * @throws PayloadError
   */
  rows(counter: number, frames: Int32Array, visit: (at: number, row: Float64Array) => void): void {
    const found = this.#counters.get(counter)
    if (found === undefined) return
    const { rows, firstFrames, offsets } = found
    const row = new Float64Array(this.#columns)
    for (let at = 0; at < frames.length; ) {
      const page = lastUpTo(firstFrames, frames[at]!)
      if (page < 0) {
        at++
        continue
      }
      // All that are asked for of one page in one go.
      const end = firstFrames[page + 1] ?? Number.POSITIVE_INFINITY
      const input = new BitReader(this.#pages, offsets[page]!)
      row.fill(0)
      let frame = firstFrames[page]!
      for (let left = Math.min(pageRows, rows - page * pageRows); ; frame += 1 + input.boundedRice(0)) {
        readRow(input, row)
        while (at < frames.length && frames[at]! < frame) at++
        for (; at < frames.length && frames[at] === frame; at++) visit(at, row)
        if (--left === 0 || at === frames.length || frames[at]! >= end) break
      }
      while (at < frames.length && frames[at]! < end) at++
    }
  }
}

/** @param row the one before, which becomes the next */
function readRow(input: BitReader, row: Float64Array): void {
  const isAsBefore = input.bits(1) === 1
  if (!isAsBefore) row.fill(input.groups(meanBits))
  input.boundedRiceDifferences(input.groups(kBits), row)
}
