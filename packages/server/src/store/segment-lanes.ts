import { type Journal, StorageWriteError } from '../storage/ports.ts'
import { GroupCounters } from './group-counters.ts'
import { OpenSegment, type WritingOptions } from './open-segment.ts'
import { windowMilliseconds } from './window.ts'

export interface LaneOptions {
  readonly journal: Journal
  readonly now: () => number
  /** Segments of earlier starts, oldest first. */
  readonly earlier: readonly string[]
  /** A segment is closed when it is this long. */
  readonly maxSegmentBytes: number
  /** Segments are closed when they hold this much of dictionaries together. */
  readonly maxDictionaryBytes: number
  /** Whether generated parts of frame names are left out. */
  readonly isNormalising: boolean
}

const maxSegmentAge = 60 * 60 * 1000
/** Agents may be ten minutes ahead. */
const windowsAhead = 3
/** One segment for everything that comes later than the window before the running one. */
const lateLane = -1

/**
 * The segments that are written: one for each window that profiles arrive for, so that a window is sealed from segments
 * of its own, and one for all that come late.
 */
export class SegmentLanes {
  readonly #options: LaneOptions
  /** By window, or `lateLane`. */
  readonly #open = new Map<number, OpenSegment>()
  readonly #opening = new Map<number, Promise<void>>()
  /** By name: closed once what is queued is written. */
  readonly #retiring = new Map<string, Promise<void>>()
  /** By name: failed and not yet cut back. What lies behind their durable length was refused. */
  readonly #uncut = new Map<string, OpenSegment>()
  /** Written to their ends. */
  readonly #closed: Set<string>
  readonly #writing: WritingOptions
  #cutting: Promise<void> | null = null
  #lastCreatedAt: number

  constructor(options: LaneOptions) {
    this.#options = options
    this.#writing = { isNormalising: options.isNormalising, counters: new GroupCounters(options.now) }
    this.#closed = new Set(options.earlier)
    this.#lastCreatedAt = createdAt(options.earlier.at(-1))
  }

  /** The segment for profiles of a window; null where `prepare` must make it first. */
  find(window: number): OpenSegment | null {
    if (this.#uncut.size > 0) return null
    const lane = this.#laneOf(window)
    const segment = this.#open.get(lane)
    if (segment === undefined) return null
    if (!this.#isFull(segment)) return segment
    this.#retire(lane)
    return null
  }

  /** Makes a segment for the window. @throws StorageWriteError, StorageSyncError */
  async prepare(window: number): Promise<void> {
    while (this.#uncut.size > 0) {
      this.#cutting ??= this.#cutBack().finally(() => {
        this.#cutting = null
      })
      await this.#cutting
    }
    const lane = this.#laneOf(window)
    if (this.#open.has(lane)) return
    const opening = this.#opening.get(lane) ?? this.#make(lane).finally(() => void this.#opening.delete(lane))
    this.#opening.set(lane, opening)
    await opening
  }

  #laneOf(window: number): number {
    const running = Math.floor(this.#options.now() / windowMilliseconds) * windowMilliseconds
    const isNear =
      window >= running - windowMilliseconds && window <= running + windowsAhead * windowMilliseconds
    return isNear || this.#open.has(window) ? window : lateLane
  }

  async #make(lane: number): Promise<void> {
    const { journal, now } = this.#options
    // A clock that was set back must not make a segment look older than the last one.
    this.#lastCreatedAt = Math.max(now(), this.#lastCreatedAt + 1)
    this.#open.set(lane, await OpenSegment.create(journal, this.#lastCreatedAt, now(), this.#writing))
  }

  #isFull(segment: OpenSegment): boolean {
    return (
      segment.length >= this.#options.maxSegmentBytes ||
      isOlder(segment, this.#options.now() - maxSegmentAge, this.#options.now()) ||
      this.dictionaryBytes >= this.#options.maxDictionaryBytes
    )
  }

  /** Lets the segment finish what is queued, and closes it behind the scenes. */
  #retire(lane: number): void {
    const segment = this.#open.get(lane)!
    this.#open.delete(lane)
    const closing = segment
      .close()
      .catch(() => {})
      .then(() => {
        this.#retiring.delete(segment.name)
        this.#closed.add(segment.name)
      })
    this.#retiring.set(segment.name, closing)
  }

  /** Leaves a segment that failed; the next profile gets another. */
  abandon(segment: OpenSegment): void {
    this.#uncut.set(segment.name, segment)
    for (const [lane, open] of this.#open) if (open === segment) this.#retire(lane)
  }

  /**
   * Cuts failed segments back to what is durable. Before that nothing more may be stored: whole records in the tail of
   * one were refused, their senders try again, and the next start would count both.
   */
  async #cutBack(): Promise<void> {
    await Promise.all(this.#retiring.values())
    for (const [name, { durableLength }] of this.#uncut) {
      try {
        await this.#options.journal.cut(name, durableLength)
      } catch (error) {
        throw new StorageWriteError((error as Error).message)
      }
      this.#uncut.delete(name)
    }
  }

  /** Closes the segments of windows that ended by `endedBy`, and that of latecomers where it was opened by `lateSince`. */
  closeEnded(endedBy: number, lateSince: number): void {
    for (const [lane, segment] of this.#open) {
      const isOver =
        lane === lateLane
          ? isOlder(segment, lateSince, this.#options.now())
          : lane + windowMilliseconds <= endedBy
      if (isOver) this.#retire(lane)
    }
  }

  /** Those that will not change any more, oldest first. */
  closed(): string[] {
    return this.ended().filter((name) => !this.#uncut.has(name))
  }

  /** Those that nothing is written to any more, oldest first; what failed is to be cut off some of them first. */
  ended(): string[] {
    return [...this.#closed].sort()
  }

  /** Resolves once the segments closed before are written to their ends. */
  async settled(): Promise<void> {
    await Promise.all(this.#retiring.values())
  }

  /** The segment was removed. */
  forget(name: string): void {
    this.#uncut.delete(name)
    this.#closed.delete(name)
  }

  /** Held in memory by all of them. */
  get dictionaryBytes(): number {
    let sum = 0
    for (const segment of this.#open.values()) sum += segment.dictionaryBytes
    return sum
  }

  /** What waits for the disk. */
  get queuedBytes(): number {
    let sum = 0
    for (const segment of this.#open.values()) sum += segment.queuedBytes
    return sum
  }

  /** Finishes and closes everything. What cannot be cut back now is found, reported and cut by the next start. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values())
    for (const lane of [...this.#open.keys()]) this.#retire(lane)
    await Promise.all(this.#retiring.values())
    await this.#cutBack().catch(() => {})
  }
}

/** Names begin with the time of creation: they sort by it. 0 where a file that is none of ours lies there, too. */
function createdAt(name: string | undefined): number {
  const time = Number(name?.split('-')[0])
  return Number.isFinite(time) ? time : 0
}

/** Opened by `since`; one from the future is of a clock that was set back. */
function isOlder({ openedAt }: OpenSegment, since: number, now: number): boolean {
  return openedAt <= since || openedAt > now
}
