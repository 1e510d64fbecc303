/**
 * What the server needs of the world below it, as small interfaces. All are asynchronous; expected outcomes are values.
 * The catalog has a file of its own (catalog.ts).
 */

import type { Findings, Pattern } from '@wick/analysis'
import type { ProfileFilter } from '@wick/wire'
import type { KeptSince } from './kept-since.ts'
import type { BlockLevel } from './manifest.ts'

/** A profiling group as the store knows it. */
export interface GroupKey {
  /** UUID. */
  readonly id: string
  /**
   * Everything kept of the group is encrypted under keys derived from it: 32 bytes, and after rotations the earlier ones
   * behind it, the latest first. New files are written under the first; each file is under one of them.
   */
  readonly dataKey: Uint8Array
}

/** Profiles of all groups: keeps them durably and adds them up. */
export interface ProfileStore {
  addGroup(group: GroupKey): Promise<void>
  /** Its profiles are gone when this resolves. */
  removeGroup(groupId: string): Promise<void>
  /** Resolves once the profile is durable, or is known not to be kept. */
  post(post: ProfilePost): Promise<PostOutcome>
  /** Keeps what is in a file, of whatever age, as `post` does; the same file again changes nothing for a day. */
  importFile(file: ImportFile): Promise<PostOutcome>
  /**
   * Agent profiles one by one, a page at a time, of windows that are over: these are sealed first. Where only sums are left at
   * an end of [from, to), to the end of that hour or day. Null where there is no such group.
   */
  archive(query: ArchiveQuery): Promise<ArchivePage | null>
  /** Keeps the profiles of one chunk of an archive; the same chunk again changes nothing for a day. */
  importChunk(chunk: ImportChunk): Promise<ChunkOutcome>
  /** Looks at the next files, compares them with their checksums, and sees whether they say what they should. */
  verify(query: VerifyQuery): Promise<VerifyPage>
  /** What is kept, in numbers: the whole, and the next groups. */
  stats(query: { readonly after: string | null }): Promise<StatsPage>
  /**
   * The sum of what is durable in the windows of [from, to), widened to whole windows of the finest resolution still kept
   * for all of it; null where there is nothing. @throws UnfilterableTime
   */
  profile(query: ProfileQuery): Promise<StoredProfile | null>
  /** The heaviest call paths of one time, or of two beside each other. @throws UnfilterableTime */
  tree(query: TreeQuery): Promise<TreeOutcome>
  /** The frames whose name holds a text, heaviest first; null where there is nothing. @throws UnfilterableTime */
  search(query: SearchQuery): Promise<SearchAnswer | null>
  /** What patterns find; null where there is nothing to look at. @throws UnfilterableTime */
  recommendations(query: RecommendationQuery): Promise<FoundRecommendations | null>
  /** Who sent the profiles of a time, as JSON. */
  fleet(query: FleetQuery): Promise<Uint8Array>
  /** How often frames were sampled, step by step. @throws UnfilterableTime, CoarserThanSteps */
  series(query: SeriesQuery): Promise<Series>
  /** Heap summaries over time, as JSON. @throws UnfilterableTime */
  heap(query: HeapQuery): Promise<Uint8Array>
  /**
   * Starts (epoch milliseconds) of the 5-minute windows that hold data, ascending; where these are kept no longer, of the
   * hours or days. Those that overlap [from, to).
   */
  windows(query: {
    readonly groupId: string
    readonly from: number
    readonly to: number
  }): Promise<Float64Array>
  /** How far back each resolution of the group is kept. */
  keptSince(groupId: string): Promise<KeptSince>
  /** Nothing of the period is in any answer when this resolves, and the rest is; its profileTokens stay known. */
  deletePeriod(period: Period): Promise<DeletePeriodOutcome>
  status(groupId: string): Promise<GroupStatus>
  health(): Promise<StoreHealth>
  /** Seals the windows that are over since a while, makes roll-ups, lets go what is too old. To be called every few seconds. */
  maintain(): Promise<void>
  /** Seals every window that is over, now. */
  seal(): Promise<void>
  close(): Promise<void>
}

export interface ProfilePost {
  readonly groupId: string
  /** The caller's mark against counting a retry twice. */
  readonly token: string | null
  /** JSON, Ion text or Ion binary, inflated. */
  readonly body: Uint8Array
  /** A profile whose call graph takes the place of the one in `body`, where it is apart from the rest. */
  readonly callgraph?: Uint8Array | null
  /** SHA-256 of the content; null where the store is to make it if it needs it. */
  readonly bodySha256: Uint8Array | null
  /** Epoch milliseconds. */
  readonly receivedAt: number
  /** Of an import: when an agent posted it, epoch milliseconds; null where nobody knows, and its end is taken for it. */
  readonly reportedAt?: number | null
  /**
   * Who says it; an agent, unless told. What is imported may be of any age, and a sum over a fleet larger than what one
   * agent may send.
   */
  readonly source?: 'agent' | 'import' | 'sum'
}

