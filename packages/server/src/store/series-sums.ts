import { encodeName, normaliseName } from '@wick/profile'
import type { Series, SeriesMetric, SeriesQuery } from '../storage/ports.ts'
import type { Epoch } from './epoch.ts'
import type { FrameTotals } from './frame-totals.ts'
import type { SeriesSection } from './series-section.ts'
import { placeOf } from './sorted-search.ts'

/** The samples of some counters, of all frames or of one. */
interface Sum {
  readonly counters: readonly string[] | null
  readonly steps: Float64Array
}

interface MetricSum extends Sum {
  /** WTF-8: the name, and the one it was kept under if that was generated in parts. */
  readonly names: readonly Uint8Array[]
  readonly totals: Sum
}

type Asked = Pick<SeriesQuery, 'from' | 'to' | 'step' | 'metrics'>

/** The answer to a question for series, added up part by part. */
export class SeriesSums {
  readonly #asked: Asked
  readonly #hasData: Uint8Array
  readonly #metrics: readonly MetricSum[]
  readonly #totals: readonly Sum[]

  constructor(asked: Asked) {
    const { from, to, step, metrics } = asked
    const steps = (to - from) / step
    this.#asked = asked
    this.#hasData = new Uint8Array(steps)
    const totals = new Map<string, Sum>()
    this.#metrics = metrics.map(({ frame, counters: named }: SeriesMetric) => {
      // One said twice counts once, and the order does not matter.
      const counters = named === null ? null : [...new Set(named)].sort()
      const key = JSON.stringify(counters)
      const total = totals.get(key) ?? { counters, steps: new Float64Array(steps) }
      totals.set(key, total)
      return {
        names: frame === null ? [] : namesOf(frame),
        counters,
        totals: total,
        steps: new Float64Array(steps),
      }
    })
    this.#totals = [...totals.values()]
  }

  /** For the part of the question between two borders of steps: to be added when it is whole. */
  within(from: number, to: number): SeriesSums {
    return new SeriesSums({
      ...this.#asked,
      from: Math.max(from, this.#asked.from),
      to: Math.min(to, this.#asked.to),
    })
  }

  add(part: SeriesSums): void {
    const first = (part.#asked.from - this.#asked.from) / this.#asked.step
    for (const [step, hasData] of part.#hasData.entries()) this.#hasData[first + step]! |= hasData
    const addAll = (sums: readonly Sum[], parts: readonly Sum[]): void => {
      for (const [i, { steps }] of parts.entries())
        for (const [step, samples] of steps.entries()) sums[i]!.steps[first + step]! += samples
    }
    addAll(this.#totals, part.#totals)
    addAll(this.#metrics, part.#metrics)
  }

  /** Adds what a section says of the range. @returns whether it says it in steps, or shorter times; if not, nothing is added */
  addSection(epoch: Epoch, section: SeriesSection): boolean {
    const { columns } = section
    const stepOf = columns.map(({ start, end }) => this.#stepOf(start, end))
    if (stepOf.includes(null)) return false
    const add = (sum: Sum, row: Float64Array | null): void => {
      if (row === null) return
      for (let column = 0; column < row.length; column++)
        if (stepOf[column]! >= 0) sum.steps[stepOf[column]!]! += row[column]!
    }
    for (const step of stepOf) if (step! >= 0) this.#hasData[step!] = 1
    const idsOf = counterIds(epoch, section.counters)
    for (const sum of this.#totals)
      for (const counter of idsOf(sum.counters)) add(sum, section.totals(counter))
    for (const sum of this.#metrics) {
      const frame = frameNumber(epoch, sum.names)
      if (frame < 0) continue
      for (const counter of idsOf(sum.counters)) add(sum, section.row(counter, frame))
    }
    return true
  }

  /** Adds one window's totals. */
  addWindow(epoch: Epoch, window: number, totals: FrameTotals): void {
    const step = Math.floor((window - this.#asked.from) / this.#asked.step)
    this.#hasData[step] = 1
    const idsOf = counterIds(epoch, [...totals.keys()])
    for (const { counters, steps } of this.#totals)
      for (const counter of idsOf(counters)) steps[step]! += totals.get(counter)!.total
    for (const sum of this.#metrics) {
      const frame = frameNumber(epoch, sum.names)
      if (frame < 0) continue
      for (const counter of idsOf(sum.counters)) {
        const { frames, counts } = totals.get(counter)!
        const at = placeOf(frames, frame)
        if (at >= 0) sum.steps[step]! += counts[at]!
      }
    }
  }

  take(): Series {
    const steps = Int32Array.from(this.#hasData.keys().filter((step) => this.#hasData[step] === 1))
    const pick = (column: Float64Array): Float64Array => Float64Array.from(steps, (step) => column[step]!)
    const totals = new Map(this.#totals.map((sum) => [sum, pick(sum.steps)]))
    return {
      starts: Float64Array.from(steps, (step) => this.#asked.from + step * this.#asked.step),
      metrics: this.#metrics.map((sum) => ({ totals: totals.get(sum.totals)!, samples: pick(sum.steps) })),
    }
  }

  /** -1 where it lies outside the range, null where it is no part of one step. */
  #stepOf(start: number, end: number): number | null {
    const step = Math.floor((start - this.#asked.from) / this.#asked.step)
    if (end > this.#asked.from + (step + 1) * this.#asked.step) return null
    return step >= 0 && step < this.#hasData.length ? step : -1
  }
}

/** The numbers of counters, of those that there are. */
function counterIds(
  epoch: Epoch,
  there: readonly number[],
): (names: readonly string[] | null) => readonly number[] {
  return (names) => {
    if (names === null) return there
    const numbers = names.map((name) => epoch.findCounter(name))
    return numbers.filter((counter) => there.includes(counter))
  }
}

function namesOf(frame: string): Uint8Array[] {
  const name = encodeName(frame)
  const normal = normaliseName(name, 0, name.length)
  return normal === null ? [name] : [name, normal]
}

/** -1 where the epoch has none of the names. */
function frameNumber({ trie }: Epoch, names: readonly Uint8Array[]): number {
  for (const name of names) {
    const frame = trie.frames.find(name, 0, name.length)
    if (frame >= 0) return frame
  }
  return -1
}
