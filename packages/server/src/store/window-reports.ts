import type { ProfileNote } from './block-sections.ts'
import { type FleetRow, FleetSum, type SealedFleet } from './fleet-sum.ts'
import { heapOf } from './heap-report.ts'
import { type Heap, HeapSum, renumbered, type SealedHeap, TypeNames } from './heap-sum.ts'
import { reportOf } from './origin.ts'
import type { Admits } from './profile-filter.ts'

/** What the profiles of one window say beside their samples. */
export class WindowReports {
  readonly #fleet = new FleetSum({ isBounded: false })
  readonly #rowOf: number[] = []
  readonly #names = new TypeNames()
  /** One for each profile that has one. */
  readonly #heaps: SealedHeap[] = []

  /** About. */
  get byteLength(): number {
    let sum = this.#fleet.byteLength + this.#rowOf.length * 8 + this.#names.byteLength
    for (const { heap } of this.#heaps) sum += 200 + heap.types.length * 20
    return sum
  }

  add(note: Omit<ProfileNote, 'receivedAt'>): void {
    const row = this.#fleet.add(fleetRow(note))
    this.#rowOf.push(row)
    const heap = heapOf(note.extras)
    if (heap !== null) this.#heaps.push({ row, heap: renumbered(heap, this.#names) })
  }

  fleet(): SealedFleet {
    return { fleet: this.#fleet.fleet(), rowOf: Int32Array.from(this.#rowOf) }
  }

  /** Those that came from some origins, or from any where it is null. */
  heapsOf(admits: Admits | null): Heap[] {
    if (admits === null) return this.#heaps.map(({ heap }) => heap)
    const isWanted = this.#fleet.fleet().rows.map(({ origin }) => admits(origin))
    return this.#heaps.flatMap(({ row, heap }) => (isWanted[row] ? [heap] : []))
  }

  /** For each row of the fleet with heap summaries their sum. */
  heaps(): SealedHeap[] {
    return [...Map.groupBy(this.#heaps, ({ row }) => row)]
      .sort(([a], [b]) => a - b)
      .map(([row, some]) => ({ row, heap: sumOf(some) }))
  }

  /** Their sum; null where no profile has one. */
  heap(): Heap | null {
    return this.#heaps.length === 0 ? null : sumOf(this.#heaps)
  }
}

export function reportsOf(notes: readonly ProfileNote[]): WindowReports {
  const reports = new WindowReports()
  for (const note of notes) reports.add(note)
  return reports
}

function fleetRow({ start, end, extras }: Omit<ProfileNote, 'receivedAt'>): FleetRow {
  const { origin, ...figures } = reportOf(extras)
  return { origin, firstStart: start, lastEnd: end, profiles: 1, ...figures }
}

function sumOf(heaps: readonly SealedHeap[]): Heap {
  const sum = new HeapSum()
  for (const { heap } of heaps) sum.add(heap)
  return sum.heap()
}
