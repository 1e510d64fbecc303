/** What one hour of a group says of its frames: in how many samples each was on the stack, or was innermost. */
export interface FrameHour {
  /** Whole hours since 1970, UTC. */
  readonly hour: number
  /** All samples of the hour in the thread states looked at. */
  readonly samples: number
  /** Distinct. */
  readonly names: readonly string[]
  /** counts[i] ≤ samples: those of names[i]. */
  readonly counts: ArrayLike<number>
}

/** One hour of a history as it stands there, all that is needed to put it back: see `FrameHistory.restore`. */
export interface HistoryColumn {
  readonly hour: number
  readonly samples: number
  /** Rows that are another frame's since the hour before. */
  readonly followed: readonly { readonly row: number; readonly name: string }[]
  /** By row. */
  readonly shares: Float32Array
  readonly steps: Float32Array
  readonly surprises: Float32Array
}

export interface HistoryLimits {
  /** How many hours are kept. */
  readonly hours: number
  /** How many frames are followed; where there are more, those that were light all day make room. */
  readonly frames: number
  /** A frame is followed from the hour on in which its share first reaches this. */
  readonly floor: number
}

export const defaultHistoryLimits: HistoryLimits = { hours: 28 * 24, frames: 4_096, floor: 0.000_2 }

const day = 24
/** So many of the last 24 hours must have data for their median to say what is usual. */
const enoughOfADay = 12
/** So many like days say what an hour usually is. */
const mostAlike = 8

/**
 * The shares of a group's frames hour by hour, and how much of each was to be expected.
 *
 * A *share* is samples of the frame ÷ all samples, 0 to 1. A *step* is a share minus the median share of the 24 hours
 * before. Steps, not shares, are compared with the same hour of other days: a change of level shows in them for half a
 * day and is then the new normal, without anybody having to say so. What a step differs by from the usual one is the
 * *surprise*. All are NaN where the hour has no data or there is nothing to compare with.
 *
 * Rows are rings of `limits.hours` columns; an hour's column is hour modulo their number.
 */
export class FrameHistory {
  readonly limits: HistoryLimits
  /** Frame names by row. */
  readonly names: string[] = []
  /** The hour that each column holds; -1 where it holds none. */
  readonly #hourOf: Int32Array
  readonly #samples: Float64Array
  readonly #shares: Float32Array[] = []
  readonly #steps: Float32Array[] = []
  readonly #surprises: Float32Array[] = []
  readonly #rowOf = new Map<string, number>()
  #followed: { row: number; name: string }[] = []
  #last = -1

  constructor(limits: HistoryLimits = defaultHistoryLimits) {
    this.limits = limits
    this.#hourOf = new Int32Array(limits.hours).fill(-1)
    this.#samples = new Float64Array(limits.hours)
  }

  /** The newest hour, -1 while there is none. */
  get lastHour(): number {
    return this.#last
  }

  /** All samples of an hour; 0 where it has no data or is not kept. */
  samples(hour: number): number {
    const column = hour % this.limits.hours
    return this.#hourOf[column] === hour ? this.#samples[column]! : 0
  }

  /** The row of a frame, undefined where it is not followed. */
  rowOf(name: string): number | undefined {
    return this.#rowOf.get(name)
  }

  share(row: number, hour: number): number {
    return this.samples(hour) > 0 ? this.#shares[row]![hour % this.limits.hours]! : Number.NaN
  }

  step(row: number, hour: number): number {
    return this.samples(hour) > 0 ? this.#steps[row]![hour % this.limits.hours]! : Number.NaN
  }

  surprise(row: number, hour: number): number {
    return this.samples(hour) > 0 ? this.#surprises[row]![hour % this.limits.hours]! : Number.NaN
  }

