import { type Origin, originKey } from './origin.ts'

/** What profiles say that were sent over a time. Instants and durations in milliseconds. */
export interface FleetFigures {
  /** Of the first profile, and end of the last. */
  readonly firstStart: number
  readonly lastEnd: number
  readonly profiles: number
  /** Sums of what agents report of themselves. */
  readonly durationInMs: number
  readonly overheadInMs: number
  /** The greatest one reported. */
  readonly overheadInMB: number
}

/** One origin's. */
export interface FleetRow extends FleetFigures {
  readonly origin: Origin
}

export interface Fleet {
  readonly rows: readonly FleetRow[]
  /** Of profiles whose origin is not listed: it is among too many, or what knew it is gone. Null where there are none. */
  readonly rest: FleetFigures | null
}

/** What a block says of its fleet. */
export interface SealedFleet {
  readonly fleet: Fleet
  /** Of a window: for each of its profiles the row it belongs to. Null for a roll-up's. */
  readonly rowOf: Int32Array | null
}

/** Text is bounded beside rows: an origin may take 16 kB. */
const maxListed = { rows: 10_000, characters: 4 * 1024 * 1024 }

/** Of nothing: what it is added to stays as it is. */
export const noFigures: FleetFigures = {
  firstStart: Number.POSITIVE_INFINITY,
  lastEnd: 0,
  profiles: 0,
  durationInMs: 0,
  overheadInMs: 0,
  overheadInMB: 0,
}

const rowBytes = 400

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Adds up fleets: rows by origin, in the order in which they came. */
export class FleetSum {
  readonly #isBounded: boolean
  /** Key → row. */
  readonly #rows = new Map<string, { readonly place: number; readonly row: Mutable<FleetRow> }>()
  #characters = 0
  #rest: Mutable<FleetFigures> | null = null

  /** @param isBounded whether rows beyond a bound become one: those of the fewest profiles, the oldest first */
  constructor({ isBounded }: { readonly isBounded: boolean }) {
    this.#isBounded = isBounded
  }

  /** About. */
  get byteLength(): number {
    return this.#rows.size * rowBytes + this.#characters * 2
  }

  /** @returns the row's place among all, where they are not bounded */
  add(row: FleetRow): number {
    const key = originKey(row.origin)
    const known = this.#rows.get(key)
    if (known !== undefined) {
      merge(known.row, row)
      return known.place
    }
    const place = this.#rows.size
    this.#rows.set(key, { place, row: { ...row } })
    this.#characters += key.length
    // Not at each row, so that a million of them cost as much as one sort of the bound for each time it is exceeded.
    if (this.#rows.size > 2 * maxListed.rows || this.#characters > 2 * maxListed.characters) this.#bound()
    return place
  }

  addRest(figures: FleetFigures): void {
    this.#rest ??= { ...noFigures }
    merge(this.#rest, figures)
  }

  addAll({ rows, rest }: Fleet): void {
    for (const row of rows) this.add(row)
    if (rest !== null) this.addRest(rest)
  }

  /** The sum so far. */
  fleet(): Fleet {
    this.#bound()
    return { rows: [...this.#rows.values()].map(({ row }) => row), rest: this.#rest }
  }

  #bound(): void {
    const { rows, characters } = maxListed
    if (!this.#isBounded || (this.#rows.size <= rows && this.#characters <= characters)) return
    const ranked = [...this.#rows].sort(
      ([oneKey, { row: one }], [otherKey, { row: other }]) =>
        other.profiles - one.profiles || other.lastEnd - one.lastEnd || (oneKey < otherKey ? -1 : 1),
    )
    let left = characters
    for (const [place, [key, { row }]] of ranked.entries()) {
      left -= key.length
      if (place < rows && left >= 0) continue
      this.#rows.delete(key)
      this.#characters -= key.length
      this.addRest(row)
    }
  }
}

export function sumFigures(all: readonly FleetFigures[]): FleetFigures {
  const sum = { ...noFigures }
  for (const figures of all) merge(sum, figures)
  return sum
}

function merge(into: Mutable<FleetFigures>, more: FleetFigures): void {
  into.firstStart = Math.min(into.firstStart, more.firstStart)
  into.lastEnd = Math.max(into.lastEnd, more.lastEnd)
  into.profiles += more.profiles
  into.durationInMs += more.durationInMs
  into.overheadInMs += more.overheadInMs
  into.overheadInMB = Math.max(into.overheadInMB, more.overheadInMB)
}
