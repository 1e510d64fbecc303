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
import { finerCover, isSumOfFiner, profilesOf } from '../cover.ts'
import { type DayEpochs, dayOf } from '../day-epochs.ts'
import type { Epoch } from '../epoch.ts'
import { readFailure } from '../read-failure.ts'
import { scanSegment } from '../scan-segment.ts'
import { SealedFileDamaged } from '../sealed-file.ts'
import type { SegmentIndex } from '../segment-index.ts'
import { decodeTokenList } from '../token-list.ts'
import { type RowFault, rowFault } from './block-row.ts'
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

/** One file, or part of the catalog, to be looked at. */
interface Item {
  readonly place: VerifyPlace
  readonly check: () => Promise<Found[]>
}

/**
 * Looks at the next files: the catalog table by table, segments, lists of tokens, then group by group dictionaries and blocks,
 * each beside what the manifest says of it. Files that come or
 * go meanwhile are no findings: what was looked for and is not named any more is passed over.
 */
export async function verifyPage(
  sources: VerifySources,
  { after, quarantines }: VerifyQuery,
): Promise<VerifyPage> {
  const started = performance.now()
  const findings: StoreFinding[] = []
  let files = 0
  let items = 0
  let last: VerifyPlace | null = null
  for await (const { place, check } of allItems(sources, after)) {
    if (items >= pageFiles || (items > 0 && performance.now() - started > pageMilliseconds))
      return { files, findings, next: last }
    for (const found of await check())
      findings.push({ ...found, isQuarantined: quarantines && (await sources.quarantine(found)) })
    items++
    // The catalog is not one of those that are counted: it is looked at in parts.
    if (place.phase !== 'catalog') files++
    last = place
  }
  return { files, findings, next: null }
}

/** In the order of their places, those behind `after`. */
async function* allItems(sources: VerifySources, after: VerifyPlace | null): AsyncGenerator<Item> {
  const from = after ?? { phase: 'catalog', name: '' }
  if (from.phase === 'catalog') yield* catalogParts(sources, from.name)
  if (from.phase === 'catalog' || from.phase === 'segments')
    yield* segments(sources, from.phase === 'segments' ? from.name : '')
  if (from.phase !== 'groups') yield* tokenLists(sources, from.phase === 'tokens' ? from.name : '')
  yield* groups(sources, from.phase === 'groups' ? from.name : '')
}

/** Where the catalog itself is wrong, or says what cannot be so. */
const restore = 'restore the whole directory from a backup'

/** Sorts behind the tables. */
const leftRows = '~left'

