import type { Retention } from './catalog.ts'
import type { KeptSince } from './kept-since.ts'

/**
 * The manifest: which sealed blobs make up the profiles of each group. Small and consistent, so it lives in the
 * catalog's database; the blobs themselves are immutable and never found by listing. Every change is durable, and whole,
 * when its promise resolves. Instants are epoch milliseconds.
 */
export interface Manifest {
  /**
   * What a sealing made takes the place of its segments, but for the groups that are left in them. Of groups that are gone
   * by now nothing is taken, the rest is.
   *
   * @returns keys of the blobs that were not taken
   * @throws Error where something else was left of one of the segments before: nothing is taken then. After any other
   *   rejection the seal may have been taken; `sealedSegments` tells
   */
  commitSeal(seal: Seal): Promise<readonly string[]>
  /** Segments that blocks have taken the place of, wholly or in part, and that are not forgotten yet, by name. */
  sealedSegments(): Promise<readonly SealedSegment[]>
  /** The segments are removed. */
  forgetSegments(segments: readonly string[]): Promise<void>

  /** Blocks of every level that overlap [from, to), by id. */
  blocks(query: BlockQuery): Promise<readonly BlockRecord[]>
  /** Parts of the dictionary of one group's day, by id: together they are its epoch. */
  dictionaryParts(groupId: string, epoch: number): Promise<readonly PartRecord[]>
  /** Keys of all that a group's profiles are kept in: what else is in its directory is referred to by nothing. */
  keys(groupId: string): Promise<readonly string[]>
  /**
   * One part takes the place of all those up to `through`.
   *
   * @returns keys of the replaced blobs, or of the new one where there are none to replace (the day was dropped, or
   *   the group is gone)
   */
  consolidateParts(part: NewPart, through: number): Promise<readonly string[]>

  /**
   * Aligned hours or days, over by `endedBy`, with a window's (or for a day, an hour's) block that their roll-up does not
   * include: there is none yet, or a late profile came. In the order of start and group id, those behind `after`, at most `limit`.
   */
  dueRollUps(
    level: RollUpLevel,
    endedBy: number,
    limit: number,
    after?: RollUpPlace,
  ): Promise<readonly RollUpPlace[]>
  /** A roll-up takes the place of the one before it. @returns keys of the replaced blobs, or of the new one where the group is gone */
  putRollUp(block: NewBlock & { readonly level: RollUpLevel }): Promise<readonly string[]>

  /** For each group with blocks, what DescribeProfilingGroup says of them. */
  latest(): Promise<readonly GroupLatest[]>
  /** Lists of remembered profileTokens, oldest first. */
  tokenLists(): Promise<readonly TokenList[]>
  /** Forgets the lists whose last profile was received before the instant. @returns their keys */
  forgetTokenLists(before: number): Promise<readonly string[]>

  /** How long profiles are kept, of the groups that have a rule of their own. */
  retentions(): Promise<readonly GroupRetention[]>
  /** How far back each resolution of a group is kept. */
  keptSince(groupId: string): Promise<KeptSince>
  /** Start of a group's first block of a level that starts at `from` or later; null where there is none. */
  firstBlock(groupId: string, level: BlockLevel, from: number): Promise<number | null>
  /**
   * Forgets blocks, and dictionaries of days that have no block of any level any more. What a roll-up still had to take
   * from them it has not any more; hours that lie before what is kept of hours are due no longer, and never again.
   *
   * @returns keys of their blobs
   */
  removeBlocks(removal: Removal): Promise<readonly string[]>
  /** The times of which a group's profiles were deleted, each as often as they were. */
  deletedPeriods(groupId: string): Promise<readonly TimeSpan[]>
  /** Parts that what it is kept in can be checked by, in an order of their own. */
  databaseParts(): Promise<readonly string[]>
  /** What the database itself finds wrong in a part, in words. A large one takes seconds, and who asks meanwhile waits. */
  databaseFaults(part: string): Promise<readonly string[]>
  /** The clock that ages are measured by, as it was kept last. */
  retentionClock(): Promise<RetentionClock | null>
  keepRetentionClock(clock: RetentionClock): Promise<void>
}

/** How long a block's time is: a window, or the roll-up of an hour or a day. */
export type BlockLevel = 'PT5M' | 'PT1H' | 'P1D'
export type RollUpLevel = Exclude<BlockLevel, 'PT5M'>

export const levelMilliseconds: Readonly<Record<BlockLevel, number>> = {
  PT5M: 300_000,
  PT1H: 3_600_000,
  P1D: 86_400_000,
}

export interface NewBlock {
  readonly groupId: string
  readonly level: BlockLevel
  /** Aligned to the level. */
  readonly start: number
  readonly key: string
  /** How many agent profiles it sums. */
  readonly profiles: number
  /** Of its profiles, when the last one was received. */
  readonly receivedAt: number
  /** Of a roll-up: the latest window's block in it; everything later is missing from it. 0 for a window's. */
  readonly through: number
}

export interface BlockRecord extends NewBlock {
  /** Ascending in the order of commits, over all groups. */
  readonly id: number
}

export interface NewPart {
  readonly groupId: string
  /** Start of the UTC day. */
  readonly epoch: number
  readonly key: string
}

interface PartRecord extends NewPart {
  readonly id: number
}

export interface SealedSegment {
  readonly name: string
  /** Ids of the groups whose records in it are not sealed: they still count. Sorted. */
  readonly left: readonly string[]
}

export interface SegmentSeal extends SealedSegment {
  /** What was left until now; null where nothing of it was sealed. */
  readonly before: readonly string[] | null
}

export interface Seal {
  readonly segments: readonly SegmentSeal[]
  /** Of windows. */
  readonly blocks: readonly NewBlock[]
  readonly parts: readonly NewPart[]
  /** The tokens of the segments' profiles. */
  readonly tokens: readonly TokenList[]
}

interface TokenList {
  readonly key: string
  /** When the last of its profiles was received. */
  readonly receivedAt: number
}

interface BlockQuery {
  readonly groupId: string
  readonly from: number
  readonly to: number
}

interface RollUpPlace {
  readonly groupId: string
  readonly start: number
}

interface GroupLatest {
  readonly groupId: string
  /** Start of the latest window that had a block: its profiles may be kept in roll-ups only. */
  readonly latestWindow: number
  /** When the last profile was received. */
  readonly receivedAt: number
}

/** [from, to), epoch milliseconds. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** Blocks of one group that are kept no longer. */
export interface Removal {
  readonly groupId: string
  readonly blocks: readonly number[]
  /** They are gone for their age: no resolution counts as kept from before these instants any more. */
  readonly keptSince: KeptSince | null
  /** Their profiles are deleted, with all others of this time: none of its windows is the latest any more. */
  readonly deleted: TimeSpan | null
  /** Roll-ups that are to be made of what is left, if anything is. */
  readonly due: readonly { readonly level: RollUpLevel; readonly start: number }[]
}

interface GroupRetention {
  readonly groupId: string
  readonly retention: Retention
}

/** What is known of the clock; see retention-clock.ts. */
export interface RetentionClock {
  readonly trusted: number
  readonly seen: number
  readonly stood: number
}
