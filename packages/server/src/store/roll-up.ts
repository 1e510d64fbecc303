import { randomUUID } from 'node:crypto'
import { type BlockRecord, levelMilliseconds, type Manifest, type RollUpLevel } from '../storage/manifest.ts'
import { type BlobStore, type GroupKey, StorageSyncError } from '../storage/ports.ts'
import type { BlockReader } from './block-reader.ts'
import { encodeAttributes, encodeSums } from './block-sections.ts'
import { keyBeginning } from './checked-manifest.ts'
import { finerThan, isSumOfFiner, profilesOf } from './cover.ts'
import { dayOf } from './day-epochs.ts'
import type { FleetReader } from './fleet-reader.ts'
import { encodeFleet } from './fleet-section.ts'
import type { HeapReader } from './heap-reader.ts'
import { encodeHeaps } from './heap-section.ts'
import { encodeSealedFile, type NewSection } from './sealed-file.ts'
import type { SeriesReader } from './series-reader.ts'

/** How many are made before others get their turn. */
const atOnce = 64

export interface RollUpSources {
  readonly manifest: Manifest
  readonly blobs: BlobStore
  readonly blocks: BlockReader
  readonly fleets: FleetReader
  readonly series: SeriesReader
  readonly heaps: HeapReader
  readonly groups: ReadonlyMap<string, GroupKey>
  readonly isStopping: () => boolean
  /** Removes blobs once no question that may have chosen them is being answered. */
  readonly discard: (keys: readonly string[]) => Promise<void>
}

/** Makes the hours', then the days' roll-ups that are over and not up to date. A day is the sum of its hours. */
export async function rollUp(sources: RollUpSources, now: number): Promise<void> {
  let failure: Error | null = null
  for (const level of ['PT1H', 'P1D'] as const) {
    // Each place once: one that stays due (its group is being deleted, or it is damaged) must not hold up the others.
    let due = await sources.manifest.dueRollUps(level, now, atOnce)
    while (due.length > 0) {
      for (const { groupId, start } of due) {
        if (sources.isStopping()) return
        const group = sources.groups.get(groupId)
        if (group === undefined) continue
        try {
          await makeRollUp(sources, group, level, start)
        } catch (error) {
          if (error instanceof StorageSyncError) throw error
          failure ??= error as Error
        }
      }
      due = await sources.manifest.dueRollUps(level, now, atOnce, due.at(-1))
    }
  }
  if (failure !== null) throw failure
}

async function makeRollUp(
  { manifest, blobs, blocks, fleets, heaps, series, discard }: RollUpSources,
  group: GroupKey,
  level: RollUpLevel,
  start: number,
): Promise<void> {
  const to = start + levelMilliseconds[level]
  const known = await manifest.blocks({ groupId: group.id, from: start, to })
  const made = ingredients(known, level, start)
  const { sums, parts, isWhole } = await blocks.sum(group, dayOf(start), made, start, to)
  // One that left something out would hide the damage for ever: the finer blocks go on answering, and it stays due.
  if (sums === null || !isWhole || parts.length === 0) return
  const fleet = await fleets.sum(group, made, start, to)
  const heap = await heaps.sum(group, made, start, to)
  if (!fleet.isWhole || !heap.isWhole) return
  const key = keyBeginning({ groupId: group.id, level, start }) + randomUUID()
  const sections: NewSection[] = [
    ['sums', encodeSums(sums.vectors())],
    ['attributes', encodeAttributes(sums.attributes.news(), sums.epoch.trie)],
    ['fleet', encodeFleet(start, { fleet: fleet.fleet, rowOf: null })],
    ['heap', encodeHeaps(heap.heap.reports === 0 ? [] : [{ row: 0, heap: heap.heap }])],
  ]
  // Of windows that are kept no longer nothing is asked in their steps.
  if (level === 'PT1H' && parts.every((part) => part.level === 'PT5M')) {
    const written = await series.encode(group, sums.epoch, parts)
    if (written === null) return
    // The index first, where the header is.
    sections.unshift(['series', written.index])
    for (const [part, bytes] of written.parts.entries()) sections.push(['seriesPart', bytes, part])
  }
  await blobs.put(key, encodeSealedFile(group.dataKey, key, sections))
  const replaced = await manifest.putRollUp({
    groupId: group.id,
    level,
    start,
    key,
    profiles: profilesOf(parts),
    receivedAt: parts.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0),
    through: parts.reduce((last, part) => Math.max(last, part.level === 'PT5M' ? part.id : part.through), 0),
  })
  await discard(replaced)
}

/**
 * What a roll-up is made of: the finer blocks it is the sum of; where some of them are kept no longer, the roll-up it takes
 * the place of, and what came since. Pure.
 *
 * @param known every block that overlaps its time
 */
function ingredients(known: readonly BlockRecord[], level: RollUpLevel, start: number): BlockRecord[] {
  const finer = finerThan({ level }, known)
  const before = known.find((block) => block.level === level && block.start === start)
  if (before === undefined) return finer
  return isSumOfFiner(before, known) ? finer : [...finer, before]
}