export interface VerifyQuery {
  /** Null begins with the first file. */
  readonly after: VerifyPlace | null
  /** Whether what is damaged is kept aside and forgotten. */
  readonly quarantines: boolean
}

/** How far a verification has got: the file, or part of the catalog, looked at last. */
export interface VerifyPlace {
  readonly phase: 'catalog' | 'segments' | 'tokens' | 'groups'
  readonly name: string
}

export interface VerifyPage {
  /** How many were looked at. */
  readonly files: number
  readonly findings: readonly StoreFinding[]
  /** Null for the last page. */
  readonly next: VerifyPlace | null
}

/** A file, or what the catalog says of one, that is not what was written. */
export interface StoreFinding {
  readonly kind: 'segment' | 'tokens' | 'dictionary' | 'block' | 'roll-up' | 'catalog'
  /** Name of the segment, key of the blob; also where it is the catalog that says something else of it. */
  readonly file: string
  /** Byte at which it begins, as far as can be told. */
  readonly offset: number
  readonly groupId: string | null
  /** Of the window, hour or day; epoch milliseconds. */
  readonly start: number | null
  /** What it costs, in words. */
  readonly lost: string
  /** Whether it was kept aside and forgotten. */
  readonly isQuarantined: boolean
}

interface FileUsage {
  readonly files: number
  readonly bytes: number
}

export interface StatsPage {
  readonly segments: FileUsage
  readonly tokens: FileUsage
  /** In the order of their ids. */
  readonly groups: readonly GroupUsage[]
  /** The last of them; null where there are no more. */
  readonly next: string | null
}

export interface GroupUsage {
  readonly groupId: string
  readonly levels: readonly LevelUsage[]
  readonly dictionaries: FileUsage
  /** In segments. */
  readonly unsealed: { readonly profiles: number; readonly bytes: number }
}

export interface LevelUsage extends FileUsage {
  readonly level: 'PT5M' | 'PT1H' | 'P1D'
  readonly profiles: number
  /** Starts of the first and the last, epoch milliseconds; null where there are none. */
  readonly oldest: number | null
  readonly newest: number | null
}

/** Which profiles an archive is of, and how far it has got. */
export interface ArchiveQuery {
  readonly groupId: string
  /** Window borders, epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** Bodies of one page; a larger one has a page of its own. */
  readonly pageBytes: number
  /** What its first chunk says of it beside its time. */
  readonly about: Readonly<Record<string, string>>
  /** Where the page before ended; null for the first page. */
  readonly after: ArchivePlace | null
}

/** The next profile: of a block, and the number of the chunk it goes to. */
export interface ArchivePlace {
  /** Start of the block, epoch milliseconds. */
  readonly start: number
  readonly id: number
  readonly index: number
  readonly chunk: number
}

export interface ArchivePage {
  /** Whole chunks. */
  readonly bytes: Uint8Array
  /** How many agent profiles are in it. */
  readonly profiles: number
  /** How many of its place could not be read. */
  readonly lost: number
  /** How many come after it, as far as can be told now. */
  readonly left: number
  /** Null for the last page. */
  readonly next: ArchivePlace | null
}

export interface ImportChunk {
  readonly groupId: string
  readonly chunk: Uint8Array
  /** Epoch milliseconds. */
  readonly receivedAt: number
}

export type ChunkOutcome =
  | {
      readonly kind: 'imported'
      /** Records, by what became of them. */
      readonly stored: number
      readonly repeated: number
      readonly refused: number
      /** Why some were refused. */
      readonly messages: readonly string[]
    }
  /** The chunk is not what was written, or of another version. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Some may be kept; the same chunk may be sent again. */
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'unknown-group' }

/** What is in a file: a profile as agents post it, or one of another tool. */
export interface ImportFile {
  readonly groupId: string
  readonly format: 'profile' | 'pprof' | 'collapsed' | 'collapsed-by-counter' | 'speedscope'
  /** Not compressed. */
  readonly body: Uint8Array
  /** Its time, epoch milliseconds, of a format that has none; null leaves it to the file. */
  readonly start: number | null
  readonly end: number | null
  /** Of `collapsed`: what its samples are. */
  readonly counter: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
}

export type PostOutcome =
  | { readonly kind: 'stored' }
  /** The token was stored before with the same body. */
  | { readonly kind: 'repeated' }
  /** The profile cannot be accepted; the message is for its sender. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Nothing is kept; the same post may succeed later. */
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'unknown-group' }

