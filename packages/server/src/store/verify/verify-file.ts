import type { BlockRecord } from '../../storage/manifest.ts'
import type { BlobStore, GroupKey, Journal } from '../../storage/ports.ts'
import { readBlockContent } from '../block-content.ts'
import { decodeProfiles, decodeVectors } from '../block-sections.ts'
import { Epoch } from '../epoch.ts'
import { readFleet } from '../fleet-section.ts'
import { readHeaps, readWholeHeap } from '../heap-section.ts'
import { readRecord } from '../record-content.ts'
import { scanSegment } from '../scan-segment.ts'
import type { SealedFile } from '../sealed-file.ts'
import type { SegmentGroup } from '../segment-index.ts'
import { SegmentRecords } from '../segment-records.ts'
import { SeriesIndex, SeriesPart } from '../series-section.ts'
import { readSealed } from '../sum-parts.ts'

/** One thing that is not what was written. */
export interface Fault {
  /** Byte at which it begins. */
  readonly offset: number
  readonly problem: string
}

/** What a block says of itself that the manifest says as well. */
export interface SaidOfBlock {
  /** Null where an older one does not say it. */
  readonly profiles: number | null
  /** When the last of its profiles was received; null of a roll-up, which does not say it. */
  readonly receivedAt: number | null
}

/**
 * Every section of a block: its tag, its length, and whether it says what it should.
 *
 * @param epoch of its day; null where that cannot be read, and only tags and lengths are looked at
 * @throws SealedFileDamaged
 */
export async function verifyBlock(
  blobs: BlobStore,
  group: GroupKey,
  { key, start }: Pick<BlockRecord, 'key' | 'start'>,
  epoch: Epoch | null,
): Promise<SaidOfBlock> {
  return readSealed(blobs, group, key, async (file) => {
    await file.check()
    if (epoch !== null) await readBlockContent(file, epoch)
    const vectors = await file.section('vectors')
    if (vectors !== null) decodeVectors(vectors)
    const section = await file.section('profiles')
    const profiles = section === null ? null : decodeProfiles(start, section)
    const fleet = (await readFleet(file, start))?.fleet ?? null
    await readWholeHeap(file, start)
    await readHeaps(file, start, () => true)
    await verifySeries(file)
    const inFleet = fleet?.rows.reduce((sum, row) => sum + row.profiles, fleet.rest?.profiles ?? 0) ?? null
    const receivedAt = profiles?.reduce((latest, note) => Math.max(latest, note.receivedAt), 0) ?? null
    return { profiles: profiles?.length ?? inFleet, receivedAt }
  })
}

/** @throws SealedFileDamaged */
export async function verifyPart(blobs: BlobStore, group: GroupKey, key: string): Promise<void> {
  await readSealed(blobs, group, key, (file) => file.check())
}

async function verifySeries(file: SealedFile): Promise<void> {
  const section = await file.section('series')
  if (section === null) return
  const index = new SeriesIndex(section)
  for (let part = 0; part < index.parts; part++) {
    const [bytes] = await file.parts('seriesPart', [part])
    new SeriesPart(bytes!, index.columns.length).verify()
  }
}

/**
 * Every record of a segment: of one that is written to its end the checksums from front to back, and of each group's
 * records in the index the tags, and whether they say what they should.
 */
export async function verifySegment(
  journal: Journal,
  segment: string,
  { isClosed, places }: { readonly isClosed: boolean; readonly places: ReadonlyMap<GroupKey, SegmentGroup> },
): Promise<Fault[]> {
  const faults: Fault[] = []
  if (isClosed) {
    const { header, damaged, soundLength, size } = await scanSegment(journal, segment, () => {})
    if (header === null && size > 0) faults.push({ offset: 0, problem: 'the header of a segment' })
    for (const { offset, length } of damaged)
      faults.push({ offset, problem: `one record of ${length} bytes` })
    if (header !== null && soundLength < size)
      faults.push({ offset: soundLength, problem: `${size - soundLength} bytes that are no whole record` })
  }
  for (const [group, place] of places) {
    const epoch = new Epoch()
    const report = ({ offset, lost }: { offset: number; lost: string }): void =>
      void faults.push({ offset, problem: lost })
    await new SegmentRecords(journal, group, place, report).forEachNew(({ form }, payload) => {
      readRecord(epoch, payload, form).extras()
    })
  }
  return faults
}
