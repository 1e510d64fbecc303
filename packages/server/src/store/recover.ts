import type { Manifest } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey, Journal } from '../storage/ports.ts'
import { scanSegment } from './scan-segment.ts'
import { SegmentIndex } from './segment-index.ts'
import { decodeTokenList, hasToken } from './token-list.ts'
import { TokenMemory } from './token-memory.ts'

export interface RecoverySources {
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly manifest: Manifest
  readonly onDamage: (damage: Damage) => void
}

export interface Recovered {
  readonly index: SegmentIndex
  readonly tokens: TokenMemory
  /** Segments with a record that is not what was written. */
  readonly damaged: ReadonlySet<string>
  /** Oldest first. */
  readonly segments: readonly string[]
}

const noToken = new Uint8Array(16)

/**
 * Makes memory what the disk says after a start. A sealing that was cut off is completed where it was committed. A torn
 * tail is what a crash leaves of a segment: reported and cut off. Damage elsewhere is reported; what is before it is
 * served, and so are the groups it does not concern.
 *
 * @throws SegmentFormatError, TokenListTooNew where a file is of another format version
 */
export async function recover(
  sources: RecoverySources,
  groups: ReadonlyMap<string, GroupKey>,
  tokenLifetime: number,
): Promise<Recovered> {
  const { journal, manifest } = sources
  await removeSealed(sources)
  const index = new SegmentIndex()
  const tokens = new TokenMemory(tokenLifetime)
  const damaged = new Set<string>()
  for (const { groupId, latestWindow, receivedAt } of await manifest.latest())
    index.learn(groupId, latestWindow, receivedAt)
  await recallTokens(sources, tokens)
  const segments = await journal.segments()
  for (const segment of segments) {
    const isSound = await readSegment(sources, groups, segment, index, tokens)
    if (!isSound) damaged.add(segment)
  }
  return { index, tokens, damaged, segments }
}

/** Segments that blocks have taken the place of. */
async function removeSealed({ journal, manifest }: RecoverySources): Promise<void> {
  const sealed = await manifest.sealedSegments()
  for (const segment of sealed) await journal.remove(segment)
  if (sealed.length > 0) await manifest.forgetSegments(sealed)
}

async function recallTokens(
  { blobs, manifest, onDamage }: RecoverySources,
  tokens: TokenMemory,
): Promise<void> {
  for (const { key } of await manifest.tokenLists()) {
    const list = decodeTokenList(key, (await blobs.get(key)) ?? new Uint8Array(0))
    if (list === null)
      onDamage({
        file: key,
        offset: 0,
        lost: 'a list of tokens: a retry of a profile in it would be counted again',
      })
    for (const { tokenHash, bodyDigest, receivedAt } of list ?? [])
      tokens.remember(tokenHash, bodyDigest, receivedAt)
  }
}

/** Reads a segment's record headers. @returns whether all of it, but for a torn tail, is what was written */
async function readSegment(
  { journal, onDamage }: RecoverySources,
  groups: ReadonlyMap<string, GroupKey>,
  segment: string,
  index: SegmentIndex,
  tokens: TokenMemory,
): Promise<boolean> {
  // The header comes with the first record at the latest.
  const records: Parameters<Parameters<typeof scanSegment>[2]>[0][] = []
  const scan = await named(
    segment,
    scanSegment(journal, segment, (record) => records.push(record)),
  )
  const segmentId = scan.header?.id ?? new Uint8Array(0)
  let isSound = scan.damaged.length === 0
  for (const { header, offset, length } of records) {
    const { groupId, ordinal, window, receivedAt, tokenHash, bodyDigest } = header
    if (hasToken(tokenHash)) tokens.remember(tokenHash, bodyDigest, receivedAt)
    if (!groups.has(groupId)) continue
    const place = index.at(groupId, segment, segmentId)
    if (place.isBroken) continue
    if (ordinal === place.records.length) {
      index.add(groupId, segment, segmentId, { offset, length, window }, receivedAt)
    } else {
      place.isBroken = true
      isSound = false
      const lost = `profiles of group ${groupId} from here on: one before them is missing`
      onDamage({ file: segment, offset, lost })
    }
  }
  for (const { offset, length } of scan.damaged)
    onDamage({ file: segment, offset, lost: `one record of ${length} bytes: its checksum is wrong` })
  if (scan.soundLength < scan.size) {
    const tail = `${scan.size - scan.soundLength} bytes that are no whole record`
    const isCut = await isCutOff(journal, segment, scan.soundLength)
    const lost = isCut ? `${tail}: an unfinished write, cut off and kept aside` : tail
    onDamage({ file: segment, offset: scan.soundLength, lost })
    isSound &&= isCut
  }
  return isSound
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

export { noToken }
