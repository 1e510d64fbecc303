import { randomUUID } from 'node:crypto'
import type { AgentProfile } from '@wick/profile'
import type { Journal, SegmentWriter } from '../storage/ports.ts'
import { EpochWriter } from './epoch-writer.ts'
import type { GroupCounters } from './group-counters.ts'
import { RecordCipher } from './record-cipher.ts'
import {
  encodeRecordHeader,
  encodeSegmentHeader,
  frameRecord,
  type RecordHeader,
  segmentHeaderLength,
  segmentName,
} from './segment-format.ts'

export interface WritingOptions {
  /** Whether generated parts of frame names are left out. */
  readonly isNormalising: boolean
  readonly counters: GroupCounters
}

interface GroupState {
  readonly epoch: EpochWriter
  readonly cipher: RecordCipher
  nextOrdinal: number
}

interface Pending {
  readonly record: Uint8Array
  resolve(offset: number): void
  reject(error: Error): void
}

/**
 * The segment being written. Group commit: while a batch is being written and synced, the next one gathers, so many
 * posts share a sync. After a failure nothing more is appended: records after a lost one could not be read.
 */
export class OpenSegment {
  readonly name: string
  readonly id: Uint8Array
  /** By the clock; names are numbered otherwise where it was set back. */
  readonly openedAt: number
  readonly #writer: SegmentWriter
  readonly #groups = new Map<string, GroupState>()
  #queue: Pending[] = []
  #queuedBytes = 0
  #isWriting = false
  #idle: (() => void)[] = []
  #durableLength = segmentHeaderLength
  #dictionaryBytes = 0
  #failure: Error | null = null

  readonly #writing: WritingOptions

  private constructor(
    name: string,
    id: Uint8Array,
    openedAt: number,
    writer: SegmentWriter,
    writing: WritingOptions,
  ) {
    this.name = name
    this.id = id
    this.openedAt = openedAt
    this.#writer = writer
    this.#writing = writing
  }

  /** @param createdAt later than that of every other segment: names sort by it */
  static async create(
    journal: Journal,
    createdAt: number,
    openedAt: number,
    writing: WritingOptions,
  ): Promise<OpenSegment> {
    const id = Uint8Array.from(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'))
    const header = { id, createdAt }
    const name = segmentName(header)
    const writer = await journal.create(name, encodeSegmentHeader(header))
    return new OpenSegment(name, id, openedAt, writer, writing)
  }

  /** Bytes known to be durable: what the segment is cut back to after a failure. */
  get durableLength(): number {
    return this.#durableLength
  }

  /** Bytes written or waiting to be. */
  get length(): number {
    return this.#durableLength + this.#queuedBytes
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  /** Bytes of dictionaries held in memory. Kept while writing: every post asks. */
  get dictionaryBytes(): number {
    return this.#dictionaryBytes
  }

  /**
   * Encodes a profile and queues it. The profile is read before this returns (its arrays may be a decoder's scratch).
   *
   * @returns the record's offset and length once it is durable; rejects with StorageWriteError or StorageSyncError
   * @throws ProfileError where the group's profiles would have too many counters
   */
  append(
    header: Omit<RecordHeader, 'ordinal' | 'form'>,
    dataKey: Uint8Array,
    profile: AgentProfile,
  ): Promise<{ offset: number; length: number }> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const group = this.#group(header.groupId, dataKey)
    const held = group.epoch.byteLength
    const payload = group.epoch.encode(header.window, profile)
    // Only now: a profile that is refused takes no number.
    const ordinal = group.nextOrdinal++
    const head = encodeRecordHeader({ ...header, ordinal, form: 'packed' })
    this.#dictionaryBytes += group.epoch.byteLength - held
    const record = frameRecord([head, ...group.cipher.encrypt(ordinal, head, payload)])
    this.#queuedBytes += record.length
    return new Promise((resolve, reject) => {
      this.#queue.push({ record, resolve: (offset) => resolve({ offset, length: record.length }), reject })
      if (!this.#isWriting) void this.#writeBatches()
    })
  }

  #group(groupId: string, dataKey: Uint8Array): GroupState {
    const known = this.#groups.get(groupId)
    if (known !== undefined) return known
    const { isNormalising, counters } = this.#writing
    const epoch = new EpochWriter(isNormalising, (names) => counters.learn(groupId, names))
    const made = { epoch, cipher: new RecordCipher(dataKey, this.id), nextOrdinal: 0 }
    this.#groups.set(groupId, made)
    this.#dictionaryBytes += made.epoch.byteLength
    return made
  }

  async #writeBatches(): Promise<void> {
    this.#isWriting = true
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      try {
        await this.#writer.append(batch.map(({ record }) => record))
      } catch (error) {
        this.#fail(error as Error, [...batch, ...this.#queue])
        break
      }
      for (const { record, resolve } of batch) {
        resolve(this.#durableLength)
        this.#durableLength += record.length
        this.#queuedBytes -= record.length
      }
    }
    this.#isWriting = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #fail(error: Error, pending: readonly Pending[]): void {
    this.#failure = error
    this.#queue = []
    this.#queuedBytes = 0
    for (const { reject } of pending) reject(error)
  }

  /** Closes the file once everything queued is written. */
  async close(): Promise<void> {
    if (this.#isWriting) await new Promise<void>((resolve) => this.#idle.push(resolve))
    await this.#writer.close()
  }
}
