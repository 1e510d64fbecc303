import { randomUUID } from 'node:crypto'
import { Scratch } from '@wick/profile'
import type { NewBlock, NewPart } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey, Journal } from '../storage/ports.ts'
import { keyBeginning } from './checked-manifest.ts'
import { type DayEpoch, type DayEpochs, dayOf } from './day-epochs.ts'
import { Epoch } from './epoch.ts'
import { EpochMap } from './epoch-map.ts'
import { NodeAttributes } from './node-attributes.ts'
import { readRecord } from './record-content.ts'
import { encodeSealedFile } from './sealed-file.ts'
import type { SegmentGroup } from './segment-index.ts'
import { SegmentRecords } from './segment-records.ts'
import { hasToken, type RememberedToken } from './token-list.ts'
import { WindowBuild } from './window-build.ts'

export interface SealSources {
  readonly journal: Journal
  readonly blobs: BlobStore
  /** Nobody else's. */
  readonly epochs: DayEpochs
  readonly onDamage: (damage: Damage) => void
}

export interface SealedGroup {
  readonly blocks: readonly NewBlock[]
  readonly parts: readonly NewPart[]
  /** The dictionaries of the blocks. */
  readonly days: readonly DayEpoch[]
  readonly tokens: readonly RememberedToken[]
  /** Segments in which a record of the group was not what was written. */
  readonly damaged: readonly string[]
}

/**
 * Turns one group's records in some segments into blocks, one for each window, in the numbers of its days' epochs. The
 * blobs are durable when this resolves, and count once the manifest has them.
 *
 * @param put is told of every blob, whether this resolves or not
 */
export async function sealGroup(
  { journal, blobs, epochs, onDamage }: SealSources,
  group: GroupKey,
  places: readonly SegmentGroup[],
  put: (key: string) => void,
): Promise<SealedGroup> {
  const days = new Map<number, DayEpoch>()
  for (const day of new Set(places.flatMap(({ records }) => records.map(({ window }) => dayOf(window)))))
    days.set(day, await epochs.get(group, day))
  const builds = new Map<number, WindowBuild>()
  const tokens: RememberedToken[] = []
  const damaged: string[] = []
  for (const place of places) {
    const records = new SegmentRecords(journal, group, place, onDamage)
    await gather(records, days, builds, tokens)
    if (records.isBroken || place.isBroken) damaged.push(place.segment)
  }
  const parts: NewPart[] = []
  for (const day of days.values()) {
    const part = await day.write()
    if (part === null) continue
    put(part.key)
    parts.push(part)
  }
  const blocks: NewBlock[] = []
  for (const start of [...builds.keys()].sort((a, b) => a - b)) {
    const build = builds.get(start)!
    const { profiles, receivedAt } = build
    const key = keyBeginning({ groupId: group.id, level: 'PT5M', start }) + randomUUID()
    put(key)
    await blobs.put(key, encodeSealedFile(group.dataKey, key, build.sections()))
    blocks.push({ groupId: group.id, level: 'PT5M', start, key, profiles, receivedAt, through: 0 })
    // What it gathered is not to be held while the others are encoded.
    builds.delete(start)
  }
  return { blocks, parts, days: [...days.values()], tokens, damaged }
}

/** Reads one segment's records into the builds of their windows. */
async function gather(
  records: SegmentRecords,
  days: ReadonlyMap<number, DayEpoch>,
  builds: Map<number, WindowBuild>,
  tokens: RememberedToken[],
): Promise<void> {
  const segmentEpoch = new Epoch()
  const scratch = new Scratch()
  const maps = new Map([...days].map(([day, { epoch }]) => [day, new EpochMap(segmentEpoch, epoch)] as const))
  const said = new Map<number, NodeAttributes>()
  await records.forEachNew(({ form, window, receivedAt, tokenHash, bodyDigest }, payload) => {
    if (hasToken(tokenHash)) tokens.push({ tokenHash, bodyDigest, receivedAt })
    scratch.begin()
    const { start, end, news, vectors, extras } = readRecord(segmentEpoch, payload, form, scratch)
    const day = dayOf(window)
    const build = builds.get(window) ?? new WindowBuild(window, days.get(day)!.epoch)
    builds.set(window, build)
    build.add({ start, end, receivedAt, extras: extras() }, vectors, maps.get(day)!)
    const attributes = said.get(window) ?? new NodeAttributes()
    said.set(window, attributes)
    attributes.reserve(segmentEpoch.trie.nodeCount)
    attributes.learnAll(news)
  })
  for (const [window, attributes] of said)
    builds.get(window)!.learn(attributes.news(), maps.get(dayOf(window))!)
}
