import { type AgentProfile, type ProfileDecoder, ProfileError, type ProfileLimits } from '@wick/profile'
import type { Retention } from '../storage/catalog.ts'
import { type KeptSince, uncutRange, wholeRange } from '../storage/kept-since.ts'
import type { Manifest, RetentionClock, TimeSpan } from '../storage/manifest.ts'
import {
  type ArchivePage,
  type ArchiveQuery,
  type BlobStore,
  type ChunkOutcome,
  type Damage,
  type DeletePeriodOutcome,
  type FleetQuery,
  type FoundRecommendations,
  type GroupKey,
  type GroupStatus,
  type HeapQuery,
  type ImportChunk,
  type ImportFile,
  type Journal,
  type Period,
  type PostOutcome,
  type ProfilePost,
  type ProfileQuery,
  type ProfileStore,
  type RecommendationQuery,
  type SearchAnswer,
  type SearchQuery,
  type Selection,
  type Series,
  type SeriesQuery,
  type StatsPage,
  StorageSyncError,
  StorageWriteError,
  type StoredProfile,
  type StoreHealth,
  type TreeOutcome,
  type TreeQuery,
  type VerifyPage,
  type VerifyQuery,
} from '../storage/ports.ts'
import { type ArchiveSources, archivePage } from './archive/archive-page.ts'
import { importChunk } from './archive/import-chunk.ts'
import { BlockReader } from './block-reader.ts'
import { checkedManifest } from './checked-manifest.ts'
import { spans } from './cover.ts'
import { DayEpochs } from './day-epochs.ts'
import { type Decoders, decodersFor } from './decoders.ts'
import { deletePeriod } from './delete-period.ts'
import { answerFleet } from './fleet-answer.ts'
import { FleetReader } from './fleet-reader.ts'
import { answerHeap, type HeapSources } from './heap-answer.ts'
import { HeapReader } from './heap-reader.ts'
import { importedBody } from './imported-body.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { OpenSegment } from './open-segment.ts'
import { PostedOnce } from './posted-once.ts'
import { digestOf, lengthOf, readBody } from './profile-body.ts'
import { hasToken, noMark, type TokenMark, tokenHash, tokenHashLength } from './profile-token.ts'
import { GroupEpochs } from './query/group-epochs.ts'
import { answerProfile } from './query/profile-answer.ts'
import { readAhead } from './query/read-ahead.ts'
import { answerRecommendations } from './query/recommendations-answer.ts'
import { answerSearch } from './query/search-answer.ts'
import { answerSeries } from './query/series-answer.ts'
import type { QuerySources } from './query/sum-selection.ts'
import { answerTree } from './query/tree-answer.ts'
import { ReadGate } from './read-gate.ts'
import { type Recovered, recover } from './recover.ts'
import { blockRemover, type RemoveBlocks } from './remove-blocks.ts'
import { openingClock, Retainer } from './retention.ts'
import { CommitUnknown, Sealer } from './sealer.ts'
import { SegmentLanes } from './segment-lanes.ts'
import { SegmentReader } from './segment-reader.ts'
import { SegmentReports } from './segment-reports.ts'
import { SegmentViews } from './segment-views.ts'
import { SeriesReader } from './series-reader.ts'
import { type QuarantineFinding, quarantine } from './verify/quarantine.ts'
import { storeStats } from './verify/store-stats.ts'
import { verifyPage } from './verify/verify-page.ts'
import { refusedEnd, windowMilliseconds, windowOf } from './window.ts'

/** Who may hold how many bytes of memory. */
export interface StoreShares {
  /** Dictionaries of the segments that are written. */
  readonly dictionaries: number
  /** Records that wait for the disk. */
  readonly queue: number
  /** What was read back of segments. */
  readonly views: number
  /** Days' dictionaries, read back for answers; as much again for sealing. */
  readonly dayEpochs: number
  /** Groups' numberings that answers are added up in. */
  readonly groupEpochs: number
  /** Sealed files, opened. */
  readonly blocks: number
  /** Pages of series. */
  readonly series: number
  /** What was read back of segments about senders and heaps. */
  readonly reports: number
  /** Lists of tokens that repeated posts were found in. */
  readonly tokenLists: number
}

