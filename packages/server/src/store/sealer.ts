import { randomUUID } from 'node:crypto'
import type { Manifest, Seal, SegmentSeal } from '../storage/manifest.ts'
import {
  type BlobStore,
  type Damage,
  type GroupKey,
  type Journal,
  StorageSyncError,
} from '../storage/ports.ts'
import type { BlockReader } from './block-reader.ts'
import type { DayEpochs } from './day-epochs.ts'
import { restName } from './epoch-map.ts'
import type { FleetReader } from './fleet-reader.ts'
import { GatheredTokens } from './gathered-tokens.ts'
import type { HeapReader } from './heap-reader.ts'
import { hasToken, type TokenMark } from './profile-token.ts'
import type { ReadGate } from './read-gate.ts'
import { rollUp } from './roll-up.ts'
import { scanSegment } from './scan-segment.ts'
import { type SealedGroup, sealGroup } from './seal-group.ts'
import { sealablePlaces } from './sealable-places.ts'
import { SealedFileDamaged } from './sealed-file.ts'
import type { SealedTokens } from './sealed-tokens.ts'
import { segmentHeaderLength } from './segment-format.ts'
import type { SegmentIndex } from './segment-index.ts'
import type { SegmentLanes } from './segment-lanes.ts'
import type { SeriesReader } from './series-reader.ts'
import { encodeTokenList, tokenDirectory } from './token-list.ts'
import type { UnsealedTokens } from './unsealed-tokens.ts'
import { windowMilliseconds } from './window.ts'

export interface SealerParts {
  readonly journal: Journal
  readonly blobs: BlobStore
  readonly manifest: Manifest
  readonly groups: ReadonlyMap<string, GroupKey>
  readonly index: SegmentIndex
  readonly lanes: SegmentLanes
  /** Of segments: what they remember of one that is sealed, also in part, goes. */
  readonly views: readonly { forgetSegments(segments: readonly string[]): void }[]
  readonly unsealedTokens: UnsealedTokens
  readonly sealedTokens: SealedTokens
  /** Nobody else's. */
  readonly epochs: DayEpochs
  /** As SealSources.mostDayBytes. */
  readonly mostDayBytes: number
  readonly blocks: BlockReader
  readonly fleets: FleetReader
  readonly series: SeriesReader
  readonly heaps: HeapReader
  /** Answers are given behind it: none may see a profile both in a segment and in a block, or in neither. */
  readonly gate: ReadGate
  /** Segments that a start found to be damaged: a copy of them is kept aside. */
  readonly damaged: ReadonlySet<string>
  readonly onDamage: (damage: Damage) => void
  readonly onNotice: (message: string) => void
  /** Resolves once what was acknowledged so far is in the index. */
  readonly indexed: () => Promise<void>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Neither segments nor blocks may be taken for what counts: the process must end, and the next start looks. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
}

/** Segments of one commit: what has to be read again when it fails, and how long the manifest is held. */
const maxSegmentsAtOnce = 32

/**
 * Sealing: closed segments become blocks, blocks become roll-ups. A segment goes only when the manifest has its blocks,
 * and with one step for every answer; cut off at any moment, the next start goes on from there.
 */
export class Sealer {
  readonly #parts: SealerParts
  #running: Promise<void> = Promise.resolve()
  #isStopping = false
  /** There may be blobs that nothing names: of an earlier start, or of a removal that failed. */
  #hasLeftovers = true
  readonly #toldOfRest = new Set<string>()
  /** Segments of which a copy is kept aside when they go. */
  readonly #damaged: Set<string>
  /** By segment that is sealed in part: the groups left in it. */
  #leftBefore: ReadonlyMap<string, readonly string[]> = new Map()

  constructor(parts: SealerParts) {
    this.#parts = parts
    this.#damaged = new Set(parts.damaged)
  }

