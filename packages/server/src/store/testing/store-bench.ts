/** A store on a simulated disk, and the naive reference it is compared with. For tests. */
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { defaultLimits } from '@wick/profile'
import { naiveFromJson } from '@wick/profile/testing'
import type { Catalog, Retention } from '../../storage/catalog.ts'
import { openDirectoryBlobs } from '../../storage/files/directory-blobs.ts'
import { openLocalJournal } from '../../storage/files/local-journal.ts'
import {
  type FailureKind,
  SimulatedDisk,
  type SimulatedFiles,
  type SimulationOptions,
} from '../../storage/files/simulated-files.ts'
import { type BlockLevel, levelMilliseconds, type Manifest } from '../../storage/manifest.ts'
import type { BlobStore, Damage, GroupKey, PostOutcome, ProfileStore } from '../../storage/ports.ts'
import { openDatabase } from '../../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../../storage/sqlite/sqlite-catalog.ts'
import { sqliteManifest } from '../../storage/sqlite/sqlite-manifest.ts'
import { openProfileStore, type StoreShares } from '../profile-store.ts'
import { onPowerOf } from './manifest-on-power.ts'
import { smallShares } from './small-shares.ts'

export const group: GroupKey = {
  id: '0a0b0c0d-1111-4222-8333-444444444444',
  dataKey: new Uint8Array(32).fill(7),
}
export const otherGroup: GroupKey = {
  id: '5a5b5c5d-1111-4222-8333-444444444444',
  dataKey: new Uint8Array(32).fill(9),
}

/** A window border, 2026-11-24T12:00:00Z. */
export const noon = Date.UTC(2026, 10, 24, 12)
export const minute = 60_000

export interface OpenStore {
  readonly store: ProfileStore
  readonly damage: Damage[]
  readonly fatal: Error[]
  readonly notices: string[]
  /** The disk as this store sees it. */
  readonly files: SimulatedFiles
}

export interface KeptIn {
  readonly blobs: BlobStore
  readonly manifest: Manifest
}

export interface StoreBench {
  readonly disk: SimulatedDisk
  /** What catalog and manifest are kept in. */
  readonly database: DatabaseSync
  /** Has `group` and `otherGroup`: what is sealed of a group lasts as long as the group does in it. */
  readonly catalog: Catalog
  /** What is committed, whatever became of the store that did it. */
  readonly manifest: Manifest
  now: number
  /** As DeleteProfilingGroup does before it turns to the store. */
  deleteGroup(id: string): Promise<void>
  /** Another bench with the same on its disk and in its database. */
  copy(): StoreBench
  /** Opens a store on the groups that there are, unless told others. */
  open(
    options?: SimulationOptions & {
      /** Operations that fail, numbered from 1 after the opening. */
      readonly failures?: ReadonlyMap<number, FailureKind>
      readonly maxSegmentBytes?: number
      readonly mostDayBytes?: number
      readonly mostAnswerBytes?: number
      readonly shares?: Partial<StoreShares>
      readonly maxProfileAgeMilliseconds?: number
      readonly retention?: Retention
      readonly groups?: readonly GroupKey[]
      /** Puts something between the store and what it is kept in. */
      readonly through?: (parts: KeptIn) => KeptIn
    },
  ): Promise<OpenStore>
}

export function storeBench(): StoreBench {
  const database = openDatabase(':memory:')
  const catalog = sqliteCatalog(database)
  // SQLite is synchronous: they are there when this returns.
  for (const { id } of [group, otherGroup]) void createGroup(catalog, id)
  return benchOf(new SimulatedDisk(), database, noon + 4 * minute)
}