/** Bytes that grow with the profiles of a window. */
export type HeldMemory = Pick<StoreShares, 'dictionaries' | 'queue'>

export interface ProfileStoreOptions {
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly manifest: Manifest
  readonly groups: readonly GroupKey[]
  readonly limits: ProfileLimits
  readonly maxProfileAgeMilliseconds: number
  readonly shares: StoreShares
  /** How long groups without a rule of their own are kept. */
  readonly retention: Retention
  /** A segment is closed when it is this long. */
  readonly maxSegmentBytes?: number
  /** What a dictionary of one group's day may hold in memory: call paths that are new beyond it are not told apart. */
  readonly mostDayBytes?: number
  /** As that, of the one that an answer about several days is added up in. */
  readonly mostAnswerBytes?: number
  /** Whether generated parts of frame names are left out; they are unless this says otherwise. */
  readonly normaliseNames?: boolean
  readonly now: () => number
  readonly onDamage: (damage: Damage) => void
  /** Something that is not wrong yet, and that whoever runs this should know. */
  readonly onNotice: (message: string) => void
  /** Nothing may be acknowledged any more: the process must end. */
  readonly onFatal: (error: Error) => void
}

const tokenLifetime = 25 * 60 * 60 * 1000
/** Bytes of bodies. */
const maxUnsealedImportBytes = 256 * 1024 * 1024
/** After a page of an archive was asked for, milliseconds: what the next one needs is not let go meanwhile. */
const archiveHold = 10 * 60_000
/** How long after its end a window's segment stays open for what is on its way. */
const graceMilliseconds = 30_000
/** How long latecomers are gathered before they are sealed. */
const lateMilliseconds = 4 * 60_000

/** Opens the store: reads back what the journal holds, and writes to new segments from the first post on. */
export async function openProfileStore(
  given: ProfileStoreOptions,
): Promise<ProfileStore & { held(): HeldMemory }> {
  const options = {
    ...given,
    manifest: checkedManifest(given.manifest, given.onDamage),
    onDamage: once(given.onDamage),
  }
  const groups = new Map(options.groups.map((group) => [group.id, group]))
  const recovered = await recover(options, groups, options.shares.tokenLists)
  const clock = await openingClock(options.manifest, options.now())
  const decoders = await decodersFor(options.limits)
  return new JournalProfileStore(options, groups, recovered, clock, decoders)
}

class JournalProfileStore implements ProfileStore {
  readonly #options: ProfileStoreOptions
  readonly #groups: Map<string, GroupKey>
  readonly #index: Recovered['index']
  readonly #unsealedTokens: Recovered['unsealedTokens']
  readonly #sealedTokens: Recovered['sealedTokens']
  readonly #once: PostedOnce
  readonly #lanes: SegmentLanes
  readonly #segments: SegmentReader
  readonly #blocks: BlockReader
  readonly #epochs: DayEpochs
  readonly #sources: QuerySources
  readonly #reports: HeapSources
  readonly #sealer: Sealer
  readonly #remove: RemoveBlocks
  readonly #retainer: Retainer
  readonly #gate = new ReadGate()
  readonly #decoders: Decoders
  readonly #archive: ArchiveSources
  /** Posts that may be durable and not in the index yet. */
  readonly #keeping = new Set<Promise<PostOutcome>>()
  /** Bytes of bodies imported since the last sealing for that reason. */
  #importedBytes = 0
  /** By group: when a page of an archive was asked for last. */
  readonly #archivedAt = new Map<string, number>()
  /** What a file or a chunk becomes in memory is not counted beforehand, nor what a page of an archive holds. */
  readonly #importInTurn = oneAtATime()
  readonly #archiveInTurn = oneAtATime()
  /** Why the last write failed; a disk that is full from the start on is found out by trying. */
  #trouble: string | null = 'nothing was written yet'
  #fatal: Error | null = null

