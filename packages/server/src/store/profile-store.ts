import {
  type CallTree,
  encodeIon,
  encodeJson,
  foldDepth,
  mergeTrees,
  ProfileDecoder,
  ProfileError,
  type ProfileLimits,
} from '@wick/profile'
import {
  type Damage,
  type GroupKey,
  type GroupStatus,
  type Journal,
  JournalSyncError,
  JournalWriteError,
  type PostOutcome,
  type ProfilePost,
  type ProfileQuery,
  type ProfileStore,
  type StoredProfile,
  type StoreHealth,
} from '../storage/ports.ts'
import { OpenSegment } from './open-segment.ts'
import { noToken, type Recovered, recover } from './recover.ts'
import { SegmentReader } from './segment-reader.ts'
import { tokenHash } from './token-memory.ts'
import { refusedEnd, windowMilliseconds, windowOf } from './window.ts'

export interface ProfileStoreOptions {
  readonly journal: Journal
  readonly groups: readonly GroupKey[]
  readonly limits: ProfileLimits
  readonly maxProfileAgeMilliseconds: number
  /** A segment is closed when it is this long. */
  readonly maxSegmentBytes?: number
  readonly now: () => number
  readonly onDamage: (damage: Damage) => void
  /** Nothing may be acknowledged any more: the process must end. */
  readonly onFatal: (error: Error) => void
}

const maxSegmentAge = 60 * 60 * 1000
const maxQueuedBytes = 64 * 1024 * 1024
const maxDictionaryBytes = 192 * 1024 * 1024
const maxViewBytes = 64 * 1024 * 1024
const tokenLifetime = 25 * 60 * 60 * 1000
const digestLength = 16

type Finished = { readonly digest: Uint8Array; readonly outcome: Promise<PostOutcome> }

/** Opens the store on a journal: reads back what is there, and writes to a new segment from the first post on. */
export async function openProfileStore(options: ProfileStoreOptions): Promise<ProfileStore> {
  const groups = new Map(options.groups.map((group) => [group.id, group]))
  const recovered = await recover(options.journal, groups, tokenLifetime, options.now(), options.onDamage)
  return new JournalProfileStore(options, groups, recovered)
}

class JournalProfileStore implements ProfileStore {
  readonly #options: ProfileStoreOptions
  readonly #groups: Map<string, GroupKey>
  readonly #index: Recovered['index']
  readonly #tokens: Recovered['tokens']
  readonly #reader: SegmentReader
  readonly #decoder: ProfileDecoder
  /** Token hash (hex) → the post that is on its way. */
  readonly #underway = new Map<string, Finished>()
  #segment: OpenSegment | null = null
  #opening: Promise<OpenSegment> | null = null
  /** By name: closed once what is queued is written. */
  readonly #retiring = new Map<string, Promise<void>>()
  /** By name: failed and not yet cut back. What lies behind their durable length was refused. */
  readonly #uncut = new Map<string, OpenSegment>()
  #cutting: Promise<void> | null = null
  #lastCreatedAt: number
  #trouble: string | null = null
  #fatal: Error | null = null

  constructor(options: ProfileStoreOptions, groups: Map<string, GroupKey>, recovered: Recovered) {
    this.#options = options
    this.#groups = groups
    this.#index = recovered.index
    this.#tokens = recovered.tokens
    this.#lastCreatedAt = recovered.lastCreatedAt
    this.#reader = new SegmentReader(options.journal, maxViewBytes, options.onDamage)
    this.#decoder = new ProfileDecoder(options.limits)
  }

  async addGroup(group: GroupKey): Promise<void> {
    this.#groups.set(group.id, group)
  }

