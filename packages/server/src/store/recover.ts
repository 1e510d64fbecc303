import type { Manifest } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey, Journal } from '../storage/ports.ts'
import { hasToken } from './profile-token.ts'
import { type FoundRecord, type SegmentScan, scanSegment } from './scan-segment.ts'
import { SealedTokens } from './sealed-tokens.ts'
import { segmentHeaderLength, segmentName } from './segment-format.ts'
import { SegmentIndex } from './segment-index.ts'
import { UnsealedTokens } from './unsealed-tokens.ts'

export interface RecoverySources {
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly manifest: Manifest
  readonly onDamage: (damage: Damage) => void
}

export interface Recovered {
  readonly index: SegmentIndex
  readonly unsealedTokens: UnsealedTokens
  readonly sealedTokens: SealedTokens
  /** Segments with a record that is not what was written. */
  readonly damaged: ReadonlySet<string>
  /** Oldest first. */
  readonly segments: readonly string[]
}

/**
 * Makes memory what the disk says after a start. A sealing that was cut off is completed where it was committed. A torn
 * tail is what a crash leaves of a segment: reported and cut off. Damage elsewhere is reported; what is before it is
 * served, and so are the groups it does not concern.
 *
 * @param mostTokenListBytes of lists of tokens that stay in memory once read
 * @throws SegmentFormatError, TokenListTooNew where a file is of another format version
 */
export async function recover(
  sources: RecoverySources,
  groups: ReadonlyMap<string, GroupKey>,
  mostTokenListBytes: number,
): Promise<Recovered> {
  const { journal, manifest } = sources
  const leftIn = await removeSealed(sources, groups)
  const index = new SegmentIndex()
  const unsealedTokens = new UnsealedTokens()
  const sealedTokens = new SealedTokens(sources, mostTokenListBytes)
  const damaged = new Set<string>()
  for (const { groupId, latestWindow, receivedAt } of await manifest.latest())
    index.learn(groupId, latestWindow, receivedAt)
  await sealedTokens.recall()
  const segments = await journal.segments()
  for (const segment of segments) {
    const left = leftIn.get(segment)
    const counting =
      left === undefined ? groups : new Map([...groups].filter(([groupId]) => left.includes(groupId)))
    const isSound = await readSegment(sources, counting, segment, index, unsealedTokens)
    if (!isSound || !(await holdsOthers(sources, groups, segment, left ?? []))) damaged.add(segment)
  }
  return { index, unsealedTokens, sealedTokens, damaged, segments }
}

/**
 * Segments that blocks have taken the place of. A damaged one is kept aside: the last start may have ended before that.
 *
 * @returns of those that are sealed in part, which groups are left in them
 */
async function removeSealed(
  { journal, manifest, onDamage }: RecoverySources,
  groups: ReadonlyMap<string, GroupKey>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const sealed = await manifest.sealedSegments()
  const there = new Set(sealed.length === 0 ? [] : await journal.segments())
  const leftIn = new Map<string, readonly string[]>()
  const gone: string[] = []
  for (const { name, left } of sealed) {
    const isNeeded = left.some((id) => groups.has(id))
    if (left.length > 0 && (isNeeded || there.has(name))) leftIn.set(name, left)
    else gone.push(name)
    if (isNeeded && !there.has(name))
      onDamage({ file: name, offset: 0, lost: 'all that was left in it: the segment is not there' })
  }
  for (const segment of gone) {
    if (!there.has(segment)) continue
    const { damaged } = await named(
      segment,
      scanSegment(journal, segment, () => {}),
    )
    if (damaged.length > 0) await journal.cut(segment, segmentHeaderLength)
    await journal.remove(segment)
  }
  if (gone.length > 0) await manifest.forgetSegments(gone)
  return leftIn
}

/**
 * Whether the groups left in a segment that there are no more have records in it, as one that was deleted has. Of one that
 * has none the catalog says something else than was written, and which group was left cannot be told.
 */
