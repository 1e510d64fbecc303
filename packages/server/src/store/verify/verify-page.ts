import type { BlockRecord, Manifest } from '../../storage/manifest.ts'
import type {
  BlobStore,
  GroupKey,
  Journal,
  StoreFinding,
  VerifyPage,
  VerifyPlace,
  VerifyQuery,
} from '../../storage/ports.ts'
import { type DayEpochs, dayOf } from '../day-epochs.ts'
import type { Epoch } from '../epoch.ts'
import { SealedFileDamaged } from '../sealed-file.ts'
import type { SegmentIndex } from '../segment-index.ts'
import { decodeTokenList } from '../token-list.ts'
import { verifyBlock, verifyPart, verifySegment } from './verify-file.ts'

export interface VerifySources {
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly manifest: Manifest
  readonly index: SegmentIndex
  readonly epochs: DayEpochs
  readonly groups: ReadonlyMap<string, GroupKey>
  /** Segments that are written to their ends. */
  readonly closed: () => readonly string[]
  /** @returns whether it was kept aside and forgotten */
  readonly quarantine: (finding: Found) => Promise<boolean>
}

type Found = Omit<StoreFinding, 'isQuarantined'>

/** A page ends after so much: others want their turn in this thread. */
const pageMilliseconds = 200
const pageFiles = 500

/** One file to be looked at. */
interface Item {
  readonly place: VerifyPlace
  readonly check: () => Promise<Found[]>
}

/**
 * Looks at the next files: segments, lists of tokens, then group by group dictionaries and blocks. Files that come or
 * go meanwhile are no findings: what was looked for and is not named any more is passed over.
 */
export async function verifyPage(
  sources: VerifySources,
  { after, quarantines }: VerifyQuery,
): Promise<VerifyPage> {
  const started = performance.now()
  const findings: StoreFinding[] = []
  let files = 0
  let last: VerifyPlace | null = null
  for await (const { place, check } of items(sources, after)) {
    if (files >= pageFiles || (files > 0 && performance.now() - started > pageMilliseconds))
      return { files, findings, next: last }
    for (const found of await check())
      findings.push({ ...found, isQuarantined: quarantines && (await sources.quarantine(found)) })
    files++
    last = place
  }
  return { files, findings, next: null }
}

/** In the order of their places, those behind `after`. */
async function* items(sources: VerifySources, after: VerifyPlace | null): AsyncGenerator<Item> {
  const from = after ?? { phase: 'segments', name: '' }
  if (from.phase === 'segments') yield* segments(sources, from.name)
  if (from.phase !== 'groups') yield* tokenLists(sources, from.phase === 'tokens' ? from.name : '')
  yield* groups(sources, from.phase === 'groups' ? from.name : '')
}

async function* segments(
  { journal, index, groups: keys, closed }: VerifySources,
  after: string,
): AsyncGenerator<Item> {
  const names = (await journal.segments()).filter((name) => name > after)
  for (const name of names) {
    const check = async (): Promise<Found[]> => {
      const places = new Map(
        [...index.placesIn([name])].flatMap(([id, [place]]) => {
          const key = keys.get(id)
          return key === undefined || place === undefined ? [] : [[key, place] as const]
        }),
      )
      // Before its size is asked for: one that is closed meanwhile is looked at as far as its records go.
      const isClosed = closed().includes(name)
      const faults = await verifySegment(journal, name, { isClosed, places }).catch(
        async (error: unknown) => {
          // Sealed and removed meanwhile.
          if (!(await journal.segments()).includes(name)) return []
          throw error
        },
      )
      return faults.map(({ offset, problem }) => ({
        kind: 'segment',
        file: name,
        offset,
        groupId: null,
        start: null,
        lost: `${problem}: kept aside when the segment is sealed`,
      }))
    }
    yield { place: { phase: 'segments', name }, check }
  }
}