  async removeGroup(groupId: string): Promise<void> {
    this.#groups.delete(groupId)
    this.#reader.forget(groupId)
    for (const segment of this.#index.remove(groupId)) {
      if (segment === this.#segment?.name) continue
      // What it still writes may be another group's first record there.
      await this.#retiring.get(segment)
      if (this.#index.isUsed(segment)) continue
      await this.#options.journal.remove(segment)
      this.#uncut.delete(segment)
    }
  }

  async post(post: ProfilePost): Promise<PostOutcome> {
    if (post.token === null) return this.#keep(post, noToken)
    const hash = tokenHash(post.groupId, post.token)
    const digest = post.bodySha256.subarray(0, digestLength)
    const key = Buffer.from(hash).toString('hex')
    for (let before = this.#underway.get(key); before !== undefined; before = this.#underway.get(key)) {
      const outcome = await before.outcome
      // A first post that came to nothing frees its token: this one is tried in its own right.
      if (outcome.kind === 'stored') return repetition(before.digest, digest)
    }
    const known = this.#tokens.find(hash)
    if (known !== null) return repetition(known, digest)
    const outcome = this.#keep(post, hash)
    this.#underway.set(key, { digest, outcome })
    try {
      return await outcome
    } finally {
      this.#underway.delete(key)
    }
  }

  async #keep(post: ProfilePost, hash: Uint8Array): Promise<PostOutcome> {
    let segment: OpenSegment | null = null
    try {
      segment = await this.#writableSegment()
      // From here to the append nothing is awaited: the decoder's arrays are scratch, and no record may come between.
      const group = this.#groups.get(post.groupId)
      if (group === undefined) return { kind: 'unknown-group' }
      if (segment.queuedBytes > maxQueuedBytes)
        return { kind: 'unavailable', message: 'Too much is waiting to be written.' }
      const profile = this.#decoder.decode(post.body)
      const refusal = refusedEnd(profile.end, post.receivedAt, this.#options.maxProfileAgeMilliseconds)
      if (refusal !== null) return { kind: 'refused', message: refusal }
      const window = windowOf(profile.end)
      const header = {
        groupId: group.id,
        window,
        receivedAt: post.receivedAt,
        tokenHash: hash,
        bodyDigest: hash === noToken ? noToken : post.bodySha256.subarray(0, digestLength),
      }
      const { offset, length } = await segment.append(header, group.dataKey, profile)
      if (hash !== noToken) this.#tokens.remember(hash, header.bodyDigest, post.receivedAt)
      if (!this.#groups.has(group.id)) return { kind: 'unknown-group' }
      this.#index.add(group.id, segment.name, segment.id, { offset, length, window }, post.receivedAt)
      return { kind: 'stored' }
    } catch (error) {
      if (error instanceof ProfileError) return { kind: 'refused', message: error.message }
      return this.#failed(error as Error, segment)
    }
  }

  /** The open segment, or a new one where there is none, it is full, or it has failed. */
  async #writableSegment(): Promise<OpenSegment> {
    if (this.#fatal !== null) throw this.#fatal
    while (this.#uncut.size > 0) {
      this.#cutting ??= this.#cutBack().finally(() => {
        this.#cutting = null
      })
      await this.#cutting
    }
    if (this.#segment !== null && this.#isFull(this.#segment)) this.#retire()
    const segment = this.#segment ?? (await this.#opened())
    if (this.#fatal !== null) throw this.#fatal
    this.#trouble = null
    return segment
  }

  #opened(): Promise<OpenSegment> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  #isFull(segment: OpenSegment): boolean {
    return (
      segment.length >= (this.#options.maxSegmentBytes ?? 32 * 1024 * 1024) ||
      this.#options.now() - segment.createdAt >= maxSegmentAge ||
      segment.dictionaryBytes >= maxDictionaryBytes
    )
  }

  async #open(): Promise<OpenSegment> {
    this.#tokens.forgetBefore(this.#options.now())
    // A clock that was set back must not make a segment look older than the last one.
    this.#lastCreatedAt = Math.max(this.#options.now(), this.#lastCreatedAt + 1)
    this.#segment = await OpenSegment.create(this.#options.journal, this.#lastCreatedAt)
    return this.#segment
  }

  /** Lets the segment finish what is queued, and closes it behind the scenes. */
  #retire(): void {
    const segment = this.#segment!
    this.#segment = null
    const closing = segment.close().catch(() => {})
    this.#retiring.set(segment.name, closing)
    void closing.then(() => this.#retiring.delete(segment.name))
  }

  #failed(error: Error, segment: OpenSegment | null): PostOutcome {
    if (error instanceof JournalSyncError) this.#stopForGood(error)
    else if (error instanceof JournalWriteError) this.#abandon(error, segment)
    else throw error
    return { kind: 'unavailable', message: 'The profile could not be written.' }
  }

  #stopForGood(error: Error): void {
    if (this.#fatal !== null) return
    this.#fatal = error
    this.#trouble = `a sync to disk failed: ${error.message}`
    this.#options.onFatal(error)
  }

  /** Leaves a failed segment; the next post opens another. */
  #abandon(error: Error, segment: OpenSegment | null): void {
    this.#trouble = `writing failed: ${error.message}`
    if (segment === null) return
    this.#uncut.set(segment.name, segment)
    if (segment === this.#segment) this.#retire()
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
        throw new JournalWriteError((error as Error).message)
      }
      this.#uncut.delete(name)
    }
  }

  async profile({ groupId, from, to, maxDepth, encoding }: ProfileQuery): Promise<StoredProfile | null> {
    const group = this.#groups.get(groupId)
    const windows = this.#index.windows(groupId, from, to)
    if (group === undefined || windows.length === 0) return null
    const trees: CallTree[] = []
    for (const place of this.#index.covering(groupId, from, to)) {
      const tree = await this.#reader.tree(group, place, from, to)
      if (tree !== null) trees.push(tree)
    }
    const merged = mergeTrees(trees)
    const tree = maxDepth === null ? merged : foldDepth(merged, maxDepth)
    const start = windows[0]!
    const end = windows.at(-1)! + windowMilliseconds
    const body = (encoding === 'json' ? encodeJson : encodeIon)({ start, end, tree })
    return { start, end, body }
  }

  async windows({ groupId, from, to }: { groupId: string; from: number; to: number }): Promise<Float64Array> {
    return this.#index.windows(groupId, from, to)
  }

  async status(groupId: string): Promise<GroupStatus> {
    return this.#index.status(groupId)
  }

  async health(): Promise<StoreHealth> {
    if (this.#trouble !== null && this.#fatal === null) await this.#writableSegment().catch(() => {})
    return { isWritable: this.#trouble === null, reason: this.#trouble }
  }

  async close(): Promise<void> {
    if (this.#opening !== null) await this.#opening.catch(() => {})
    if (this.#segment !== null) this.#retire()
    await Promise.all(this.#retiring.values())
    // What cannot be cut back now is found, reported and cut by the next start.
    await this.#cutBack().catch(() => {})
  }
}

function repetition(stored: Uint8Array, given: Uint8Array): PostOutcome {
  return Buffer.compare(stored, given) === 0
    ? { kind: 'repeated' }
    : {
        kind: 'refused',
        message: 'The profileToken was used before with another profile: use a new token for each profile.',
      }
}
