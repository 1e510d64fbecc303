import { grown } from '@wick/profile'

const nameBytes = 120

/** Names, each a number from its first use on. */
export class TypeNames {
  readonly #numbers = new Map<string, number>()
  /** By number. */
  readonly list: string[] = []

  /** About. */
  get byteLength(): number {
    return this.list.length * nameBytes
  }

  number(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.list.length)
    return this.list.push(name) - 1
  }
}

/** The sum of some of a window's heap summaries: those of one row of its fleet. */
export interface SealedHeap {
  readonly row: number
  readonly heap: Heap
}

/** What heap summaries add up to. Whole numbers, exact up to 2^53. */
export interface Heap {
  /** How many summaries. */
  readonly reports: number
  /** Sums over the summaries. */
  readonly capacityBytes: number
  readonly usedBytes: number
  /** Of the one with the most. */
  readonly maxUsedBytes: number
  /** Names of the types. */
  readonly names: TypeNames
  /** Columns: bytes and objects of each type, summed; a type stands once. */
  readonly types: Int32Array
  readonly bytes: Float64Array
  readonly counts: Float64Array
  /** Of all further types together. */
  readonly otherBytes: number
  readonly otherCount: number
}

/** The same heap in other numbers; `names` learns what it lacks. */
export function renumbered(heap: Heap, names: TypeNames): Heap {
  return { ...heap, names, types: heap.types.map((type) => names.number(heap.names.list[type]!)) }
}

/** Types that a sum keeps apart: the heaviest. */
const maxTypes = 1000

/** Adds up heap summaries. Types beyond a bound become one, the lightest first; nothing is lost from the totals. */
export class HeapSum {
  readonly #figures = { reports: 0, capacityBytes: 0, usedBytes: 0, maxUsedBytes: 0 }
  #names = new TypeNames()
  /** By number of the name. */
  #bytes = new Float64Array(0)
  #counts = new Float64Array(0)
  #otherBytes = 0
  #otherCount = 0
  /** Whose numbers were added last, and what they are here: number + 1. Heaps mostly come with one list of names. */
  #mapped: { readonly names: TypeNames; to: Int32Array } | null = null

  get reports(): number {
    return this.#figures.reports
  }

  add(heap: Heap): void {
    const { reports, capacityBytes, usedBytes, maxUsedBytes, otherBytes, otherCount } = heap
    const figures = this.#figures
    figures.reports += reports
    figures.capacityBytes += capacityBytes
    figures.usedBytes += usedBytes
    figures.maxUsedBytes = Math.max(figures.maxUsedBytes, maxUsedBytes)
    this.#otherBytes += otherBytes
    this.#otherCount += otherCount
    const to = this.#mapOf(heap.names)
    for (let i = 0; i < heap.types.length; i++) {
      const theirs = heap.types[i]!
      if (to[theirs] === 0) to[theirs] = this.#names.number(heap.names.list[theirs]!) + 1
    }
    const length = this.#names.list.length
    this.#bytes = grown(this.#bytes, length)
    this.#counts = grown(this.#counts, length)
    for (let i = 0; i < heap.types.length; i++) {
      const type = to[heap.types[i]!]! - 1
      this.#bytes[type]! += heap.bytes[i]!
      this.#counts[type]! += heap.counts[i]!
    }
    if (length > 2 * maxTypes) this.#bound()
  }

  #mapOf(names: TypeNames): Int32Array {
    if (this.#mapped?.names !== names) this.#mapped = { names, to: new Int32Array(names.list.length) }
    this.#mapped.to = grown(this.#mapped.to, names.list.length)
    return this.#mapped.to
  }

  /** The sum so far; it may be added to further. */
  heap(): Heap {
    this.#bound()
    const length = this.#names.list.length
    return {
      ...this.#figures,
      names: this.#names,
      types: Int32Array.from({ length }, (_, type) => type),
      bytes: this.#bytes.slice(0, length),
      counts: this.#counts.slice(0, length),
      otherBytes: this.#otherBytes,
      otherCount: this.#otherCount,
    }
  }

  #bound(): void {
    const { list } = this.#names
    if (list.length <= maxTypes) return
    const [bytes, counts] = [this.#bytes, this.#counts]
    const ranked = [...list.keys()].sort((a, b) => bytes[b]! - bytes[a]! || (list[a]! < list[b]! ? -1 : 1))
    this.#names = new TypeNames()
    this.#mapped = null
    this.#bytes = new Float64Array(maxTypes)
    this.#counts = new Float64Array(maxTypes)
    for (const [place, type] of ranked.entries()) {
      if (place < maxTypes) {
        this.#names.number(list[type]!)
        this.#bytes[place] = bytes[type]!
        this.#counts[place] = counts[type]!
      } else {
        this.#otherBytes += bytes[type]!
        this.#otherCount += counts[type]!
      }
    }
  }
}