function benchOf(disk: SimulatedDisk, database: DatabaseSync, now: number): StoreBench {
  const catalog = sqliteCatalog(database)
  const manifest = sqliteManifest(database)
  const bench: StoreBench = {
    disk,
    database,
    catalog,
    manifest,
    now,
    deleteGroup: async (id) => void (await catalog.deleteGroup(id)),
    copy: () => {
      const copied = openDatabase(':memory:')
      copied.deserialize(database.serialize())
      return benchOf(disk.copy(), copied, bench.now)
    },
    open: async ({
      maxSegmentBytes,
      mostDayBytes,
      mostAnswerBytes,
      shares = {},
      groups,
      retention = { fiveMinuteDays: 15, hourlyDays: 60, dailyDays: 1095 },
      maxProfileAgeMilliseconds = 24 * 60 * minute,
      failures = new Map(),
      through = (parts: KeptIn) => parts,
      ...simulation
    } = {}) => {
      const damage: Damage[] = []
      const fatal: Error[] = []
      const notices: string[] = []
      const there = new Set((await catalog.allGroups()).map(({ id }) => id))
      const files = disk.mount(simulation)
      const store = await openProfileStore({
        journal: await openLocalJournal(files, 'segments'),
        ...through({
          blobs: await openDirectoryBlobs(files, 'blocks'),
          manifest: onPowerOf(files, manifest),
        }),
        groups: groups ?? [group, otherGroup].filter(({ id }) => there.has(id)),
        limits: defaultLimits,
        maxProfileAgeMilliseconds,
        shares: { ...smallShares, ...shares },
        ...(maxSegmentBytes !== undefined && { maxSegmentBytes }),
        ...(mostDayBytes !== undefined && { mostDayBytes }),
        ...(mostAnswerBytes !== undefined && { mostAnswerBytes }),
        now: () => bench.now,
        retention,
        onDamage: (found) => damage.push(found),
        onNotice: (message) => notices.push(message),
        onFatal: (error) => fatal.push(error),
      })
      files.fail(failures)
      return { store, damage, fatal, notices, files }
    },
  }
  return bench
}

/** Paths of the segments on a disk. */
export function segmentsOn({ disk }: StoreBench): string[] {
  return disk.files.filter((file) => file.endsWith('.wickseg'))
}

async function createGroup(catalog: Catalog, id: string): Promise<void> {
  await catalog.createGroup({
    id,
    accountId: '000000000000',
    region: 'us-east-1',
    name: id,
    computePlatform: 'Default',
    profilingEnabled: true,
    tags: {},
    sealedDataKey: new Uint8Array(0),
    clientToken: id,
    inputHash: '',
    now: noon,
    maxGroups: Number.MAX_SAFE_INTEGER,
  })
}

/** What retention does to windows, and hours, that ended by an instant. */
export async function forgetWindows(
  { manifest }: StoreBench,
  before: number,
  levels: readonly BlockLevel[] = ['PT5M'],
): Promise<void> {
  const known = await manifest.blocks({ groupId: group.id, from: 0, to: before })
  await manifest.removeBlocks({
    groupId: group.id,
    blocks: known.flatMap(({ level, start, id }) =>
      levels.includes(level) && start + levelMilliseconds[level] <= before ? [id] : [],
    ),
    keptSince: { windows: before, hours: levels.includes('PT1H') ? before : 0, days: 0 },
    deleted: null,
    due: [],
  })
}

export interface JsonNode {
  counts?: Record<string, number>
  file?: string
  line?: number[]
  children?: Record<string, JsonNode>
}

/** A body as an agent posts it. */
export function body(callgraph: JsonNode, end: number, start = end - 5 * minute): Uint8Array {
  return Buffer.from(
    JSON.stringify({ start, end, agentMetadata: { agentInfo: { type: 'test' } }, callgraph }),
  )
}

export interface Sent {
  readonly body: Uint8Array
  readonly token?: string | null
  readonly groupId?: string
}

export function send(
  { store }: OpenStore,
  receivedAt: number,
  { body: bytes, token = null, groupId = group.id }: Sent,
): Promise<PostOutcome> {
  const bodySha256 = createHash('sha256').update(bytes).digest()
  return store.post({ groupId, token, body: Uint8Array.from(bytes), bodySha256, receivedAt })
}

/** What GetProfile's JSON says: call path and counter → samples. */
export type Sums = Map<string, number>

/** The store's answer for a range, as sums; empty where it has none. */
export async function answered(
  { store }: OpenStore,
  from: number,
  to: number,
  groupId = group.id,
): Promise<Sums> {
  const profile = await store.profile({ groupId, from, to, maxDepth: null, encoding: 'json' })
  return profile === null ? new Map() : sumsOf([profile.body])
}

/** The reference: JSON.parse and Maps, added up. */
export function sumsOf(bodies: readonly Uint8Array[]): Sums {
  const sums: Sums = new Map()
  for (const bytes of bodies) {
    for (const [path, { counts }] of naiveFromJson(bytes)) {
      for (const [counter, count] of counts) {
        const key = `${path} ${counter}`
        sums.set(key, (sums.get(key) ?? 0) + count)
      }
    }
  }
  return new Map([...sums].sort())
}
