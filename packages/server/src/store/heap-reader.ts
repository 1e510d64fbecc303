import type { BlockRecord } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey } from '../storage/ports.ts'
import { readFleet } from './fleet-section.ts'
import { readHeaps, readWholeHeap } from './heap-section.ts'
import { type Heap, HeapSum } from './heap-sum.ts'
import type { Admits } from './profile-filter.ts'
import type { SealedFile } from './sealed-file.ts'
import { isWholeSum, readSealed, sumParts, unlessDamaged } from './sum-parts.ts'

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
    let isDamaged = false
    const read = await sumParts(
      blocks,
      from,
      to,
      () => new HeapSum(),
      async (heaps, part) => {
        const said = await this.#read(group, part, async (file) => ({
          heaps: await readWholeHeap(file, part.start),
        }))
        isDamaged ||= said === null
        return this.#add(heaps, said?.heaps ?? null)
      },
    )
    return { heap: read.sum.heap(), isWhole: isWholeSum(read, blocks, from, to, isDamaged) }
  }

  /** From some origins only, in any of the blocks. @param blocks windows' */
  async sumAdmitted(group: GroupKey, blocks: readonly BlockRecord[], admits: Admits): Promise<Heap> {
    const sum = new HeapSum()
    for (const block of blocks)
      this.#add(sum, await this.#read(group, block, (file) => admitted(file, block.start, admits)))
    return sum.heap()
  }

  #add(sum: HeapSum, heaps: readonly Heap[] | null): boolean {
    for (const heap of heaps ?? []) sum.add(heap)
    return heaps !== null
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

async function admitted(file: SealedFile, start: number, admits: Admits): Promise<readonly Heap[]> {
  const sealed = await readFleet(file, start)
  if (sealed === null) return []
  const isWanted = sealed.fleet.rows.map(({ origin }) => admits(origin))
  if (!isWanted.includes(true)) return []
  return readHeaps(file, start, (row) => isWanted[row] === true)
}
