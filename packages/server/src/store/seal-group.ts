import { randomUUID } from 'node:crypto'
import { Scratch } from '@wick/profile'
import type { NewBlock, NewPart } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey, Journal } from '../storage/ports.ts'
import { keyBeginning } from './checked-manifest.ts'
import { type DayEpoch, dayOf } from './day-epochs.ts'
import { Epoch } from './epoch.ts'
import { EpochMap } from './epoch-map.ts'
import type { GatheredTokens } from './gathered-tokens.ts'
import { readRecord } from './record-content.ts'
import type { SealablePlaces } from './sealable-places.ts'
import { encodeSealedFile } from './sealed-file.ts'
import { SegmentRecords } from './segment-records.ts'
import { WindowAttributes } from './window-attributes.ts'
import { WindowBuilds } from './window-builds.ts'

/** Of what is gathered for blocks. A window that has more than fits becomes several. */
const mostHeldBytes = 32 * 1024 * 1024

export interface SealSources {
  readonly journal: Journal
  readonly blobs: BlobStore
  /** What a group's day may learn: a dictionary that is longer tells nothing more apart. Bytes in memory. */
  readonly mostDayBytes: number
  readonly onDamage: (damage: Damage) => void
}

export interface SealedGroup {
  readonly blocks: readonly NewBlock[]
  readonly parts: readonly NewPart[]
  /** UTC days of the blocks: their dictionaries may have many parts by now. */
  readonly days: readonly number[]
  /** Whether not all call paths were told apart. */
  readonly hasRest: boolean
  /** Segments in which a record of the group was not what was written. */
  readonly damaged: readonly string[]
}

/**
 * Turns one group's records in some segments into blocks, one for each window, in the numbers of its days' epochs. The
 * blobs are durable when this resolves, and count once the manifest has them.
 *
 * @param tokens of its profiles are added to these
 * @param put is told of every blob, whether this resolves or not
 */
export async function sealGroup(
  { journal, blobs, mostDayBytes, onDamage }: SealSources,
  group: GroupKey,
  { sealable, days }: Pick<SealablePlaces, 'sealable' | 'days'>,
  tokens: GatheredTokens,
  put: (key: string) => void,
): Promise<SealedGroup> {
  const builds = new WindowBuilds()
  const blocks: NewBlock[] = []
  const write = async (): Promise<void> => {
    for (const build of builds.take()) {
      const { window: start, profiles, receivedAt } = build
      const key = keyBeginning({ groupId: group.id, level: 'PT5M', start }) + randomUUID()
      put(key)
      await blobs.put(key, encodeSealedFile(group.dataKey, key, build.sections()))
      blocks.push({ groupId: group.id, level: 'PT5M', start, key, profiles, receivedAt, through: 0 })
    }
  }
  const damaged: string[] = []
  let hasRest = false
  for (const place of sealable) {
    const records = new SegmentRecords(journal, group, place, onDamage)
    hasRest = (await gather(records, days, mostDayBytes, builds, tokens, write)) || hasRest
    if (records.isBroken || place.isBroken) damaged.push(place.segment)
  }
  await write()
  const parts: NewPart[] = []
  for (const day of days.values()) {
    const part = await day.write()
    if (part === null) continue
    put(part.key)
    parts.push(part)
  }
  return { blocks, parts, days: [...days.keys()], hasRest, damaged }
}

/** Reads one segment's records into the builds of their windows. @param write makes blocks of these, and begins anew. @returns whether not all call paths were told apart */
async function gather(
  records: SegmentRecords,
  days: ReadonlyMap<number, DayEpoch>,
  mostDayBytes: number,
  builds: WindowBuilds,
  tokens: GatheredTokens,
  write: () => Promise<void>,
): Promise<boolean> {
  const segmentEpoch = new Epoch()
  const scratch = new Scratch()
  const mapTo = ({ epoch }: DayEpoch): EpochMap =>
    new EpochMap(segmentEpoch, epoch, fullness(epoch, mostDayBytes))
  const maps = new Map([...days].map(([day, dayEpoch]) => [day, mapTo(dayEpoch)] as const))
  const said = new Map<number, WindowAttributes>()
  const tell = (): void => {
    for (const [window, attributes] of said)
      for (const news of attributes.all()) builds.learn(window, news, maps.get(dayOf(window))!)
  }
  await records.forEachNew((header, payload) => {
    const { form, window, receivedAt } = header
    tokens.add(header)
    scratch.begin()
    const { start, end, news, vectors, extras } = readRecord(segmentEpoch, payload, form, scratch)
    const day = dayOf(window)
    // What is kept must not keep all that it was read from.
    const note = { start, end, receivedAt, extras: new Uint8Array(extras()) }
    builds.add(window, days.get(day)!.epoch, note, vectors, maps.get(day)!)
    const attributes = said.get(window) ?? new WindowAttributes()
    said.set(window, attributes)
    attributes.learn(news, segmentEpoch.trie.nodeCount)
    if (builds.byteLength < mostHeldBytes) return undefined
    // Told again at the end: of what has samples only later.
    tell()
    return write()
  })
  tell()
  return [...maps.values()].some((map) => map.hasRest)
}

/** Whether the epoch holds so many bytes. Asked for each call path, of which few are new: only then is it looked up. */
function fullness({ trie }: Epoch, mostBytes: number): () => boolean {
  let nodes = 0
  let isFull = false
  return () => {
    if (trie.nodeCount !== nodes) isFull = trie.byteLength >= mostBytes
    nodes = trie.nodeCount
    return isFull
  }
}
