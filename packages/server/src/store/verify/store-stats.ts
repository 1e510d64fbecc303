import type { BlockLevel, Manifest } from '../../storage/manifest.ts'
import type { BlobStore, GroupKey, GroupUsage, Journal, LevelUsage, StatsPage } from '../../storage/ports.ts'
import type { SegmentIndex } from '../segment-index.ts'
import { tokenDirectory } from '../token-list.ts'
import { allBlocks } from './verify-page.ts'

export interface StatsSources {
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly manifest: Manifest
  readonly index: SegmentIndex
  readonly groups: ReadonlyMap<string, GroupKey>
}

const pageGroups = 50
const levels: readonly BlockLevel[] = ['PT5M', 'PT1H', 'P1D']

/** What the store keeps, in numbers: the whole of it, and the next groups behind `after` in the order of their ids. */
export async function storeStats(sources: StatsSources, after: string | null): Promise<StatsPage> {
  const { journal, blobs, groups } = sources
  const ids = [...groups.keys()].filter((id) => after === null || id > after).sort()
  const page: GroupUsage[] = []
  for (const id of ids.slice(0, pageGroups)) page.push(await groupUsage(sources, id))
  const names = await journal.segments()
  let segmentBytes = 0
  // One that is sealed meanwhile takes no room any more.
  for (const name of names) segmentBytes += await journal.size(name).catch(() => 0)
  const tokens = await blobs.sizes(tokenDirectory)
  return {
    segments: { files: names.length, bytes: segmentBytes },
    tokens: { files: tokens.size, bytes: sumOf(tokens.values()) },
    groups: page,
    next: ids.length > pageGroups ? ids[pageGroups - 1]! : null,
  }
}

async function groupUsage({ manifest, blobs, index }: StatsSources, groupId: string): Promise<GroupUsage> {
  const sizes = await blobs.sizes(groupId)
  const blocks = await allBlocks(manifest, groupId)
  const unnamed = new Map(sizes)
  const usage = levels.map((level): LevelUsage => {
    const of = blocks.filter((block) => block.level === level)
    for (const { key } of of) unnamed.delete(key)
    return {
      level,
      files: of.length,
      bytes: of.reduce((sum, { key }) => sum + (sizes.get(key) ?? 0), 0),
      profiles: of.reduce((sum, { profiles }) => sum + profiles, 0),
      oldest: of.reduce<number | null>((least, { start }) => Math.min(least ?? start, start), null),
      newest: of.reduce<number | null>((most, { start }) => Math.max(most ?? start, start), null),
    }
  })
  const parts = new Set(await manifest.keys(groupId))
  const dictionaries = [...unnamed].filter(([key]) => parts.has(key))
  return {
    groupId,
    levels: usage,
    dictionaries: { files: dictionaries.length, bytes: sumOf(dictionaries.map(([, bytes]) => bytes)) },
    unsealed: index.usage(groupId),
  }
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum
}