async function* tokenLists({ manifest, blobs }: VerifySources, after: string): AsyncGenerator<Item> {
  const keys = (await manifest.tokenLists()).map(({ key }) => key).sort()
  for (const key of keys.filter((one) => one > after)) {
    const check = async (): Promise<Found[]> => {
      const bytes = await blobs.get(key)
      if (bytes !== null && decodeTokenList(key, bytes) !== null) return []
      // Forgotten meanwhile.
      if (!(await manifest.tokenLists()).some((list) => list.key === key)) return []
      const lost = 'a list of tokens: a retry of a profile in it would be counted again, for a day'
      return [{ kind: 'tokens', file: key, offset: 0, groupId: null, start: null, lost }]
    }
    yield { place: { phase: 'tokens', name: key }, check }
  }
}

async function* groups(sources: VerifySources, after: string): AsyncGenerator<Item> {
  const { groups: keys } = sources
  // Keys of blobs begin with the group's id: they sort as the groups do.
  for (const id of [...keys.keys()].filter((one) => `${one}/\uffff` > after).sort()) {
    const group = keys.get(id)
    if (group !== undefined) yield* sealed(sources, group, after)
  }
}

async function* sealed(sources: VerifySources, group: GroupKey, after: string): AsyncGenerator<Item> {
  const { manifest, blobs } = sources
  // The keys first: a block that comes in between must not be taken for a dictionary.
  const keys = [...(await manifest.keys(group.id))].sort().filter((key) => key > after)
  const blocks = new Map((await allBlocks(manifest, group.id)).map((block) => [block.key, block]))
  for (const key of keys) {
    const block = blocks.get(key)
    const look =
      block === undefined
        ? (): Promise<void> => lookAtPart(sources, group, key)
        : async (): Promise<void> => verifyBlock(blobs, group, block, await epochOf(sources, group, block))
    const check = async (): Promise<Found[]> => {
      try {
        await look()
        return []
      } catch (error) {
        if (!(error instanceof SealedFileDamaged)) throw error
        if (!(await manifest.keys(group.id)).includes(key)) return []
        return [findingOf(group, key, block)]
      }
    }
    yield { place: { phase: 'groups', name: key }, check }
  }
}

/** Also whether it fits the parts before it: where it does not, reading the day's dictionary names it. */
async function lookAtPart({ blobs, epochs }: VerifySources, group: GroupKey, key: string): Promise<void> {
  await verifyPart(blobs, group, key)
  await epochs.get(group, dayIn(key)).catch((error: unknown) => {
    if (!(error instanceof SealedFileDamaged) || error.key === key) throw error
  })
}

/** Null where the day's dictionary cannot be read: that is a finding of its own. */
async function epochOf(
  { epochs }: VerifySources,
  group: GroupKey,
  { start }: BlockRecord,
): Promise<Epoch | null> {
  try {
    return (await epochs.get(group, dayOf(start))).epoch
  } catch (error) {
    if (error instanceof SealedFileDamaged) return null
    throw error
  }
}

function findingOf({ id }: GroupKey, key: string, block: BlockRecord | undefined): Found {
  const found = { file: key, offset: 0, groupId: id }
  if (block === undefined) {
    const lost = 'a dictionary: all that is sealed of its day of one group'
    return { ...found, kind: 'dictionary', start: dayIn(key), lost }
  }
  const { level, start, profiles } = block
  if (level === 'PT5M')
    return {
      ...found,
      kind: 'block',
      start,
      lost: `${counted(profiles)} of one group; roll-ups made before have their sum`,
    }
  const lost = `a roll-up of ${counted(profiles)}: what it is the sum of answers, as long as it is kept`
  return { ...found, kind: 'roll-up', start, lost }
}

function counted(profiles: number): string {
  return profiles === 1 ? '1 profile' : `${profiles} profiles`
}

/** A part's name begins with its day. */
function dayIn(key: string): number {
  return Number(key.slice(key.indexOf('/') + 1).split('-')[0])
}

export function allBlocks(manifest: Manifest, groupId: string): Promise<readonly BlockRecord[]> {
  return manifest.blocks({ groupId, from: 0, to: Number.MAX_SAFE_INTEGER })
}
