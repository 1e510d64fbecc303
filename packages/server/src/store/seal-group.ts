import { randomUUID } from 'node:crypto'
import type { NewBlock, NewPart } from '../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey, Journal } from '../storage/ports.ts'
import { type DayEpochs, dayOf } from './day-epochs.ts'
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
  readonly epochs: DayEpochs
  readonly onDamage: (damage: Damage) => void
}

export interface SealedGroup {
  readonly blocks: readonly NewBlock[]
  readonly parts: readonly NewPart[]
  readonly tokens: readonly RememberedToken[]
  /** Segments in which a record of the group was not what was written. */
  readonly damaged: readonly string[]
}

/**
 * Turns one group's records in some segments into blocks, one for each window, in the numbers of its days' epochs. The
 * blobs are durable when this resolves, and count once the manifest has them.
 */
export async function sealGroup(
  sources: SealSources,
  group: GroupKey,
  places: readonly SegmentGroup[],
): Promise<SealedGroup> {
  const builds = new Map<number, WindowBuild>()
  const tokens: RememberedToken[] = []
  const damaged: string[] = []
  for (const place of places) {
    const isSound = await gather(sources, group, place, builds, tokens)
    if (!isSound) damaged.push(place.segment)
  }
  const parts: NewPart[] = []
  for (const day of new Set([...builds.keys()].map(dayOf))) {
    const part = await sources.epochs.write(group, day)
    if (part !== null) parts.push(part)
  }
  const blocks: NewBlock[] = []
  for (const build of [...builds.values()].sort((a, b) => a.window - b.window)) {
    const { window: start, profiles, receivedAt } = build
    const key = `${group.id}/${start}-${randomUUID()}`
    await sources.blobs.put(key, encodeSealedFile(group.dataKey, build.sections()))
    blocks.push({ groupId: group.id, level: 'PT5M', start, key, profiles, receivedAt, through: 0 })
  }
  return { blocks, parts, tokens, damaged }
}

/** Reads one segment's records into the builds of their windows. @returns whether all of them were what was written */
async function gather(
  { journal, epochs, onDamage }: SealSources,
  group: GroupKey,
  place: SegmentGroup,
  builds: Map<number, WindowBuild>,
  tokens: RememberedToken[],
): Promise<boolean> {
  const days = new Map<number, { readonly epoch: Epoch; readonly map: EpochMap }>()
  const segmentEpoch = new Epoch()
  for (const day of new Set(place.records.map(({ window }) => dayOf(window)))) {
    const epoch = await epochs.get(group, day)
    days.set(day, { epoch, map: new EpochMap(segmentEpoch, epoch) })
  }
  const said = new Map<number, NodeAttributes>()
  const records = new SegmentRecords(journal, group, place, onDamage)
  await records.forEachNew(({ window, receivedAt, tokenHash, bodyDigest }, payload) => {
    if (hasToken(tokenHash)) tokens.push({ tokenHash, bodyDigest, receivedAt })
    const { start, end, news, vectors, extras } = readRecord(segmentEpoch, payload)
    const { epoch, map } = days.get(dayOf(window))!
    const build = builds.get(window) ?? new WindowBuild(window, epoch)
    builds.set(window, build)
    build.add({ start, end, receivedAt, extras: extras() }, vectors, map)
    const attributes = said.get(window) ?? new NodeAttributes()
    said.set(window, attributes)
    attributes.reserve(segmentEpoch.trie.nodeCount)
    attributes.learnAll(news)
  })
  for (const [window, attributes] of said) builds.get(window)!.learn(attributes, days.get(dayOf(window))!.map)
  return !records.isBroken && !place.isBroken
}
