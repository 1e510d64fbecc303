import { formatTimestamp } from '@wick/wire'
import type { BlockRecord, Manifest } from '../../storage/manifest.ts'
import type {
  ArchivePage,
  ArchivePlace,
  ArchiveQuery,
  BlobStore,
  Damage,
  GroupKey,
} from '../../storage/ports.ts'
import { breather } from '../breather.ts'
import { type DayEpochs, dayOf } from '../day-epochs.ts'
import { type BodyLimits, bodyLimits, isTooLong, lengthOf } from '../profile-body.ts'
import { readFailure } from '../read-failure.ts'
import { unlessDamaged } from '../sum-parts.ts'
import { type ArchiveRecord, encodeAbout, encodeChunk, encodeRecord } from './archive-format.ts'
import { archivedBlocks } from './archived-blocks.ts'
import { type BlockRecords, openBlockRecords } from './block-records.ts'

export interface ArchiveSources {
  readonly manifest: Manifest
  readonly blobs: BlobStore
  readonly epochs: DayEpochs
  readonly groups: ReadonlyMap<string, GroupKey>
  readonly onDamage: (damage: Damage) => void
  /** How long a record may be, unless told. */
  readonly limits?: BodyLimits
}

const pageBlocks = 64

/**
 * The next page of an archive of what is sealed: a chunk of records, the first page with the chunk about it before and
 * the last one with the end behind. What cannot be read is reported and left out. Null where there is no such group.
 */
export async function archivePage(
  { manifest, blobs, epochs, groups, onDamage, limits = bodyLimits }: ArchiveSources,
  { groupId, from, to, about, pageBytes, after }: ArchiveQuery,
): Promise<ArchivePage | null> {
  const group = groups.get(groupId)
  if (group === undefined) return null
  // Which blocks are chosen is a matter of each day.
  const begin = after === null ? from : Math.max(from, dayOf(after.start))
  const all = archivedBlocks(await manifest.blocks({ groupId, from: begin, to }), begin, to)
  const blocks = after === null ? all : all.filter((block) => !isBefore(block, after))
  const parts: Uint8Array[] = []
  let [bytes, profiles, lost] = [0, 0, 0]
  const breathe = breather()
  let next: Omit<ArchivePlace, 'chunk'> | null = null
  for (const [i, block] of blocks.entries()) {
    if (i === pageBlocks) next = { start: block.start, id: block.id, index: 0 }
    if (next !== null) break
    const first = after !== null && block.id === after.id ? after.index : 0
    const opened = await unlessUnreadable(onDamage, block, async () =>
      openBlockRecords(blobs, group, block, (await epochs.get(group, dayOf(block.start))).epoch),
    )
    if (opened === null) lost += block.profiles
    for (let index = first; index < (opened?.length ?? 0); index++) {
      if (bytes >= pageBytes) {
        next = { start: block.start, id: block.id, index }
        break
      }
      const record = recordUnlessTooLong(opened!, index, limits)
      if (record === null) lost += block.level === 'PT5M' ? 1 : block.profiles
      else {
        parts.push(...encodeRecord(record))
        bytes += lengthOf(record)
        profiles += record.profiles
      }
      await breathe()
    }
  }
  let chunk = after?.chunk ?? 0
  const chunks: Uint8Array[] = []
  if (after === null)
    chunks.push(
      await encodeChunk(
        'about',
        chunk++,
        encodeAbout({ ...about, startTime: formatTimestamp(from), endTime: formatTimestamp(to) }),
      ),
    )
  if (parts.length > 0) chunks.push(await encodeChunk('records', chunk++, Buffer.concat(parts)))
  if (next === null) chunks.push(await encodeChunk('end', chunk, new Uint8Array(0)))
  const left = next === null ? 0 : blocks.reduce((sum, block) => sum + profilesLeft(block, next), 0)
  return {
    bytes: Uint8Array.from(Buffer.concat(chunks)),
    profiles,
    lost,
    left,
    next: next === null ? null : { ...next, chunk },
  }
}

/** Also what the disk does not give back is reported, and null: what is left of a failing disk is to be saved. */
async function unlessUnreadable<T>(
  onDamage: (damage: Damage) => void,
  { key, profiles }: BlockRecord,
  read: () => Promise<T>,
): Promise<T | null> {
  const lost = `${profiles} profiles of one group`
  try {
    return await unlessDamaged(onDamage, lost, read)
  } catch (error) {
    const failure = readFailure(error)
    if (failure === null) throw error
    onDamage({ file: key, offset: 0, lost: `${lost}, as long as ${failure}` })
    return null
  }
}

/** Null where it has no room in any chunk. */
function recordUnlessTooLong(records: BlockRecords, index: number, limits: BodyLimits): ArchiveRecord | null {
  try {
    return records.record(index, limits)
  } catch (error) {
    if (isTooLong(error)) return null
    throw error
  }
}

function isBefore({ start, id }: BlockRecord, place: Pick<ArchivePlace, 'start' | 'id'>): boolean {
  return start < place.start || (start === place.start && id < place.id)
}

function profilesLeft(block: BlockRecord, place: Omit<ArchivePlace, 'chunk'>): number {
  if (isBefore(block, place)) return 0
  return block.id === place.id ? block.profiles - (block.level === 'PT5M' ? place.index : 0) : block.profiles
}