async function holdsOthers(
  { journal, onDamage }: RecoverySources,
  groups: ReadonlyMap<string, GroupKey>,
  segment: string,
  left: readonly string[],
): Promise<boolean> {
  const missing = new Set(left.filter((groupId) => !groups.has(groupId)))
  if (missing.size === 0) return true
  const { damaged } = await scanSegment(journal, segment, ({ header }) => void missing.delete(header.groupId))
  // Their records may be those that are damaged.
  if (missing.size === 0 || damaged.length > 0) return true
  const lost = 'what was left in it of a group: the catalog says another group than was written'
  onDamage({ file: segment, offset: 0, lost })
  return false
}

/** Reads a segment's record headers. @returns whether all of it, but for a torn tail, is what was written */
async function readSegment(
  { journal, onDamage }: RecoverySources,
  groups: ReadonlyMap<string, GroupKey>,
  segment: string,
  index: SegmentIndex,
  tokens: UnsealedTokens,
): Promise<boolean> {
  // The header comes with the first record at the latest.
  const records: FoundRecord[] = []
  const scan = await named(
    segment,
    scanSegment(journal, segment, (record) => records.push(record)),
  )
  if (scan.header !== null && segmentName(scan.header) !== segment) {
    onDamage({ file: segment, offset: 0, lost: 'all of it: in its place is another segment' })
    return false
  }
  const segmentId = scan.header?.id ?? new Uint8Array(0)
  const orphans: FoundRecord[] = []
  for (const { header, offset, length } of records) {
    const { groupId, ordinal, window, receivedAt } = header
    if (!groups.has(groupId)) continue
    if (hasToken(header)) tokens.remember(segment, header)
    const place = index.at(groupId, segment, segmentId)
    place.isBroken ||= ordinal !== place.records.length
    if (place.isBroken) orphans.push({ header, offset, length })
    else index.add(groupId, segment, segmentId, { offset, length, window }, receivedAt)
  }
  reportMissing(segment, scan.damaged, orphans, onDamage)
  let isSound = scan.damaged.length + orphans.length === 0
  if (scan.soundLength < scan.size) {
    const tail = `${scan.size - scan.soundLength} bytes that are no whole record`
    const isCut = await isCutOff(journal, segment, scan.soundLength)
    const lost = isCut ? `${tail}: an unfinished write, cut off and kept aside` : tail
    onDamage({ file: segment, offset: scan.soundLength, lost })
    isSound &&= isCut
  }
  return isSound
}

/** One report for each damaged place, with what cannot be read because of it. @param orphans records that need a missing one */
function reportMissing(
  segment: string,
  damaged: SegmentScan['damaged'],
  orphans: readonly FoundRecord[],
  onDamage: (damage: Damage) => void,
): void {
  const firsts = new Map<string, number>()
  for (const { header, offset } of orphans)
    if (!firsts.has(header.groupId)) firsts.set(header.groupId, offset)
  /** Where what a group's records need went missing: the last damage before the first of them, or there. */
  const causeOf = ({ header }: FoundRecord): number => {
    const first = firsts.get(header.groupId)!
    return damaged.findLast(({ offset }) => offset < first)?.offset ?? first
  }
  const byCause = Map.groupBy(orphans, causeOf)
  const lengths = new Map(damaged.map(({ offset, length }) => [offset, length]))
  for (const offset of new Set([...lengths.keys(), ...byCause.keys()])) {
    const length = lengths.get(offset)
    const needing = byCause.get(offset)?.length ?? 0
    const lost = [
      ...(length === undefined ? [] : [`${length} bytes that are not what was written`]),
      ...(needing === 0 ? [] : [`${needing} profiles behind that need what is missing`]),
    ]
    onDamage({ file: segment, offset, lost: lost.join('; ') })
  }
}

/** Where it fails (the disk is full), the tail stays: nothing is ever written after it, and the next start sees it again. */
function isCutOff(journal: Journal, segment: string, length: number): Promise<boolean> {
  return journal.cut(segment, length).then(
    () => true,
    () => false,
  )
}

async function named<T>(segment: string, scan: Promise<T>): Promise<T> {
  try {
    return await scan
  } catch (error) {
    throw Object.assign(error as Error, { message: `segment ${segment}: ${(error as Error).message}` })
  }
}