/** Which profiles a question is about: those of a time, or of them those that pass a filter. */
export interface Selection {
  readonly groupId: string
  /** Window borders, epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly filter?: ProfileFilter
}

/** Of a part of the time only sums over the fleet are left: profiles cannot be told apart there. */
export class UnfilterableTime extends Error {
  override readonly name = 'UnfilterableTime'

  /** @param until its end, epoch milliseconds */
  constructor(until: number) {
    const instant = new Date(until).toISOString()
    super(
      `Up to ${instant} only sums over the whole fleet are left: a filter by fleet instance, host type, agent or label must begin there or later.`,
    )
  }
}

/** Of a part of the time only sums over more than a step are left. */
export class CoarserThanSteps extends Error {
  override readonly name = 'CoarserThanSteps'
}

export interface ProfileQuery extends Selection {
  readonly maxDepth: number | null
  readonly encoding: ProfileFormat
}

/** `ion` and `json` have the shape of a posted profile. Of collapsed stacks the counters are added up, or first frames. */
export type ProfileFormat = 'ion' | 'json' | 'pprof' | 'collapsed' | 'collapsed-by-counter' | 'speedscope'

export interface TreeQuery {
  readonly groupId: string
  /** One, or two to compare. */
  readonly sides: readonly Omit<Selection, 'groupId'>[]
  /** How many call paths at most, those above the focus not counted. */
  readonly maxNodes: number
  /** Frame names from the root's child on: only what is at or below that call path. */
  readonly focus: readonly string[]
  readonly encoding: 'binary' | 'json'
}

export type TreeOutcome =
  | { readonly kind: 'tree'; readonly body: Uint8Array }
  /** There is nothing on that side. */
  | { readonly kind: 'empty'; readonly side: number }
  /** No profile shows the path to focus on. */
  | { readonly kind: 'unknown-path' }

export interface SearchQuery extends Selection {
  /** Part of a name; capitals do not matter. */
  readonly text: string
  /** What the first ones have most of. */
  readonly orderBy: 'self' | 'total'
  readonly maxResults: number
}

/** Samples are over all thread states that the selection counts. */
export interface SearchAnswer {
  /** First and last instant of the windows that hold data. */
  readonly start: number
  readonly end: number
  /** All of them. */
  readonly samples: number
  /** Those with a frame on their stack whose name holds the text. */
  readonly matched: number
  /** How many frames have such a name. */
  readonly frames: number
  /** The first of them. */
  readonly hits: readonly FrameHit[]
}

interface FrameHit {
  readonly name: string
  /** Samples with the frame innermost. */
  readonly self: number
  /** Samples with the frame anywhere on the stack, recursion counted once. */
  readonly total: number
  /** Call paths that end in it. */
  readonly paths: number
}

export interface RecommendationQuery extends Selection {
  /** Whether the patterns that come with Wick are tried. */
  readonly withShipped: boolean
  /** Beside those. */
  readonly patterns: readonly Pattern[]
}

export interface FoundRecommendations extends Findings {
  /** First and last instant of the windows that hold data. */
  readonly start: number
  readonly end: number
}

export interface FleetQuery extends Selection {
  /** How many instances are listed at most; the rest is counted. */
  readonly maxInstances: number
}

/** A share of a group's samples: those with a frame anywhere on the stack, of those in some thread states. */
export interface SeriesMetric {
  /** Null for none: to have the totals only. */
  readonly frame: string | null
  /** Null for all. */
  readonly counters: readonly string[] | null
}

export interface SeriesQuery extends Selection {
  /** Milliseconds: a divisor of an hour or of a day, or a day, in whole windows. The range is whole steps. */
  readonly step: number
  readonly metrics: readonly SeriesMetric[]
}

/** Samples by step. What can be told only of longer times than a step is left out. */
export interface Series {
  /** Starts of the steps with profiles, epoch milliseconds, ascending; the other columns are as long. */
  readonly starts: Float64Array
  /** In the order of the query. Metrics of the same counters share their totals. */
  readonly metrics: readonly MetricSeries[]
}

export interface MetricSeries {
  /** All samples in the metric's counters. */
  readonly totals: Float64Array
  /** Of them those with the frame on the stack, each once. */
  readonly samples: Float64Array
}

export interface HeapQuery extends Selection {
  /** Milliseconds: as long as a window, an hour or a day; `from` and `to` are multiples of it. */
  readonly step: number
  /** How many types are told apart at most: the heaviest. */
  readonly maxTypes: number
}

export interface StoredProfile {
  /** First and last instant of the windows that hold data. */
  readonly start: number
  readonly end: number
  readonly body: Uint8Array
}

export interface GroupStatus {
  readonly lastReportedAt: number | null
  /** Start of the latest window that holds data. */
  readonly latestWindow: number | null
}

/** Both ends are window borders, epoch milliseconds. */
export interface Period {
  readonly groupId: string
  readonly from: number
  readonly to: number
}

export type DeletePeriodOutcome =
  | { readonly kind: 'deleted'; readonly profiles: number }
  /** The finest that is kept for all of the period is this, and it does not consist of whole ones. */
  | { readonly kind: 'not-whole'; readonly level: BlockLevel }
  /** Profiles are still being gathered for it. */
  | { readonly kind: 'not-over' }
  | { readonly kind: 'unknown-group' }
  /** Nothing is deleted; the same may succeed later. */
  | { readonly kind: 'unavailable'; readonly message: string }

export interface StoreHealth {
  readonly isWritable: boolean
  readonly reason: string | null
}

/** Something on disk is not what was written. Reported once for each place and start. */
export interface Damage {
  readonly file: string
  /** Byte at which it begins. */
  readonly offset: number
  /** What it costs, in words. */
  readonly lost: string
}

/**
 * Append-only segments. A segment is known by its name; names sort by age. Adapters: local files (here); later one
 * object for each batch.
 */
export interface Journal {
  /** Oldest first. */
  segments(): Promise<readonly string[]>
  size(segment: string): Promise<number>
  /** Bytes [from, to); shorter where the segment ends earlier. */
  read(segment: string, from: number, to: number): Promise<Uint8Array>
  /** The segment exists durably and holds `header` when this resolves. */
  create(segment: string, header: Uint8Array): Promise<SegmentWriter>
  /** Shortens a segment to `length` durably; what is cut off is kept aside. */
  cut(segment: string, length: number): Promise<void>
  remove(segment: string): Promise<void>
}

export interface SegmentWriter {
  /**
   * Durable when this resolves.
   *
   * @throws StorageWriteError the batch is not kept; this segment must not be appended to again
   * @throws StorageSyncError it cannot be known what is kept: nothing may be acknowledged any more
   */
  append(batch: readonly Uint8Array[]): Promise<void>
  close(): Promise<void>
}

/** A write failed (disk full, I/O error) before anything was promised. */
export class StorageWriteError extends Error {
  override readonly name = 'StorageWriteError'
}

/** A sync failed: the kernel may have dropped the pages, and a second sync would succeed without them. */
export class StorageSyncError extends Error {
  override readonly name = 'StorageSyncError'
}

/**
 * Immutable objects. A key is `DIRECTORY/NAME`, written once and never again; both parts are ASCII letters, digits and
 * `._-`, and begin with no dot. Adapters: files (here); later S3.
 */
export interface BlobStore {
  /**
   * The object is there durably, whole, when this resolves; after a rejection it may be there in part, and is no use.
   *
   * @throws StorageWriteError it is not kept, or there was one under this key before
   * @throws StorageSyncError it cannot be known what is kept
   */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Bytes [from, to), shorter where the object ends earlier; null where there is no such object. */
  get(key: string, from?: number, to?: number): Promise<Uint8Array | null>
  /** What is not there counts as removed. A power cut may bring it back. */
  remove(key: string): Promise<void>
  /** The directories that hold objects, or held some, sorted. */
  directories(): Promise<readonly string[]>
  /** Bytes of each object in one directory, by key. */
  sizes(directory: string): Promise<ReadonlyMap<string, number>>
  /** A copy of it is kept durably where nothing here reads, lists or removes it; the object itself stays. */
  setAside(key: string): Promise<void>
  /** Keys in one directory, sorted: what was put, and what a power cut or a failed put left there. */
  list(directory: string): Promise<readonly string[]>
}

/** Files with explicit durability: what is not synced may be lost, kept or garbled by a power cut. */
export interface FileLayer {
  /** With those above it that are missing. Each is durable once the directory it lies in is synced. */
  makeDirectory(path: string): Promise<void>
  /** Names in a directory, those of directories included; none where there is no such directory. */
  list(directory: string): Promise<string[]>
  size(file: string): Promise<number>
  /** Bytes [from, to); shorter at the end of the file. */
  read(file: string, from: number, to: number): Promise<Uint8Array>
  /** A new file; fails where there is one of that name. */
  create(file: string): Promise<AppendFile>
  /** Durable when this resolves. */
  truncate(file: string, length: number): Promise<void>
  remove(file: string): Promise<void>
  /** Makes creations and removals in the directory durable. */
  syncDirectory(directory: string): Promise<void>
}

export interface AppendFile {
  append(parts: readonly Uint8Array[]): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}
