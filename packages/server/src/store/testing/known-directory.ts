/**
 * A small data directory of which everything is known: fixtures/formats/ has it as versions of Wick wrote it, and today's must
 * answer the same from each. It is opened with what old versions have as well, so that they can write it. For tests.
 */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultLimits } from '@wick/profile'
import { envelope } from '../../identity/envelope.ts'
import { openDirectoryBlobs } from '../../storage/files/directory-blobs.ts'
import { openLocalJournal } from '../../storage/files/local-journal.ts'
import { realFiles } from '../../storage/files/real-files.ts'
import type { Damage, GroupKey, PostOutcome, ProfileStore } from '../../storage/ports.ts'
import { openDatabase } from '../../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../../storage/sqlite/sqlite-catalog.ts'
import { sqliteManifest } from '../../storage/sqlite/sqlite-manifest.ts'
import { openProfileStore } from '../profile-store.ts'
import type { PostedNode, PostedProfile } from './naive-store.ts'
import { smallShares } from './small-shares.ts'

export const knownMasterKey: Uint8Array = new Uint8Array(32).fill(0x2a)

/** Their names in the catalog are `shop` and `mail`. */
export const knownGroups = [
  { id: '0a0b0c0d-1111-4222-8333-444444444444', dataKey: new Uint8Array(32).fill(7) },
  { id: '5a5b5c5d-1111-4222-8333-444444444444', dataKey: new Uint8Array(32).fill(9) },
] as const satisfies GroupKey[]

export interface KnownPost {
  readonly groupId: string
  readonly token: string
  readonly receivedAt: number
  readonly profile: PostedProfile
}

const noon = Date.UTC(2026, 10, 24, 12)
const minute = 60_000

/** Of the day of noon, in minutes since then: when it ended and when it was received, to which of the groups. */
const times = [
  [3, 4, 0],
  [2, 4, 1],
  [8, 9, 0],
  [71, 72, 0],
  // Late: the hour is rolled up by then.
  [2.5, 126, 0],
  [717, 718, 0],
  // The day after.
  [722, 723, 0],
  [723, 724, 1],
  // Late, for the day before.
  [716, 782, 0],
  [782, 783, 0],
  [782, 783, 1],
] as const

/** When what is over is sealed, in minutes since noon: hours, an hour anew, the day. The last posts are in segments. */
const sealings = [125, 140, 780]

export const knownPosts: readonly KnownPost[] = times.map(([ended, received, group], i) => ({
  groupId: knownGroups[group].id,
  token: `token-${i}`,
  receivedAt: noon + received * minute,
  profile: knownProfile(i, noon + ended * minute),
}))

/** When the last of it was written, epoch milliseconds. */
export const knownNow: number = noon + 784 * minute

/** A time of which the first group's profiles were deleted: there were none. */
export const knownDeletion = { from: noon - 25 * 60 * minute, to: noon - 24 * 60 * minute } as const

function knownProfile(i: number, end: number): PostedProfile {
  const own: PostedNode = {
    file: 'own.py',
    line: [10 + i],
    counts: { RUNNABLE: i + 1, WAITING: 100 },
    children: { main: { file: 'main.py', line: [3 + i, 9], counts: { RUNNABLE: 2 ** 20 } } },
  }
  return {
    start: end - minute - i,
    end,
    agentMetadata: {
      durationInMs: 1000 + i,
      fleetInfo: { hostName: `host-${i % 3}`, hostType: i % 2 === 0 ? 'large' : 'small' },
      agentInfo: { type: 'agent', version: `1.${i % 2}` },
      agentOverhead: { timeInMs: i, memoryInMB: 3 },
      runtimeVersion: 'r1',
      labels: { zone: `${i % 3}` },
    },
    heapSummary: knownHeap(i, end),
    callgraph: {
      children: {
        main: {
          file: 'main.py',
          line: [1, 9],
          children: {
            [`own ${String.fromCharCode(97 + i)}`]: own,
            ['__proto__']: { counts: { RUNNABLE: 1 } },
          },
        },
        '\ud800': { counts: { toString: 3 } },
      },
    },
  }
}

