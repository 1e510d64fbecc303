/**
 * A group with a day of profiles, written through the store itself and sealed window by window: the same files as a server
 * that took the posts one by one, in a fraction of the time.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultLimits } from '@wick/profile'
import { memoryShares } from '../packages/server/src/config/memory-shares.ts'
import { envelope } from '../packages/server/src/identity/envelope.ts'
import { dataKeyPurpose } from '../packages/server/src/identity/secret-purpose.ts'
import { openDirectoryBlobs } from '../packages/server/src/storage/files/directory-blobs.ts'
import { openLocalJournal } from '../packages/server/src/storage/files/local-journal.ts'
import { realFiles } from '../packages/server/src/storage/files/real-files.ts'
import type { ProfileStore } from '../packages/server/src/storage/ports.ts'
import { openDatabase } from '../packages/server/src/storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../packages/server/src/storage/sqlite/sqlite-catalog.ts'
import { sqliteManifest } from '../packages/server/src/storage/sqlite/sqlite-manifest.ts'
import { openProfileStore } from '../packages/server/src/store/profile-store.ts'
import { type Program, postedJson, seededRandom, syntheticProfile } from './synthetic-profile.ts'

const mebibyte = 1024 * 1024
const minute = 60_000
export const windowLength = 5 * minute
/** Posts on their way at a time. */
const abreast = 32
/** Enough that the windows' sums differ as much as if every host sent something else. */
const mostBodies = 240

export interface Filling {
  readonly program: Program
  readonly hosts: number
  /** Window borders, epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** From one window with profiles to the next, milliseconds; all windows have some unless this says otherwise. */
  readonly every?: number
}

export interface Filled {
  readonly profiles: number
  /** Process CPU, milliseconds. */
  readonly sealing: number
  /** What the bodies are picked from. */
  readonly bodies: readonly Uint8Array[]
}

export interface BenchStore {
  readonly store: ProfileStore
  /** Of the directory's only group. */
  readonly groupId: string
  close(): Promise<void>
}

/** Opens the store of a data directory that no server has open. @param now its clock, epoch milliseconds */
export async function openBenchStore(directory: string, now: () => number): Promise<BenchStore> {
  const database = openDatabase(join(directory, 'catalog.db'))
  const catalog = sqliteCatalog(database)
  const masterKey = Buffer.from((await readFile(join(directory, 'master.key'), 'utf8')).trim(), 'hex')
  const groups = await catalog.allGroups()
  const store = await openProfileStore({
    journal: await openLocalJournal(realFiles, join(directory, 'profiles')),
    blobs: await openDirectoryBlobs(realFiles, join(directory, 'blocks')),
    manifest: sqliteManifest(database),
    groups: groups.map(({ id, sealedDataKey }) => ({
      id,
      dataKey: envelope(masterKey).open(dataKeyPurpose(id), sealedDataKey),
    })),
    limits: defaultLimits,
    maxProfileAgeMilliseconds: Number.MAX_SAFE_INTEGER,
    shares: memoryShares({
      memoryBudgetBytes: 512 * mebibyte,
      maxBodyBytes: 32 * mebibyte,
      maxInflatedBytes: 128 * mebibyte,
    }),
    now,
    onDamage: (damage) => {
      throw new Error(`damage in ${damage.file}`)
    },
    retention: { fiveMinuteDays: 15, hourlyDays: 60, dailyDays: 1095 },
    onNotice: () => {},
    onFatal: (error) => {
      throw error
    },
  })
  return {
    store,
    groupId: groups[0]!.id,
    close: async () => {
      await store.close()
      await catalog.close()
    },
  }
}

/** Posts a body, and throws where it is not kept. */
export async function keep(
  { store, groupId }: BenchStore,
  body: Uint8Array,
  receivedAt: number,
): Promise<void> {
  const bodySha256 = createHash('sha256').update(body).digest()
  const outcome = await store.post({ groupId, token: null, body, bodySha256, receivedAt })
  if (outcome.kind !== 'stored') throw new Error(`a post was answered ${JSON.stringify(outcome)}`)
}

/** Fills the only group of a data directory that no server has open. */
export async function fillStore(directory: string, filling: Filling): Promise<Filled> {
  const { program, hosts, from, to, every = windowLength } = filling
  let now = from
  const bench = await openBenchStore(directory, () => now)
  const bodies = Array.from({ length: Math.min(mostBodies, 3 * hosts) }, (_, seed) =>
    Buffer.from(postedJson(syntheticProfile(program, { seed: seed + 1 }))),
  )
  const random = seededRandom(7)
  let sealing = 0
  for (let window = from; window < to; window += every) {
    now = window + windowLength + minute
    const posts = Array.from({ length: hosts }, (_, host) => {
      const body = bodies[Math.floor(random() * bodies.length)]!
      return bodyOf(body, host, window + 1 + ((host * 1009) % (windowLength - 1)))
    })
    for (let at = 0; at < posts.length; at += abreast)
      await Promise.all(posts.slice(at, at + abreast).map((body) => keep(bench, body, now)))
    const before = process.cpuUsage()
    await bench.store.seal()
    const { user, system } = process.cpuUsage(before)
    sealing += (user + system) / 1000
  }
  await bench.close()
  return { profiles: ((to - from) / every) * hosts, sealing, bodies }
}

/** What a host posts: one of the bodies, with its name and times. */
function bodyOf(body: Buffer, host: number, end: number): Uint8Array {
  const graph = body.indexOf('"callgraph"')
  const head = body
    .toString('utf8', 0, graph)
    .replace(/"start": \d+, "end": \d+/, `"start": ${end - windowLength}, "end": ${end}`)
    .replace('ip-10-0-3-17', `ip-10-0-${host >> 8}-${host & 255}`)
  return new Uint8Array(Buffer.concat([Buffer.from(head), body.subarray(graph)]))
}
