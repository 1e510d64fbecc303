import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { readFleet } from './fleet-section.ts'
import { readHeaps, readWholeHeap } from './heap-section.ts'
import { type Heap, HeapSum } from './heap-sum.ts'
import type { Admits } from './profile-filter.ts'
import type { SealedFile } from './sealed-file.ts'
import { readSealed, sumSaid, unlessDamaged } from './sum-parts.ts'

/** Heap summaries that are sealed, from blocks of any age. */
export class HeapReader {
  readonly #blobs: BlobStore
  readonly #onDamage: (damage: Damage) => void

  constructor(blobs: BlobStore, onDamage: (damage: Damage) => void) {
    this.#blobs = blobs
    this.#onDamage = onDamage
  }

  /** All of [from, to). @param blocks every block of the group that overlaps it */
  async sum(
    group: GroupKey,
    blocks: readonly BlockRecord[],
    from: number,
    to: number,
  ): Promise<{ readonly heap: Heap; readonly isWhole: boolean }> {
    const { sum, isWhole } = await sumSaid(
      blocks,
      from,
      to,
      () => new HeapSum(),
      (part) => this.#read(group, part, async (file) => ({ said: await readWholeHeap(file, part.start) })),
      addHeaps,
    )
    return { heap: sum.heap(), isWhole }
  }

  /** From some origins only, in any of the blocks. @param blocks windows' */
  async sumAdmitted(group: GroupKey, blocks: readonly BlockRecord[], admits: Admits): Promise<Heap> {
    const sum = new HeapSum()
    for (const block of blocks)
      addHeaps(sum, (await this.#read(group, block, (file) => admitted(file, block.start, admits))) ?? [])
    return sum.heap()
  }

  #read<T>(
    group: GroupKey,
    { key, profiles }: BlockRecord,
    read: (file: SealedFile) => Promise<T>,
  ): Promise<T | null> {
    return unlessDamaged(this.#onDamage, `heap summaries of ${profiles} profiles of one group`, () =>
      readSealed(this.#blobs, group, key, read),
    )
  }
}

function addHeaps(sum: HeapSum, heaps: readonly Heap[]): void {
  for (const heap of heaps) sum.add(heap)
}

async function admitted(file: SealedFile, start: number, admits: Admits): Promise<readonly Heap[]> {
  const sealed = await readFleet(file, start)
  if (sealed === null) return []
  const isWanted = sealed.fleet.rows.map(({ origin }) => admits(origin))
  if (!isWanted.includes(true)) return []
  return readHeaps(file, start, (row) => isWanted[row] === true)
}
