/**
 * Every format that Wick has ever written, read by today's: fixtures/formats/ has one small data directory from each version
 * that wrote something new. Each must answer exactly what was posted, and go on as any other directory.
 */
import assert from 'node:assert/strict'
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { encodeJson, ProfileDecoder } from '@wick/profile'
import { openMasterKey } from '../identity/master-key.ts'
import { dataKeyPurpose } from '../identity/secret-purpose.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { sqliteManifest } from '../storage/sqlite/sqlite-manifest.ts'
import { decodeChunk, decodeRecords, encodeChunk } from './archive/archive-format.ts'
import { readBody } from './profile-body.ts'
import { askEverything, type Question } from './testing/ask-everything.ts'
import {
  createKnownDirectory,
  fillKnownDirectory,
  type KnownDirectory,
  type KnownPost,
  knownDeletion,
  knownGroups,
  knownMasterKey,
  knownNow,
  knownPosts,
  openKnownDirectory,
} from './testing/known-directory.ts'
import { naiveAnswers } from './testing/naive-store.ts'
import { verifyAll } from './testing/verify-all.ts'

const fixtures = resolve(import.meta.dirname, '../../../../fixtures/formats')
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

interface Formats {
  /** The version of the catalog. */
  readonly catalog: number
  /** Of the segments. */
  readonly segments: readonly number[]
  /** Of the sealed files. */
  readonly sealed: readonly number[]
  /** Of sections in sealed files. */
  readonly kinds: readonly number[]
  /** Of the token lists. */
  readonly tokens: readonly number[]
}

