import type { FrameTotals } from './frame-totals.ts'
import { PayloadReader, PayloadWriter } from './payload-codec.ts'
import { BitReader, BitWriter, riceBits } from './series-bits.ts'
import { lastUpTo } from './sorted-search.ts'
import { windowMilliseconds } from './window.ts'

/**
 * The section `series` of an hour's roll-up: for each window of it with data (a column), what was sampled in all and with
 * each frame anywhere on the stack, so that a frame's way through a day is read without adding up call paths.
 *
 *     series   number of columns · each: start − start of the first · length (both in windows)
 *              number of counters · each: counter · total of each column · number of rows · for each page the difference of
 *              its first frame to the one before, and its length
 *              the pages of all counters, one after another
 *     page     16 rows (the last one of a counter less), frames ascending, as bits: difference to the frame before − 1 (not of the first) · row
 *     row      one value for each column, as difference to an expected one: bit 1 and those of the row before, or bit 0
 *              and a number, the same for all · k · the differences, zigzagged, in Rice codes of parameter k
 *
 * A caller and its only callee have the same rows, and what a frame shows in five minutes is near what it shows in the
 * next: either makes the differences small.
 */
const pageRows = 16
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

/** @param columns ascending */
export function encodeSeries(columns: readonly SeriesColumn[]): Uint8Array {
  const out = new PayloadWriter()
  const first = columns[0]?.start ?? 0
  out.uint(first / windowMilliseconds)
  out.uint(columns.length)
  for (const { start, end } of columns) {
    out.uint((start - first) / windowMilliseconds)
    out.uint((end - start) / windowMilliseconds)
  }
  const counters = new Set(columns.flatMap(({ totals }) => totals.flatMap((some) => [...some.keys()])))
  out.uint(counters.size)
  const pages: Uint8Array[] = []
  for (const counter of [...counters].sort((a, b) => a - b)) {
    out.uint(counter)
    for (const { totals } of columns)
      out.uint(totals.reduce((sum, some) => sum + (some.get(counter)?.total ?? 0), 0))
    const { rows, firstFrames, lengths, bytes } = encodePages(columns, counter)
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

function encodePages(columns: readonly SeriesColumn[], counter: number): Pages {
  const out = new BitWriter()
  const writer = new RowWriter(out, columns.length)
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
  forEachRow(columns, counter, (frame, row) => {
    if (rows % pageRows === 0) {
      if (rows > 0) endPage()
      firstFrames.push(frame)
      writer.startPage()
    } else out.rice(frame - frameBefore - 1, 0)
    writer.write(row)
    frameBefore = frame
    rows++
  })
  if (rows > 0) endPage()
  return { rows, firstFrames, lengths, bytes: out.take() }
}

/** Frames with samples, ascending, with their samples by column. @param visit must not keep the row */
function forEachRow(
  columns: readonly SeriesColumn[],
  counter: number,
  visit: (frame: number, row: Float64Array) => void,
): void {
  const lists = columns.flatMap(({ totals }, column) =>
    totals.flatMap((some) => {
      const list = some.get(counter)
      return list === undefined ? [] : [{ ...list, column, at: 0 }]
    }),
  )
  const row = new Float64Array(columns.length)
  for (;;) {
    let frame = Number.POSITIVE_INFINITY
    for (const { frames, at } of lists) if (at < frames.length && frames[at]! < frame) frame = frames[at]!
    if (frame === Number.POSITIVE_INFINITY) return
    row.fill(0)
    for (const list of lists) {
      if (list.frames[list.at] !== frame) continue
      row[list.column]! += list.counts[list.at]!
      list.at++
    }
    visit(frame, row)
  }
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
  for (let column = 0; column < values.length; column++) out.rice(values[column]!, k)
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
  for (let column = 0; column < values.length; column++) sum += riceBits(values[column]!, k)
  return sum
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

interface CounterRows {
  readonly totals: Float64Array
  readonly rows: number
  readonly firstFrames: Int32Array
  /** Where each page begins. */
  readonly offsets: Int32Array
}

/** A series section, read where it is asked. */
export class SeriesSection {
  readonly columns: readonly Span[]
  readonly #counters = new Map<number, CounterRows>()
  readonly #pages: Uint8Array

  /** @throws PayloadError */
  constructor(bytes: Uint8Array) {
    const input = new PayloadReader(bytes)
    const first = input.uint()
    this.columns = Array.from({ length: input.uint() }, () => {
      const start = (first + input.uint()) * windowMilliseconds
      return { start, end: start + input.uint() * windowMilliseconds }
    })
    let offset = 0
    for (let left = input.uint(); left > 0; left--) {
      const counter = input.uint()
      const totals = Float64Array.from(this.columns, () => input.uint())
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
      this.#counters.set(counter, { totals, rows, firstFrames, offsets })
    }
    this.#pages = input.raw(offset)
  }

  /** Bytes held. */
  get byteLength(): number {
    let sum = this.#pages.buffer.byteLength
    for (const { totals, offsets } of this.#counters.values())
      sum += totals.byteLength + 2 * offsets.byteLength
    return sum
  }

  /** Those with samples. */
  get counters(): number[] {
    return [...this.#counters.keys()]
  }

  /** All of a counter's samples, by column; null where there are none. */
  totals(counter: number): Float64Array | null {
    return this.#counters.get(counter)?.totals ?? null
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
    const row = new Float64Array(this.columns.length)
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
      for (let left = Math.min(pageRows, rows - page * pageRows); ; frame += 1 + input.rice(0)) {
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
  input.riceDifferences(input.groups(kBits), row)
}