  constructor(
    options: ProfileStoreOptions,
    groups: Map<string, GroupKey>,
    recovered: Recovered,
    clock: RetentionClock,
    decoders: Decoders,
  ) {
    const {
      journal,
      blobs,
      manifest,
      now,
      shares,
      maxSegmentBytes = 32 * 1024 * 1024,
      mostDayBytes = 32 * 1024 * 1024,
      mostAnswerBytes = 64 * 1024 * 1024,
      normaliseNames = true,
      onDamage,
      onNotice,
    } = options
    this.#options = options
    this.#groups = groups
    this.#index = recovered.index
    const { segments, damaged, unsealedTokens, sealedTokens } = recovered
    this.#unsealedTokens = unsealedTokens
    this.#sealedTokens = sealedTokens
    this.#once = new PostedOnce({ unsealed: unsealedTokens, sealed: sealedTokens, onNotice })
    this.#lanes = new SegmentLanes({
      journal,
      now,
      earlier: segments,
      maxSegmentBytes,
      maxDictionaryBytes: shares.dictionaries,
      isNormalising: normaliseNames,
    })
    this.#segments = new SegmentReader(journal, shares.views, onDamage)
    this.#epochs = new DayEpochs({ manifest, blobs }, shares.dayEpochs)
    this.#blocks = new BlockReader(blobs, this.#epochs, onDamage, shares.blocks)
    this.#sources = {
      manifest,
      index: this.#index,
      blocks: this.#blocks,
      segments: this.#segments,
      series: new SeriesReader(blobs, this.#blocks, onDamage, shares.series),
      groups,
      epochs: new GroupEpochs(shares.groupEpochs, mostAnswerBytes),
    }
    this.#reports = {
      manifest,
      index: this.#index,
      groups,
      fleets: new FleetReader(blobs, onDamage),
      heaps: new HeapReader(blobs, onDamage),
      open: new SegmentViews(journal, shares.reports, onDamage, () => new SegmentReports()),
    }
    const sealing = new DayEpochs({ manifest, blobs }, shares.dayEpochs)
    this.#archive = { manifest, blobs, epochs: this.#epochs, groups, onDamage }
    this.#decoders = decoders
    this.#sealer = new Sealer({
      journal,
      blobs,
      manifest,
      groups,
      index: this.#index,
      lanes: this.#lanes,
      views: [this.#segments, this.#reports.open],
      unsealedTokens,
      sealedTokens,
      epochs: sealing,
      mostDayBytes,
      blocks: this.#blocks,
      fleets: this.#reports.fleets,
      heaps: this.#reports.heaps,
      series: this.#sources.series,
      gate: this.#gate,
      damaged,
      onDamage,
      onNotice,
      indexed: async () => void (await Promise.allSettled(this.#keeping)),
      now: options.now,
    })
    const remove = blockRemover({
      manifest,
      gate: this.#gate,
      onRemoved: (groupId) => this.#onRemoved(groupId, sealing),
      discard: (keys) => this.#sealer.discard(keys),
    })
    this.#remove = (removal) => this.#sealer.orLeaveOver(() => remove(removal))
    this.#retainer = new Retainer({
      manifest,
      groups,
      blobs,
      onDamage,
      remove: this.#remove,
      isStopping: () => this.#sealer.isStopping,
      clock,
      standard: options.retention,
      maxProfileAgeMilliseconds: options.maxProfileAgeMilliseconds,
      onNotice,
      isHeld: (groupId) => this.#isArchived(groupId),
    })
  }

  async addGroup(group: GroupKey): Promise<void> {
    this.#groups.set(group.id, group)
  }

  async removeGroup(groupId: string): Promise<void> {
    this.#groups.delete(groupId)
    this.#archivedAt.delete(groupId)
    this.#segments.forget(groupId)
    this.#reports.open.forget(groupId)
    this.#epochs.forget(groupId)
    this.#sources.epochs.forget(groupId)
    this.#blocks.forget(groupId)
    this.#sources.series.forget(groupId)
    this.#index.remove(groupId)
    await this.#sealer.removeGroup(groupId)
  }

  /** Parts of its dictionaries may be gone, and its latest window. */
  async #onRemoved(groupId: string, sealing: DayEpochs): Promise<void> {
    sealing.forget(groupId)
    this.#epochs.forget(groupId)
    this.#sources.epochs.forget(groupId)
    const latest = (await this.#options.manifest.latest()).find((one) => one.groupId === groupId)
    this.#index.relearn(groupId, latest?.latestWindow ?? null)
  }

  async post(post: ProfilePost): Promise<PostOutcome> {
    if (post.token === null) return this.#keepTracked(post, noMark)
    const bodyDigest = (post.bodySha256 ?? digestOf(post)).subarray(0, tokenHashLength)
    const mark = { tokenHash: tokenHash(post.groupId, post.token), bodyDigest }
    return this.#once.post(mark, () => this.#keepTracked(post, mark))
  }

  importFile(file: ImportFile): Promise<PostOutcome> {
    return this.#importInTurn(() => this.#importFile(file))
  }

  async #importFile(file: ImportFile): Promise<PostOutcome> {
    try {
      const content = importedBody(file, this.#options.limits)
      const bodySha256 = digestOf(content)
      const token = `import ${Buffer.from(bodySha256).toString('hex')}`
      const { groupId, receivedAt } = file
      const post = { groupId, receivedAt, token, ...content, bodySha256, source: 'import' } as const
      const outcome = await this.#postImported(post, await this.#options.manifest.deletedPeriods(groupId))
      await this.#imported(lengthOf(content))
      return outcome
    } catch (error) {
      return refusedOr(error)
    }
  }

  importChunk(chunk: ImportChunk): Promise<ChunkOutcome> {
    return this.#importInTurn(() => this.#importChunk(chunk))
  }

  async #importChunk(chunk: ImportChunk): Promise<ChunkOutcome> {
    let bytes = 0
    const deleted = await this.#options.manifest.deletedPeriods(chunk.groupId)
    const outcome = await importChunk(chunk, (post) => {
      bytes += lengthOf(post)
      return this.#postImported(post, deleted)
    })
    await this.#imported(bytes)
    return outcome
  }

  /**
   * An operator who deletes what was imported and imports it again wants it stored, unlike an agent that tries once more: each
   * deletion of its window makes it new.
   */
  async #postImported(post: ProfilePost, deleted: readonly TimeSpan[]): Promise<PostOutcome> {
    if (deleted.length === 0) return this.post(post)
    try {
      const window = windowOf(readBody(post, this.#decoderOf(post)).end)
      const times = deleted.filter(({ from, to }) => from <= window && window < to).length
      return this.post(times === 0 ? post : { ...post, token: `${post.token} ${times}` })
    } catch (error) {
      return refusedOr(error)
    }
  }

  #decoderOf({ source }: ProfilePost): ProfileDecoder {
    return source === 'sum' ? this.#decoders.sums : this.#decoders.profiles
  }

  /** Latecomers are sealed together, in memory: an import brings more of them than agents ever do. */
  async #imported(bytes: number): Promise<void> {
    this.#importedBytes += bytes
    if (this.#importedBytes < maxUnsealedImportBytes) return
    this.#importedBytes = 0
    // Whatever keeps it from being sealed now: it is stored.
    await this.seal().catch(() => {})
  }

  verify(query: VerifyQuery): Promise<VerifyPage> {
    return verifyPage(
      {
        ...this.#archive,
        journal: this.#options.journal,
        index: this.#index,
        closed: () => this.#lanes.closed(),
        quarantine: (finding) => this.#quarantine(finding),
      },
      query,
    )
  }

  /** In turn as a whole: what is sealed of a day after it was looked at would keep its damaged dictionary in use. */
  async #quarantine(finding: QuarantineFinding): Promise<boolean> {
    const { manifest, blobs } = this.#options
    let isDone = false
    await this.#sealer.inTurn(async () => {
      isDone = await quarantine({ manifest, blobs, remove: this.#remove }, finding)
    })
    return isDone
  }

  async stats({ after }: { readonly after: string | null }): Promise<StatsPage> {
    return storeStats({ ...this.#archive, journal: this.#options.journal, index: this.#index }, after)
  }

  async archive(query: ArchiveQuery): Promise<ArchivePage | null> {
    this.#archivedAt.set(query.groupId, this.#options.now())
    // What cannot be sealed now, of whichever group, does not keep the rest from being archived.
    if (query.after === null)
      await this.seal().catch((error) => {
        if (isFatal(error)) throw error
      })
    const page = await this.#archiveInTurn(() =>
      this.#gate.read(async () => {
        // Behind the gate: what is kept cannot become less before the page is made.
        const { groupId, from, to, after } = query
        const range = uncutRange(from, to, await this.#options.manifest.keptSince(groupId))
        const made = await archivePage(this.#archive, { ...query, ...range })
        if (made === null || after !== null) return made
        return { ...made, lost: made.lost + this.#unsealed({ groupId, ...range }) }
      }),
    )
    if (page === null || page.next === null) this.#archivedAt.delete(query.groupId)
    return page
  }

  /** Profiles of windows that are over, in segments that nothing is written to any more. */
  #unsealed({ groupId, from, to }: Period): number {
    const ended = new Set(this.#lanes.ended())
    return this.#index
      .covering(groupId, from, to)
      .filter(({ segment }) => ended.has(segment))
      .flatMap(({ records }) => records)
      .filter(({ window }) => window >= from && window < to).length
  }

  /** Whether an archive of the group is being made: what it has not reached yet must not become coarser. */
  #isArchived(groupId: string): boolean {
    const since = this.#options.now() - (this.#archivedAt.get(groupId) ?? Number.NEGATIVE_INFINITY)
    return since >= 0 && since < archiveHold
  }

  async #keepTracked(post: ProfilePost, mark: TokenMark): Promise<PostOutcome> {
    const keeping = this.#keep(post, mark)
    this.#keeping.add(keeping)
    try {
      return await keeping
    } finally {
      this.#keeping.delete(keeping)
    }
  }

  async #keep(post: ProfilePost, mark: TokenMark): Promise<PostOutcome> {
    let segment: OpenSegment | null = null
    try {
      for (;;) {
        if (this.#fatal !== null) throw this.#fatal
        const group = this.#groups.get(post.groupId)
        if (group === undefined) return { kind: 'unknown-group' }
        if (this.#lanes.queuedBytes > this.#options.shares.queue)
          return { kind: 'unavailable', message: 'Too much is waiting to be written.' }
        // From here to the append nothing is awaited: the decoder's arrays are scratch, and no record may come between.
        const { source = 'agent' } = post
        const profile = readBody(post, this.#decoderOf(post))
        // Windows are counted from 1970 on.
        const maxAge = source === 'agent' ? this.#options.maxProfileAgeMilliseconds : post.receivedAt - 1
        const refusal = refusedEnd(profile.end, post.receivedAt, maxAge)
        if (refusal !== null) return { kind: 'refused', message: refusal }
        const window = windowOf(profile.end)
        segment = this.#lanes.find(window)
        if (segment !== null) return await this.#append(segment, group, window, profile, post, mark)
        await this.#lanes.prepare(window)
        this.#trouble = null
      }
    } catch (error) {
      if (error instanceof ProfileError) return { kind: 'refused', message: error.message }
      return this.#failed(error as Error, segment)
    }
  }

  async #append(
    segment: OpenSegment,
    group: GroupKey,
    window: number,
    profile: AgentProfile,
    post: ProfilePost,
    mark: TokenMark,
  ): Promise<PostOutcome> {
    const receivedAt = reportedAt(post, profile)
    const header = { groupId: group.id, window, receivedAt, ...mark }
    const { offset, length } = await segment.append(header, group.dataKey, profile)
    if (hasToken(mark)) this.#unsealedTokens.remember(segment.name, mark)
    if (!this.#groups.has(group.id)) return { kind: 'unknown-group' }
    this.#index.add(group.id, segment.name, segment.id, { offset, length, window }, receivedAt)
    return { kind: 'stored' }
  }

  #failed(error: Error, segment: OpenSegment | null): PostOutcome {
    if (error instanceof StorageSyncError) this.#stopForGood(error)
    else if (error instanceof StorageWriteError) {
      this.#trouble = `writing failed: ${error.message}`
      if (segment !== null) this.#lanes.abandon(segment)
    } else throw error
    return { kind: 'unavailable', message: 'The profile could not be written.' }
  }

  #stopForGood(error: Error): void {
    if (this.#fatal !== null) return
    this.#fatal = error
    this.#options.onFatal(error)
  }

  profile(query: ProfileQuery): Promise<StoredProfile | null> {
    return this.#answer([query], () => answerProfile(this.#sources, query))
  }

  /** What is added up of a long time does not keep everybody else from the gate. */
  async #answer<T>(selections: readonly Selection[], answer: () => Promise<T>): Promise<T> {
    for (const selection of selections) await readAhead(this.#sources, this.#gate, selection)
    return this.#gate.read(answer)
  }

  keptSince(groupId: string): Promise<KeptSince> {
    return this.#options.manifest.keptSince(groupId)
  }

  tree(query: TreeQuery): Promise<TreeOutcome> {
    const { groupId, sides } = query
    const selections = sides.map((side) => ({ groupId, ...side }))
    return this.#answer(selections, () => answerTree(this.#sources, query))
  }

  search(query: SearchQuery): Promise<SearchAnswer | null> {
    return this.#answer([query], () => answerSearch(this.#sources, query))
  }

  recommendations(query: RecommendationQuery): Promise<FoundRecommendations | null> {
    return this.#answer([query], () => answerRecommendations(this.#sources, query))
  }

  fleet(query: FleetQuery): Promise<Uint8Array> {
    return this.#gate.read(() => answerFleet(this.#reports, query))
  }

  heap(query: HeapQuery): Promise<Uint8Array> {
    return answerHeap(this.#reports, this.#gate, query)
  }

  series(query: SeriesQuery): Promise<Series> {
    return answerSeries(this.#sources, this.#gate, query)
  }

  windows(period: Period): Promise<Float64Array> {
    return this.#gate.read(async () => {
      const { groupId } = period
      const { manifest } = this.#options
      const kept = await manifest.keptSince(groupId)
      const { from, to } = wholeRange(period.from, period.to, kept)
      const sealed = await manifest.blocks({ groupId, from, to })
      const times = spans(sealed, this.#index.windows(groupId, from, to), { from, to }, kept)
      const overlapping = times.filter(({ start, end }) => start < period.to && end > period.from)
      return Float64Array.from(overlapping, ({ start }) => start)
    })
  }

  async status(groupId: string): Promise<GroupStatus> {
    return this.#index.status(groupId)
  }

  /** Seals the windows that are over, some time after their end. To be called every few seconds. */
  maintain(): Promise<void> {
    return this.#orStop(async () => {
      const now = this.#options.now()
      await eachTried([
        () => this.#sealer.sweep(),
        () => this.#sealer.seal(now - graceMilliseconds, now - lateMilliseconds),
        () => this.#sealer.inTurn(() => this.#retainer.step(now)),
        () => this.#forgetTokens(this.#retainer.trusted),
      ])
    })
  }

  async #forgetTokens(now: number): Promise<void> {
    const { manifest, blobs } = this.#options
    const before = now - tokenLifetime
    this.#sealedTokens.forgetBefore(before)
    for (const key of await manifest.forgetTokenLists(before)) await blobs.remove(key)
  }

  /** Seals every window that is over. */
  seal(): Promise<void> {
    return this.#orStop(() => this.#sealer.seal(this.#options.now(), Number.POSITIVE_INFINITY))
  }

  async deletePeriod(period: Period): Promise<DeletePeriodOutcome> {
    if (!this.#groups.has(period.groupId)) return { kind: 'unknown-group' }
    const now = this.#options.now()
    if (period.to > now - (now % windowMilliseconds)) return { kind: 'not-over' }
    // What an import knows of deletions must not change under it.
    return this.#importInTurn(() => this.#deletePeriod(period))
  }

  async #deletePeriod(period: Period): Promise<DeletePeriodOutcome> {
    // Where others' segments cannot be sealed, that is no reason not to.
    await this.seal().catch(() => {})
    let outcome: DeletePeriodOutcome = { kind: 'unavailable', message: 'The store is closing.' }
    try {
      await this.#orStop(() =>
        this.#sealer.inTurn(async () => {
          outcome = await this.#deleteSealed(period)
        }),
      )
    } catch (error) {
      this.#options.onNotice(`profiles could not be deleted: ${(error as Error).message}`)
      return { kind: 'unavailable', message: 'The profiles could not be deleted now.' }
    }
    return outcome
  }

  async #deleteSealed(period: Period): Promise<DeletePeriodOutcome> {
    if (this.#unsealed(period) > 0)
      return { kind: 'unavailable', message: 'Some profiles of the period cannot be sealed now.' }
    return deletePeriod({ manifest: this.#options.manifest, remove: this.#remove }, period)
  }

  /** After a failed sync, or a commit that may have been done, nothing can be known of what the disk holds. */
  async #orStop(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (isFatal(error)) this.#stopForGood(error)
      throw error
    }
  }

  async health(): Promise<StoreHealth> {
    if (this.#trouble !== null && this.#fatal === null) await this.#recover()
    const reason = this.#fatal === null ? this.#trouble : reasonOf(this.#fatal)
    return { isWritable: reason === null, reason }
  }

  async #recover(): Promise<void> {
    try {
      await this.#lanes.prepare(windowOf(this.#options.now()))
      this.#trouble = null
    } catch (error) {
      this.#failed(error as Error, null)
    }
  }

  held(): HeldMemory {
    return { dictionaries: this.#lanes.dictionaryBytes, queue: this.#lanes.queuedBytes }
  }

  async close(): Promise<void> {
    await this.#sealer.stop()
    await this.#lanes.close()
  }
}

/** An import is no sign of an agent that is at work now. */
function reportedAt(
  { source = 'agent', receivedAt, reportedAt }: ProfilePost,
  { end }: AgentProfile,
): number {
  return source === 'agent' ? receivedAt : Math.min(receivedAt, reportedAt ?? end)
}

/** @throws what is no fault of the profile */
function refusedOr(error: unknown): PostOutcome {
  if (error instanceof ProfileError) return { kind: 'refused', message: error.message }
  throw error
}

function isFatal(error: unknown): error is Error {
  return error instanceof StorageSyncError || error instanceof CommitUnknown
}

/** One after the other; one that fails keeps no other from its turn, unless nothing can be known any more. */
async function eachTried(works: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      if (isFatal(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

function reasonOf(fatal: Error): string {
  return fatal instanceof StorageSyncError ? `a sync to disk failed: ${fatal.message}` : fatal.message
}

/** Damage is met again whenever it is read again: reported once for each place. */
function once(report: (damage: Damage) => void): (damage: Damage) => void {
  const reported = new Set<string>()
  return (damage) => {
    const place = `${damage.file}:${damage.offset}`
    if (reported.has(place)) return
    reported.add(place)
    report(damage)
  }
}