/** By directory, oldest first. */
const written: Readonly<Record<string, Formats>> = {
  '1-segments': { catalog: 1, segments: [1], sealed: [], kinds: [], tokens: [] },
  '2-news-by-window': { catalog: 1, segments: [1], sealed: [], kinds: [], tokens: [] },
  '3-sealed': { catalog: 2, segments: [1], sealed: [1], kinds: [1, 2, 3, 4, 5], tokens: [1] },
  '4-fleet': { catalog: 2, segments: [1], sealed: [1], kinds: [1, 2, 3, 4, 5, 7], tokens: [1] },
  '5-series': { catalog: 2, segments: [1], sealed: [1], kinds: [1, 2, 3, 4, 5, 7, 9], tokens: [1] },
  '6-attributes': { catalog: 2, segments: [1], sealed: [1], kinds: [1, 3, 4, 5, 7, 9, 10], tokens: [1] },
  '7-heap': { catalog: 2, segments: [1], sealed: [1], kinds: [1, 3, 4, 5, 7, 8, 9, 10, 11], tokens: [1] },
  '8-retention': {
    catalog: 3,
    segments: [1],
    sealed: [1],
    kinds: [1, 3, 4, 5, 7, 9, 10, 12, 13],
    tokens: [1],
  },
  '9-series-parts': {
    catalog: 3,
    segments: [2],
    sealed: [1],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '10-named': {
    catalog: 3,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '11-access': {
    catalog: 4,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '12-group-settings': {
    catalog: 5,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '13-audit': {
    catalog: 6,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '14-audit-digests': {
    catalog: 7,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '15-alarms': {
    catalog: 8,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '16-findings': {
    catalog: 9,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '17-jobs': {
    catalog: 10,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '18-anomalies': {
    catalog: 11,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '19-deliveries': {
    catalog: 12,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '20-receivers': {
    catalog: 13,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [1],
  },
  '21-token-lists': {
    catalog: 13,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [2],
  },
  '22-sealed-in-part': {
    catalog: 14,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [2],
  },
  '23-deleted-periods': {
    catalog: 15,
    segments: [2],
    sealed: [2],
    kinds: [1, 3, 4, 5, 7, 10, 12, 13, 14, 15],
    tokens: [2],
  },
}

test('there is a directory of every version that wrote something new', async () => {
  const there = await readdir(fixtures, { withFileTypes: true })
  assert.deepEqual(
    there.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(),
    Object.keys(written).sort(),
  )
})

test('the latest directory is what today’s version writes: one that writes something else needs another', async (t) => {
  const directory = await emptyDirectory(t)
  await createKnownDirectory(directory)
  const known = await openKnownDirectory(directory, knownPosts[0]!.receivedAt)
  await fillKnownDirectory(known)
  await known.close()
  assert.deepEqual(await formatsIn(directory), Object.values(written).at(-1))
})

for (const [name, formats] of Object.entries(written)) {
  test(`${name}: it is what its version wrote`, async (t) => {
    const directory = await copyOf(t, name)
    assert.deepEqual(await formatsIn(directory), formats)
  })

  test(`${name}: its keys are opened with the master key`, async (t) => {
    const directory = await copyOf(t, name)
    const database = openDatabase(join(directory, 'catalog.db'))
    t.after(() => database.close())
    const known = sqliteCatalog(database)
    const { sealer } = await openMasterKey({ file: join(directory, 'master.key'), given: null }, known)
    const groups = await known.allGroups()
    assert.deepEqual(
      groups.map((group) => ({
        id: group.id,
        dataKey: sealer.open(dataKeyPurpose(group.id), group.sealedDataKey),
      })),
      knownGroups,
    )
    assert.deepEqual(
      groups.map((group) => group.name),
      ['shop', 'mail'],
    )
    assert.equal(
      Buffer.from(knownMasterKey).toString('hex'),
      (await readFile(join(directory, 'master.key'), 'utf8')).trim(),
    )
  })

  test(`${name}: every answer is that of the profiles posted, and stays so as the directory goes on`, async (t) => {
    const directory = await copyOf(t, name)
    let known = await openKnownDirectory(directory, knownNow)
    t.after(() => known.close())
    const posts = [...knownPosts]
    await assertAnswers(known, posts)
    assert.deepEqual((await verifyAll(known)).findings, [])
    for (const post of knownPosts) assert.deepEqual(await known.post(post), { kind: 'repeated' }, post.token)

    const more = knownPosts.slice(-2).map((post, i) => laterPost(post, `later-${i}`, 7 * minute))
    for (const post of more) assert.deepEqual(await known.post(post), { kind: 'stored' })
    posts.push(...more)
    await assertAnswers(known, posts)
    known.clock.now = knownNow + 2 * hour
    await known.store.seal()
    await assertAnswers(known, posts)
    assert.deepEqual(
      (await readdir(join(directory, 'profiles'))).filter((file) => file.endsWith('.wickseg')),
      [],
    )

    await known.close()
    known = await openKnownDirectory(directory, knownNow + day)
    await known.store.maintain()
    await known.store.seal()
    await assertAnswers(known, posts)
    assert.deepEqual((await verifyAll(known)).findings, [])
    assert.deepEqual(known.damage, [])
  })
}

test('times of which profiles were deleted are known', async (t) => {
  const database = openDatabase(join(await copyOf(t, '23-deleted-periods'), 'catalog.db'))
  t.after(() => database.close())
  assert.deepEqual(await sqliteManifest(database).deletedPeriods(knownGroups[0].id), [knownDeletion])
})

test('an archive of version 1 is imported whole', async (t) => {
  const archive = await readFile(join(fixtures, '10-named/shop.wickarchive'))
  const directory = await emptyDirectory(t)
  await createKnownDirectory(directory)
  const known = await openKnownDirectory(directory, knownNow)
  t.after(() => known.close())
  const [{ id: groupId }] = knownGroups
  for (let at = 0; at < archive.length; ) {
    const length = 8 + archive.readUInt32LE(at)
    const chunk = Uint8Array.from(archive.subarray(at, at + length))
    const outcome = await known.store.importChunk({ groupId, chunk, receivedAt: knownNow })
    assert.equal(outcome.kind, 'imported')
    at += length
  }
  // The window that was open then is in no archive.
  await assertAnswers(
    known,
    knownPosts.slice(0, 9).filter((post) => post.groupId === groupId),
  )
})

test('records of an archive of version 2 whose call graph is apart are read as those of version 1', async () => {
  const decoder = new ProfileDecoder()
  const profilesIn = async (file: string): Promise<string[]> => {
    const archive = await readFile(join(fixtures, file))
    const texts: string[] = []
    for (let at = 0; at < archive.length; at += 8 + archive.readUInt32LE(at)) {
      const chunk = archive.subarray(at, at + 8 + archive.readUInt32LE(at))
      const { kind, content } = await decodeChunk(chunk)
      for (const record of kind === 'records' ? decodeRecords(content) : []) {
        const profile = readBody(record, decoder)
        // The one thing that Ion cannot say.
        texts.push(
          Buffer.from(encodeJson(profile, profile.extras)).toString().replaceAll('\\ud800', '\ufffd'),
        )
      }
    }
    return texts
  }
  const expected = await profilesIn('10-named/shop.wickarchive')
  assert.ok(expected.length > 1)
  assert.deepEqual(await profilesIn('archive-2.wickarchive'), expected)
})

test('archives, and chunks of them, of a later version are refused by name', async () => {
  const about = Buffer.from(JSON.stringify({ wickArchive: 3, name: 'x' }))
  await assert.rejects(
    decodeChunk(await encodeChunk('about', 0, about)),
    /is of version 3; this version of Wick reads 1 and 2/,
  )
  const chunk = Buffer.from(await encodeChunk('records', 1, new Uint8Array(0)))
  chunk[8] = 9
  chunk.writeUInt32LE(crc32(chunk.subarray(8)), 4)
  await assert.rejects(decodeChunk(chunk), /chunks of kind 9: it is of a later version of Wick/)
})

async function emptyDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wick-formats-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function copyOf(t: TestContext, name: string): Promise<string> {
  const directory = await emptyDirectory(t)
  await cp(join(fixtures, name), directory, { recursive: true })
  // Git keeps no more of a file's mode than whether it is a program.
  for (const file of ['master.key', 'catalog.db']) await chmod(join(directory, file), 0o600)
  return directory
}

/** The same again some time later, under a token and from a host of its own. */
function laterPost({ groupId, receivedAt, profile }: KnownPost, token: string, after: number): KnownPost {
  const { start, end, ...rest } = profile
  const agentMetadata = { fleetInfo: { hostName: token } }
  return {
    ...{ groupId, token, receivedAt: receivedAt + after },
    profile: { ...rest, start: start + after, end: end + after, agentMetadata },
  }
}

async function assertAnswers(known: KnownDirectory, posts: readonly KnownPost[]): Promise<void> {
  const midnight = Math.floor(knownNow / day) * day
  const metrics = ['main', 'own a', 'own e', '__proto__', '\ud800'].flatMap((frame) => [
    { frame, counters: null },
    { frame, counters: ['RUNNABLE'] },
  ])
  const filter = { instances: ['host-1', 'host-2'], hostTypes: [], agents: [], labels: {}, counters: [] }
  const times: Omit<Question, 'groupId'>[] = [
    { from: midnight - day, to: midnight + day, step: 5 * minute, metrics, text: 'own' },
    { from: midnight - day, to: midnight, step: day, metrics, text: 'own' },
    { from: midnight - 12 * hour, to: midnight - 11 * hour, step: hour, metrics, text: 'main' },
    { from: midnight - 12 * hour, to: midnight - 11 * hour, step: 5 * minute, metrics, text: 'b' },
    { from: midnight - 12 * hour, to: midnight + 2 * hour, step: hour, metrics, text: '', filter },
  ]
  for (const { id: groupId } of knownGroups) {
    const profiles = posts.flatMap((post) => (post.groupId === groupId ? [post.profile] : []))
    for (const time of times) {
      const question = { groupId, ...time }
      assert.deepEqual(await askEverything(known.store, question), naiveAnswers(profiles, question))
    }
  }
}

async function formatsIn(directory: string): Promise<Formats> {
  const database = new DatabaseSync(join(directory, 'catalog.db'))
  const { catalog } = database.prepare('SELECT max(number) AS catalog FROM migrations').get() as {
    catalog: number
  }
  database.close()
  return { catalog, ...(await fileFormats(directory)) }
}

/** As the headers of its files tell them, by the layout in docs/formats.md. */
async function fileFormats(directory: string): Promise<Omit<Formats, 'catalog'>> {
  const segments = new Set<number>()
  const sealed = new Set<number>()
  const kinds = new Set<number>()
  const tokens = new Set<number>()
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const file of files.filter((entry) => entry.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name))
    const magic = bytes.toString('latin1', 0, 8)
    if (magic === 'WICKSEG\0') segments.add(bytes.readUInt16LE(8))
    if (magic === 'WICKTOK\0') tokens.add(bytes.readUInt16LE(8))
    if (magic !== 'WICKBLK\0') continue
    sealed.add(bytes.readUInt16LE(8))
    for (let i = 0; i < bytes.readUInt16LE(26); i++) kinds.add(bytes.readUInt16LE(28 + 14 * i))
  }
  return {
    segments: ascending(segments),
    sealed: ascending(sealed),
    kinds: ascending(kinds),
    tokens: ascending(tokens),
  }
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((a, b) => a - b)
}