  /**
   * Seals every window that ended by `endedBy`, with the latecomers since `lateSince`, and makes the roll-ups that are
   * due. One at a time.
   */
  seal(endedBy: number, lateSince: number): Promise<void> {
    return this.inTurn(() => this.#seal(endedBy, lateSince))
  }

  /** The group is in the index no longer: its blobs go, and the segments that nobody else uses. */
  removeGroup(groupId: string): Promise<void> {
    return this.inTurn(async () => {
      this.#parts.epochs.forget(groupId)
      await this.orLeaveOver(async () => {
        await this.#closedSegments()
        await this.discard(await this.#parts.blobs.list(groupId))
      })
    })
  }

  /** Removes blobs that nothing names: of what was cut off or failed. Between sealings, when none is on its way. */
  sweep(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.#hasLeftovers) return
      this.#hasLeftovers = false
      await this.orLeaveOver(() => this.#sweep())
    })
  }

  /** What fails may leave blobs that nothing names. */
  async orLeaveOver<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.#hasLeftovers = true
      throw error
    }
  }

  /** What changes what is sealed, one after the other. What breaks off because the store closes has not failed. */
  inTurn(work: () => Promise<void>): Promise<void> {
    const before = this.#running.catch(() => {})
    this.#running = before.then(work).catch((error) => {
      if (!this.#isStopping) throw error
    })
    return this.#running
  }

  async #sweep(): Promise<void> {
    const { blobs, manifest, groups } = this.#parts
    const lists = await manifest.tokenLists()
    await this.#removeUnnamed(tokenDirectory, new Set(lists.map(({ key }) => key)))
    for (const directory of await blobs.directories()) {
      if (this.#isStopping) return
      if (directory === tokenDirectory) continue
      // Of a group that is gone the manifest names nothing.
      const named = groups.has(directory) ? await manifest.keys(directory) : []
      await this.#removeUnnamed(directory, new Set(named))
    }
  }

  async #removeUnnamed(directory: string, named: ReadonlySet<string>): Promise<void> {
    const { blobs } = this.#parts
    for (const key of await blobs.list(directory)) if (!named.has(key)) await blobs.remove(key)
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Finishes the group at hand; what is not committed then is sealed after the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running.catch(() => {})
  }

  async #seal(endedBy: number, lateSince: number): Promise<void> {
    this.#parts.lanes.closeEnded(endedBy, lateSince)
    const closed = await this.#closedSegments()
    const ended = new Set(this.#parts.index.segmentsUpTo(endedBy - windowMilliseconds))
    const ready = closed.filter((name) => ended.has(name))
    const { manifest, blobs, blocks, fleets, heaps, series, groups, onDamage } = this.#parts
    if (ready.length > 0)
      this.#leftBefore = new Map((await manifest.sealedSegments()).map(({ name, left }) => [name, left]))
    const failures: Error[] = []
    for (let at = 0; at < ready.length; at += maxSegmentsAtOnce)
      failures.push(...(await this.#sealOrSplit(ready.slice(at, at + maxSegmentsAtOnce))))
    for (const failure of failures)
      if (failure instanceof SealedFileDamaged)
        onDamage({ file: failure.key, offset: 0, lost: 'nothing yet: what is not sealed cannot be' })
    const discard = (keys: readonly string[]): Promise<void> => this.discard(keys)
    const isStopping = (): boolean => this.isStopping
    await this.orLeaveOver(() =>
      rollUp({ manifest, blobs, blocks, fleets, heaps, series, groups, discard, isStopping }, endedBy),
    )
    if (failures.length > 0) throw failures[0]!
  }

  /** Segments that will not change any more, all they hold being in the index; those that nobody uses are removed. */
  async #closedSegments(): Promise<readonly string[]> {
    const { lanes, index, indexed } = this.#parts
    await lanes.settled()
    // In this order: what a segment closed by now holds is in the index afterwards. Others may be closing meanwhile.
    const closed = lanes.closed()
    await indexed()
    const unused = closed.filter((name) => !index.isUsed(name))
    for (const name of unused) await this.#removeSegment(name)
    // In this order: a file without its row would count whole again.
    if (unused.length > 0) await this.#parts.manifest.forgetSegments(unused)
    return closed.filter((name) => !unused.includes(name))
  }

  /** Segments that cannot be sealed do not keep others from it. @returns why some could not */
  async #sealOrSplit(names: readonly string[]): Promise<readonly Error[]> {
    if (this.#isStopping) return []
    try {
      return await this.#sealSegments(names)
    } catch (error) {
      if (error instanceof CommitUnknown || error instanceof StorageSyncError) throw error
      if (names.length === 1) return [error as Error]
    }
    const failures: Error[] = []
    for (const name of names) failures.push(...(await this.#sealOrSplit([name])))
    return failures
  }

  /** Groups of which a dictionary cannot be read are left in the segments. @returns why */
  async #sealSegments(names: readonly string[]): Promise<readonly Error[]> {
    const { groups, epochs, index } = this.#parts
    const failures: Error[] = []
    const leftIn = new Map(names.map((name) => [name, [] as string[]]))
    const begun = new Set<string>()
    const sealed: (SealedGroup & { readonly group: GroupKey })[] = []
    const put: string[] = []
    const tokens = new GatheredTokens(this.#parts.now())
    const places = index.placesIn(names)
    let untaken: readonly string[]
    try {
      for (const [groupId, inSegments] of places) {
        const group = groups.get(groupId)
        if (group === undefined) continue
        const found = await sealablePlaces(epochs, group, inSegments)
        failures.push(...found.failures)
        for (const { segment } of found.left) leftIn.get(segment)!.push(groupId)
        for (const { segment } of found.sealable) begun.add(segment)
        if (found.sealable.length === 0) continue
        const ofGroup = await sealGroup(this.#parts, group, found, tokens, (key) => put.push(key))
        if (ofGroup.hasRest) this.#tellOfRest(groupId)
        sealed.push({ group, ...ofGroup })
        if (this.#isStopping) throw new Error('the store is closing')
      }
      for (const [name, left] of leftIn) if (left.length > 0 && !begun.has(name)) leftIn.delete(name)
      untaken = await this.#commit(leftIn, sealed, tokens, put)
    } catch (error) {
      // The epochs hold what the manifest does not have: they are read again when needed.
      for (const groupId of places.keys()) epochs.forget(groupId)
      if (!(error instanceof CommitUnknown)) await this.discard(put).catch(() => {})
      throw error
    }
    for (const name of sealed.flatMap(({ damaged }) => damaged)) this.#damaged.add(name)
    const done = [...leftIn].flatMap(([name, left]) => (left.length === 0 ? [name] : []))
    for (const name of done) await this.#removeSegment(name)
    for (const [name, left] of leftIn) if (left.length > 0) await this.#keepTokens(name, left)
    if (done.length > 0) await this.#parts.manifest.forgetSegments(done)
    await this.orLeaveOver(async () => {
      await this.discard(untaken)
      for (const { group, days } of sealed)
        for (const day of days) await this.discard(await epochs.consolidate(group, day))
    })
    return failures
  }

  /** Of a segment that stays: the tokens of groups that are sealed are in lists, which are forgotten in time. */
  async #keepTokens(name: string, left: readonly string[]): Promise<void> {
    const { journal, unsealedTokens } = this.#parts
    const marks: TokenMark[] = []
    await scanSegment(journal, name, ({ header }) => {
      if (left.includes(header.groupId) && hasToken(header)) marks.push(header)
    })
    unsealedTokens.keepOnly(name, marks)
  }

  /** Once for each group: it concerns the program, and lasts. */
  #tellOfRest(groupId: string): void {
    if (this.#toldOfRest.has(groupId)) return
    this.#toldOfRest.add(groupId)
    this.#parts.onNotice(
      `The profiling group ${groupId} has more call paths in a day than are told apart: what is new is counted below its caller, ` +
        `as '${restName}'. Names that are other ones each time (ids, numbers, generated classes) are the usual reason.`,
    )
  }

  /**
   * @param leftIn by segment: groups that are left in it
   * @returns keys of what the manifest did not take: of groups that were deleted meanwhile
   */
  async #commit(
    leftIn: ReadonlyMap<string, readonly string[]>,
    sealed: readonly SealedGroup[],
    { lists }: GatheredTokens,
    put: string[],
  ): Promise<readonly string[]> {
    if (leftIn.size === 0) return []
    const segments = [...leftIn].map(
      ([name, left]): SegmentSeal => ({
        name,
        before: this.#leftBefore.get(name) ?? null,
        left: left.toSorted(),
      }),
    )
    const { blobs, gate, index, views, sealedTokens } = this.#parts
    const tokens = lists.map((gathered) => {
      const list = encodeTokenList(`${tokenDirectory}/${randomUUID()}`, gathered)
      return { list, key: list.key, receivedAt: gathered.receivedAt }
    })
    for (const { key, list } of tokens) {
      put.push(key)
      await blobs.put(key, list.bytes)
    }
    const blocks = sealed.flatMap((group) => group.blocks)
    const parts = sealed.flatMap((group) => group.parts)
    return gate.write(async () => {
      const named = tokens.map(({ key, receivedAt }) => ({ key, receivedAt }))
      const left = await this.#commitOnce({ segments, blocks, parts, tokens: named })
      // The segments are removed later, so a token is known at every instant.
      for (const { list, receivedAt } of tokens) sealedTokens.add(list, receivedAt)
      index.removeSealed(segments)
      for (const view of views) view.forgetSegments([...leftIn.keys()])
      return left
    })
  }

  /** @throws CommitUnknown where it cannot be told whether it was done */
  async #commitOnce(seal: Seal): Promise<readonly string[]> {
    const { manifest } = this.#parts
    try {
      return await manifest.commitSeal(seal)
    } catch (error) {
      const known = await manifest.sealedSegments().catch(() => {
        throw new CommitUnknown(
          `whether a sealing was committed cannot be known: ${(error as Error).message}`,
        )
      })
      const leftIn = new Map(known.map(({ name, left }) => [name, left.join()]))
      if (!seal.segments.every(({ name, left }) => leftIn.get(name) === left.join())) throw error
      // It was done, and only the answer was lost.
      return []
    }
  }

  async #removeSegment(name: string): Promise<void> {
    const { journal, lanes, unsealedTokens } = this.#parts
    if (this.#damaged.has(name)) await journal.cut(name, segmentHeaderLength)
    await journal.remove(name)
    lanes.forget(name)
    unsealedTokens.forget(name)
    this.#damaged.delete(name)
  }

  /** Removes blobs that no answer from now on will ask for, once those under way are given. */
  async discard(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#parts.gate.write(async () => {})
    await this.orLeaveOver(async () => {
      for (const key of keys) await this.#parts.blobs.remove(key)
    })
  }
}
