import type { Damage, GroupKey, Journal } from '../storage/ports.ts'
import { scanSegment } from './scan-segment.ts'
import { SegmentIndex } from './segment-index.ts'
import { TokenMemory } from './token-memory.ts'

export interface Recovered {
  readonly index: SegmentIndex
  readonly tokens: TokenMemory
  /** Creation time of the latest segment; 0 where there is none. */
  readonly lastCreatedAt: number
}

const noToken = new Uint8Array(16)

/**
 * Reads every segment's record headers after a start. A torn tail of the newest segment is what a crash leaves: reported
 * and cut off. Damage elsewhere is reported; what is before it is served, and so are the groups it does not concern.
 *
 * @throws SegmentFormatError where a segment is of another format version
 */
export async function recover(
  journal: Journal,
  groups: ReadonlyMap<string, GroupKey>,
  tokenLifetime: number,
  now: number,
  onDamage: (damage: Damage) => void,
): Promise<Recovered> {
  const index = new SegmentIndex()
  const tokens = new TokenMemory(tokenLifetime)
  const segments = await journal.segments()
  for (const segment of segments) {
    // The header comes with the first record at the latest.
    let segmentId: Uint8Array = new Uint8Array(0)
    const records: Parameters<Parameters<typeof scanSegment>[2]>[0][] = []
    const scan = await named(
      segment,
      scanSegment(journal, segment, (record) => records.push(record)),
    )
    segmentId = scan.header?.id ?? segmentId
    for (const { header, offset, length } of records) {
      if (header.tokenHash.some((byte) => byte !== 0))
        tokens.remember(header.tokenHash, header.bodyDigest, header.receivedAt)
      if (!groups.has(header.groupId)) continue
      const place = index.at(header.groupId, segment, segmentId)
      if (place.isBroken) continue
      if (header.ordinal === place.records.length) {
        index.add(
          header.groupId,
          segment,
          segmentId,
          { offset, length, window: header.window },
          header.receivedAt,
        )
      } else {
        place.isBroken = true
        onDamage({
          file: segment,
          offset,
          lost: `profiles of group ${header.groupId} from here on: one before them is missing`,
        })
      }
    }
    for (const { offset, length } of scan.damaged) {
      onDamage({ file: segment, offset, lost: `one record of ${length} bytes: its checksum is wrong` })
    }
    if (scan.soundLength < scan.size) {
      const tail = `${scan.size - scan.soundLength} bytes that are no whole record`
      const isCut = segment === segments.at(-1) && (await isCutOff(journal, segment, scan.soundLength))
      onDamage({
        file: segment,
        offset: scan.soundLength,
        lost: isCut ? `${tail}: an unfinished write, cut off and kept aside` : tail,
      })
    }
  }
  tokens.forgetBefore(now)
  return { index, tokens, lastCreatedAt: Number(segments.at(-1)?.split('-')[0] ?? 0) }
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