/** `byte[]` in every profile, and a type of its own. */
function knownHeap(i: number, time: number): NonNullable<PostedProfile['heapSummary']> {
  const types = [
    { name: 'byte[]', bytes: 64 * (i + 1), count: i + 1 },
    { name: `Own${i}`, bytes: 8, count: 1 },
  ]
  return { time, capacityBytes: 2 ** 30, usedBytes: 1000 + i, types }
}

export interface KnownDirectory {
  readonly store: ProfileStore
  readonly damage: readonly Damage[]
  /** What the store takes for the time, epoch milliseconds. */
  readonly clock: { now: number }
  post(post: KnownPost): Promise<PostOutcome>
  close(): Promise<void>
}

/** Makes a data directory with the known groups, and nothing in them. */
export async function createKnownDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const sealer = envelope(knownMasterKey)
  await writeFile(join(directory, 'master.key'), `${Buffer.from(knownMasterKey).toString('hex')}\n`, {
    mode: 0o400,
  })
  const database = openDatabase(join(directory, 'catalog.db'))
  const catalog = sqliteCatalog(database)
  database
    .prepare("INSERT INTO notes (name, value) VALUES ('master-key-check', ?)")
    .run(sealer.seal('master-key-check', Buffer.from('wick master key')))
  for (const [i, { id, dataKey }] of knownGroups.entries()) {
    await catalog.createGroup({
      id,
      accountId: '000000000000',
      region: 'us-east-1',
      name: ['shop', 'mail'][i]!,
      computePlatform: 'Default',
      profilingEnabled: true,
      tags: { team: 'a' },
      sealedDataKey: sealer.seal(`data-key:${id}`, dataKey),
      clientToken: id,
      inputHash: '',
      now: knownPosts[0]!.receivedAt,
      maxGroups: 10,
    })
  }
  database.close()
}

/** Opens the profiles of a data directory that has the known groups. @param now epoch milliseconds */
export async function openKnownDirectory(directory: string, now: number): Promise<KnownDirectory> {
  const database = openDatabase(join(directory, 'catalog.db'))
  const damage: Damage[] = []
  const clock = { now }
  const store = await openProfileStore({
    journal: await openLocalJournal(realFiles, join(directory, 'profiles')),
    blobs: await openDirectoryBlobs(realFiles, join(directory, 'blocks')),
    manifest: sqliteManifest(database),
    groups: knownGroups,
    limits: defaultLimits,
    maxProfileAgeMilliseconds: 24 * 60 * minute,
    shares: smallShares,
    retention: { fiveMinuteDays: 15, hourlyDays: 60, dailyDays: 1095 },
    now: () => clock.now,
    onDamage: (found) => damage.push(found),
    onNotice: (message) => {
      throw new Error(message)
    },
    onFatal: (error) => {
      throw error
    },
  })
  return {
    store,
    damage,
    clock,
    post: ({ groupId, token, receivedAt, profile }) => {
      const body = Buffer.from(JSON.stringify(profile))
      const bodySha256 = createHash('sha256').update(body).digest()
      return store.post({ groupId, token, body: Uint8Array.from(body), bodySha256, receivedAt })
    },
    close: async () => {
      await store.close()
      database.close()
    },
  }
}

/** Posts all of it, sealing in between as time goes by. */
export async function fillKnownDirectory(
  { store, clock, post }: Pick<KnownDirectory, 'store' | 'clock' | 'post'>,
  posts: readonly KnownPost[] = knownPosts,
): Promise<void> {
  const seal = async (until: number): Promise<void> => {
    for (const at of sealings.map((since) => noon + since * minute)) {
      if (at <= clock.now || at > until) continue
      clock.now = at
      await store.seal()
    }
    clock.now = until
  }
  for (const one of posts) {
    await seal(one.receivedAt)
    const { kind } = await post(one)
    if (kind !== 'stored') throw new Error(`${one.token}: ${kind}`)
  }
  await seal(knownNow)
}