  /**
   * Adds an hour. Hours come in order; one that is left out has no data.
   *
   * @throws RangeError for an hour that is not after the last one
   */
  append(added: FrameHour): void {
    const { hour, samples } = added
    const column = this.#begin(hour, samples)
    for (const shares of this.#shares) shares[column] = 0
    if (samples > 0) this.#fill(added, column)
    this.#compare(hour, column)
  }

  /** The last hour, to be kept. At least one was appended. */
  lastColumn(): HistoryColumn {
    return this.#columnOf(this.#last, this.#followed)
  }

  /** All hours, to be kept: put back in this order they are this history. */
  columns(): HistoryColumn[] {
    const hours = [...this.#hourOf].filter((hour) => hour >= 0).sort((a, b) => a - b)
    return hours.map((hour, i) =>
      this.#columnOf(hour, i === 0 ? this.names.map((name, row) => ({ row, name })) : []),
    )
  }

  #columnOf(hour: number, followed: HistoryColumn['followed']): HistoryColumn {
    const column = hour % this.limits.hours
    const of = (rows: readonly Float32Array[]): Float32Array => Float32Array.from(rows, (row) => row[column]!)
    const [shares, steps, surprises] = [of(this.#shares), of(this.#steps), of(this.#surprises)]
    return { hour, samples: this.samples(hour), followed, shares, steps, surprises }
  }

  /**
   * Puts back an hour that was kept: after all of them, in their order, the history is what it was. Compares nothing.
   *
   * @throws RangeError where it is no column of this history
   */
  restore({ hour, samples, followed, shares, steps, surprises }: HistoryColumn): void {
    const column = this.#begin(hour, samples)
    for (const { row, name } of followed) {
      if (row > this.names.length) throw new RangeError(`row ${row} comes before row ${this.names.length}`)
      this.#give(row, name)
    }
    if (shares.length !== this.names.length) throw new RangeError('it has other rows than this history')
    for (let row = 0; row < shares.length; row++) {
      this.#shares[row]![column] = shares[row]!
      this.#steps[row]![column] = steps[row]!
      this.#surprises[row]![column] = surprises[row]!
    }
  }

  /** @returns the hour's column */
  #begin(hour: number, samples: number): number {
    if (hour <= this.#last) throw new RangeError(`hour ${hour} is not after ${this.#last}`)
    const column = hour % this.limits.hours
    this.#hourOf[column] = hour
    this.#samples[column] = samples
    this.#last = hour
    this.#followed = []
    return column
  }

  #fill({ samples, names, counts }: FrameHour, column: number): void {
    const unknown: number[] = []
    for (let i = 0; i < names.length; i++) {
      const row = this.#rowOf.get(names[i]!)
      if (row !== undefined) this.#shares[row]![column] = counts[i]! / samples
      else if (counts[i]! / samples >= this.limits.floor) unknown.push(i)
    }
    // The heaviest first: they are the ones to follow where there is not room for all.
    unknown.sort((a, b) => counts[b]! - counts[a]!)
    const idle = this.#idleRows(column)
    for (const i of unknown) {
      const row = this.#follow(names[i]!, idle)
      if (row === undefined) return
      this.#shares[row]![column] = counts[i]! / samples
    }
  }

  /** A new row, if there is room; a frame below the floor until now counts as 0 in the hours before. */
  #follow(name: string, idle: Iterator<number>): number | undefined {
    const row = this.names.length < this.limits.frames ? this.names.length : idle.next().value
    if (row === undefined) return undefined
    this.#followed.push({ row, name })
    this.#give(row, name)
    return row
  }

  #give(row: number, name: string): void {
    if (row < this.names.length) this.#rowOf.delete(this.names[row]!)
    this.names[row] = name
    this.#rowOf.set(name, row)
    this.#shares[row] = new Float32Array(this.limits.hours)
    this.#steps[row] = new Float32Array(this.limits.hours)
    this.#surprises[row] = new Float32Array(this.limits.hours)
  }

  /** Rows of frames that were below the floor for the whole last day and are so in this hour. */
  *#idleRows(column: number): Generator<number, undefined> {
    const columns = [column, ...this.#dayBefore(this.#last)]
    for (const [row, shares] of this.#shares.entries()) {
      if (columns.every((at) => shares[at]! < this.limits.floor)) yield row
    }
    return undefined
  }

  #compare(hour: number, column: number): void {
    const dayBefore = this.#dayBefore(hour)
    const alike = this.#hoursAlike(hour)
    const values = new Float64Array(dayBefore.length)
    const steps = new Float64Array(alike.length)
    for (const [row, shares] of this.#shares.entries()) {
      let step = Number.NaN
      if (dayBefore.length >= enoughOfADay) {
        for (let k = 0; k < dayBefore.length; k++) values[k] = shares[dayBefore[k]!]!
        step = shares[column]! - median(values)
      }
      this.#steps[row]![column] = step
      for (let k = 0; k < alike.length; k++) steps[k] = this.#steps[row]![alike[k]!]!
      this.#surprises[row]![column] = step - usualStep(steps)
    }
  }

  /** The columns of those of the 24 hours before that have data. */
  #dayBefore(hour: number): number[] {
    const columns: number[] = []
    for (let back = 1; back <= day; back++) {
      if (hour - back >= 0 && this.samples(hour - back) > 0) columns.push((hour - back) % this.limits.hours)
    }
    return columns
  }

  /** The columns of the same hour on like days, where their steps are known. */
  #hoursAlike(hour: number): number[] {
    const known = (then: number) => this.samples(then) > 0 && this.#dayBefore(then).length >= enoughOfADay
    return likeHours(hour, this.limits.hours - day)
      .filter(known)
      .slice(0, mostAlike)
      .map((then) => then % this.limits.hours)
  }
}

/** The same hour on days that follow a day as this one's does, at most so many hours ago; the latest first. */
export function likeHours(hour: number, ago: number): number[] {
  const hours: number[] = []
  for (let then = hour - day; then >= Math.max(0, hour - ago); then -= day) {
    if (kindOfDay(then) === kindOfDay(hour)) hours.push(then)
  }
  return hours
}

/** What to expect of an hour by those like it; NaN where there are not even two. Sorts in place. */
function usualStep(steps: Float64Array): number {
  if (steps.length < 2) return Number.NaN
  // Of two or three past Saturdays one may have been an incident: the larger step is the safer expectation.
  return steps.length < 4 ? steps.sort().at(-1)! : median(steps)
}

/** Days differ in what they follow: 0 Tuesday to Friday, 1 Saturday, 2 Sunday, 3 Monday. 1970 began on a Thursday. */
function kindOfDay(hour: number): number {
  const weekday = (Math.floor(hour / day) + 4) % 7
  return weekday === 6 ? 1 : weekday === 0 ? 2 : weekday === 1 ? 3 : 0
}

/** Sorts in place. At least one value. */
export function median(values: Float64Array): number {
  values.sort()
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}
