import type { Series } from '../storage/ports.ts'
import type { Epoch } from './epoch.ts'
import type { FrameTotals } from './frame-totals.ts'
import type { SeriesQuestion } from './series-question.ts'
import type { BlockSeries } from './series-reader.ts'
import type { SeriesIndex, SeriesPart, Span } from './series-section.ts'
import { placeOf } from './sorted-search.ts'

/** A time in steps, epoch milliseconds. */
interface Steps {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** The answer to a question for series, added up part by part. */
export class SeriesSums {
  readonly #question: SeriesQuestion
  readonly #steps: Steps
  readonly #hasData: Uint8Array
  /** By set: all samples in its counters, step by step. */
  readonly #totals: readonly Float64Array[]
  /** By metric: those with its frame. */
  readonly #samples: readonly Float64Array[]

  constructor(question: SeriesQuestion, { from, to, step }: Steps) {
    const count = Math.max(0, (to - from) / step)
    this.#question = question
    this.#steps = { from, to, step }
    this.#hasData = new Uint8Array(count)
    this.#totals = Array.from({ length: question.sets }, () => new Float64Array(count))
    this.#samples = Array.from(question.setOf, () => new Float64Array(count))
  }

  /** For the part of the question between two borders of steps: to be added when it is whole. */
  within(from: number, to: number): SeriesSums {
    const { step, ...all } = this.#steps
    return new SeriesSums(this.#question, { from: Math.max(from, all.from), to: Math.min(to, all.to), step })
  }

  add(part: SeriesSums): void {
    const first = (part.#steps.from - this.#steps.from) / this.#steps.step
    for (const [step, hasData] of part.#hasData.entries()) this.#hasData[first + step]! |= hasData
    for (const [i, steps] of part.#totals.entries()) addAt(this.#totals[i]!, first, steps)
    for (const [i, steps] of part.#samples.entries()) addAt(this.#samples[i]!, first, steps)
  }

  /** The frames that are asked for, ascending. */
  framesIn(epoch: Epoch): Int32Array {
    return this.#question.in(epoch).frames
  }

  /** Adds what a block says of the range. @returns whether it says it in steps, or shorter times; if not, nothing is added */
  addBlock(epoch: Epoch, series: BlockSeries): boolean {
    return series.kind === 'totals'
      ? this.addSpan(epoch, series.span, series.totals)
      : this.#addSeries(epoch, series.index, series.parts)
  }

  #addSeries(epoch: Epoch, index: SeriesIndex, parts: ReadonlyMap<number, SeriesPart>): boolean {
    const stepOf = index.columns.map((column) => this.#stepOf(column))
    if (stepOf.includes(null)) return false
    const add = (sum: Float64Array, row: Float64Array): void => {
      for (let column = 0; column < row.length; column++) {
        const step = stepOf[column]!
        if (step >= 0) sum[step]! += row[column]!
      }
    }
    for (const step of stepOf) if (step! >= 0) this.#hasData[step!] = 1
    for (const [set, { counters, frames, metrics }] of this.#question.in(epoch).sets.entries()) {
      for (const counter of counters) {
        const totals = index.totals(counter)
        if (totals !== null) add(this.#totals[set]!, totals)
      }
      for (let at = 0; at < frames.length; ) {
        const from = at
        const part = index.partOf(frames[from]!)
        while (at < frames.length && index.partOf(frames[at]!) === part) at++
        for (const counter of counters)
          parts
            .get(part)
            ?.rows(counter, frames.subarray(from, at), (i, row) =>
              add(this.#samples[metrics[from + i]!]!, row),
            )
      }
    }
    return true
  }

  /** As `addBlock`, of totals of one time. */
  addSpan(epoch: Epoch, span: Span, totals: FrameTotals): boolean {
    const step = this.#stepOf(span)
    if (step === null) return false
    if (step < 0) return true
    this.#hasData[step] = 1
    for (const [set, { counters, frames, metrics }] of this.#question.in(epoch).sets.entries()) {
      for (const counter of counters) {
        const found = totals.get(counter)
        if (found === undefined) continue
        this.#totals[set]![step]! += found.total
        for (let at = 0; at < frames.length; at++) {
          const place = placeOf(found.frames, frames[at]!)
          if (place >= 0) this.#samples[metrics[at]!]![step]! += found.counts[place]!
        }
      }
    }
    return true
  }

  take(): Series {
    const steps = Int32Array.from(this.#hasData.keys().filter((step) => this.#hasData[step] === 1))
    const { from, step: length } = this.#steps
    const pick = (column: Float64Array): Float64Array => Float64Array.from(steps, (step) => column[step]!)
    const totals = this.#totals.map(pick)
    return {
      starts: Float64Array.from(steps, (step) => from + step * length),
      metrics: this.#samples.map((samples, metric) => ({
        totals: totals[this.#question.setOf[metric]!]!,
        samples: pick(samples),
      })),
    }
  }

  /** -1 where it lies outside the range, null where it is no part of one step. */
  #stepOf({ start, end }: Span): number | null {
    const { from, step: length } = this.#steps
    const step = Math.floor((start - from) / length)
    if (end > from + (step + 1) * length) return null
    return step >= 0 && step < this.#hasData.length ? step : -1
  }
}

function addAt(sum: Float64Array, first: number, steps: Float64Array): void {
  for (let step = 0; step < steps.length; step++) sum[first + step]! += steps[step]!
}