async function* catalogParts(sources: VerifySources, after: string): AsyncGenerator<Item> {
  const { manifest } = sources
  const parts = await manifest.databaseParts()
  for (const name of parts.filter((one) => one > after).sort()) {
    const check = async (): Promise<Found[]> => {
      const faults = await manifest.databaseFaults(name)
      if (faults.length === 0) return []
      const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`
      const lost = `in its table ${name}: ${faults[0]}${more}. Stop the server and ${restore}`
      return [{ kind: 'catalog', file: 'catalog.db', offset: 0, groupId: null, start: null, lost }]
    }
    yield { place: { phase: 'catalog', name }, check }
  }
  if (after < leftRows)
    yield { place: { phase: 'catalog', name: leftRows }, check: () => wrongLeftRows(sources) }
}

/** Segments that are sealed in part: whether the groups that the catalog says are left in them are those that are answered from them. */
async function wrongLeftRows({ journal, manifest, index, groups: keys }: VerifySources): Promise<Found[]> {
  const wrong = async (): Promise<{ readonly name: string; readonly isMore: boolean }[]> => {
    const there = new Set(await journal.segments())
    return (await manifest.sealedSegments()).flatMap(({ name, left }) => {
      const said = left.filter((id) => keys.has(id)).sort()
      const answered = there.has(name) ? [...index.placesIn([name]).keys()].sort() : []
      return said.join() === answered.join()
        ? []
        : [{ name, isMore: !new Set(answered).isSubsetOf(new Set(said)) }]
    })
  }
  // One that was sealed, or removed, in between is none at the second look.
  const first = await wrong()
  const second = first.length === 0 ? [] : await wrong()
  const both: string[] = []
  for (const { name, isMore } of second) {
    if (!first.some((before) => before.name === name)) continue
    // Where records are damaged, those of a group that has none may be among them: that is told of the segment.
    if (isMore || !(await isDamaged(journal, name))) both.push(name)
  }
  const lost = `the catalog says other groups are left in it than are: with the next start their profiles are missing, or others count twice. Before that, ${restore}`
  return both.map((name) => ({ kind: 'catalog', file: name, offset: 0, groupId: null, start: null, lost }))
}

async function isDamaged(journal: Journal, segment: string): Promise<boolean> {
  if (!(await journal.segments()).includes(segment)) return false
  return (await scanSegment(journal, segment, () => {})).damaged.length > 0
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
          const failure = readFailure(error)
          if (failure === null) throw error
          return [{ offset: 0, problem: `all of it, as long as ${failure}` }]
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
  const lists = new Map((await manifest.tokenLists()).map(({ key, receivedAt }) => [key, receivedAt]))
  for (const key of [...lists.keys()].filter((one) => one > after).sort()) {
    const check = async (): Promise<Found[]> => {
      const found = { file: key, offset: 0, groupId: null, start: null }
      let bytes: Uint8Array | null
      try {
        bytes = await blobs.get(key)
      } catch (error) {
        const failure = readFailure(error)
        if (failure === null) throw error
        return [{ ...found, kind: 'tokens', lost: `a list of tokens: ${failure}` }]
      }
      const list = bytes === null ? null : decodeTokenList(key, bytes)
      if (list !== null) {
        if (list.receivedAt === lists.get(key)) return []
        const lost = `the catalog says another time of a list of tokens than the list: it is forgotten too early, and retries are counted again, or too late. Either ends within a day; or ${restore}`
        return [{ ...found, kind: 'catalog', lost }]
      }
      // Forgotten meanwhile.
      if (!(await manifest.tokenLists()).some((list) => list.key === key)) return []
      const lost = 'a list of tokens: a retry of a profile in it would be counted again, for a day'
      return [{ ...found, kind: 'tokens', lost }]
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
  const known = await allBlocks(manifest, group.id)
  const blocks = new Map(known.map((block) => [block.key, block]))
  const look = async (key: string, block: BlockRecord | undefined): Promise<Found | null> => {
    try {
      if (block === undefined) return await lookAtPart(sources, group, key)
      const said = await verifyBlock(blobs, group, block, await epochOf(sources, group, block))
      return rowFinding(block, rowFault(block, said, known))
    } catch (error) {
      const found = findingOf(group, key, block, known)
      if (error instanceof SealedFileDamaged) return found
      const failure = readFailure(error)
      if (failure === null) throw error
      return { ...found, lost: `${found.lost}, as long as ${failure}` }
    }
  }
  for (const key of keys) {
    const check = async (): Promise<Found[]> => {
      const found = await look(key, blocks.get(key))
      return found !== null && (await manifest.keys(group.id)).includes(key) ? [found] : []
    }
    yield { place: { phase: 'groups', name: key }, check }
  }
}

/** Also whether it fits the parts before it: where it does not, reading the day's dictionary names it. */
async function lookAtPart(
  { manifest, blobs, epochs }: VerifySources,
  group: GroupKey,
  key: string,
): Promise<Found | null> {
  const day = dayIn(key)
  const parts = Number.isSafeInteger(day) ? await manifest.dictionaryParts(group.id, day) : []
  if (!parts.some((part) => part.key === key)) {
    const lost = `the catalog says another time of it than its name: it is in no answer, and what needs it is not either. To have it back, ${restore}`
    return { kind: 'catalog', file: key, offset: 0, groupId: group.id, start: null, lost }
  }
  await verifyPart(blobs, group, key)
  await epochs.get(group, day).catch((error: unknown) => {
    const isOfAnother = error instanceof SealedFileDamaged ? error.key !== key : readFailure(error) !== null
    if (!isOfAnother) throw error
  })
  return null
}

/** One that can be made again is a roll-up like a damaged one; of others nothing is lost that could be spared. */
function rowFinding({ key, groupId, start }: BlockRecord, fault: RowFault | null): Found | null {
  if (fault === null) return null
  const { problem, isRemade } = fault
  const remedy = isRemade ? 'with --quarantine it is made again of what it is the sum of' : restore
  const lost = `${problem}. No profile is lost: ${remedy}`
  return { kind: isRemade ? 'roll-up' : 'catalog', file: key, offset: 0, groupId, start, lost }
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
    if (error instanceof SealedFileDamaged || readFailure(error) !== null) return null
    throw error
  }
}

/** @param known every block of the group */
function findingOf(
  { id }: GroupKey,
  key: string,
  block: BlockRecord | undefined,
  known: readonly BlockRecord[],
): Found {
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
  const finer = profilesOf(finerCover(block, known))
  const lost = isSumOfFiner(block, known)
    ? `a roll-up of ${counted(profiles)}: what it is the sum of answers, as long as it is kept`
    : `a roll-up of ${counted(profiles)}, ${finer} of them in finer blocks: the rest has at most a coarser roll-up made before`
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
