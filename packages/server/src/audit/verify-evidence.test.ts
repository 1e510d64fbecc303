/** The whole proof: whoever changes anything of the trail (files, rows, the order, the start) is found out. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { envelope } from '../identity/envelope.ts'
import { headAt, recordBeginning } from '../storage/audit-chain.ts'
import type { Catalog } from '../storage/catalog.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type DigestChain, openDigestChain } from './digest-chain.ts'
import { digestCopies } from './digest-copies.ts'
import { type TrailFiles, trailFiles } from './digest-files.ts'
import { openKeys, type PublicKey, pemOf } from './signing-key.ts'
import { type EvidenceVerdict, verifyEvidence } from './verify-evidence.ts'

const noon = Date.UTC(2026, 10, 25, 12)
const hour = 3_600_000
const sealer = envelope(new Uint8Array(32).fill(7))

interface Trail {
  readonly path: string
  readonly files: TrailFiles
  readonly database: DatabaseSync
  readonly catalog: Catalog
  chain: DigestChain
  append(count: number, at: number): Promise<void>
  /** Opens the chain again, as a restart does. */
  restart(at: number): Promise<void>
}

async function emptyTrail(t: TestContext): Promise<Trail> {
  const path = await mkdtemp(join(tmpdir(), 'wick-trail-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  const database = openDatabase(':memory:')
  const catalog = sqliteCatalog(database)
  const files = trailFiles(path)
  const open = (at: number) => openDigestChain({ log: catalog, sealer, files }, at)
  const trail: Trail = {
    ...{ path, files, database, catalog, chain: await open(noon) },
    append: (count, at) =>
      catalog.appendRecords(
        Array.from({ length: count }, (_, i) => `${recordBeginning(at)},"eventName":"Call${i}"}`),
      ),
    restart: async (at) => {
      trail.chain = await open(at)
    },
  }
  return trail
}

/** Some hours, one of them quiet, one of them with another key. */
async function someHours(t: TestContext, hours = 4): Promise<Trail> {
  const trail = await emptyTrail(t)
  for (let i = 1; i <= hours; i++) {
    if (i !== 2) await trail.append(10, noon + i * hour - 60_000)
    if (i === 3) await trail.chain.rotateKey(noon + i * hour)
    else await trail.chain.tick(noon + i * hour)
  }
  await trail.append(5, noon + hours * hour + 1000)
  return trail
}

interface Given {
  readonly outside?: string
  readonly keys?: readonly PublicKey[]
}

async function verdictOf({ catalog, files }: Trail, given: Given = {}): Promise<EvidenceVerdict> {
  const { outside = null, keys } = given
  return verifyEvidence({
    ...{ log: catalog, files, outside, noted: null, isRunning: false },
    keys: keys ?? openKeys(await catalog.auditKeys(), sealer).publicKeys,
  })
}

async function problemsOf(trail: Trail, given: Given = {}): Promise<string[]> {
  return (await verdictOf(trail, given)).problems.map(({ place, what }) => `${place}: ${what}`)
}

/** Copies digests and keys outside, as the server does. */
async function copied({ path, files, chain, catalog }: Trail, name = 'outside'): Promise<string> {
  const directory = join(path, name)
  await mkdir(directory, { recursive: true })
  const onTrouble = (message: string): void => assert.fail(message)
  const { publicKeys } = chain
  await digestCopies({ files, directory, sink: null, publicKeys, notes: catalog, onTrouble }).bring()
  return directory
}

test('an untouched trail is whole, from its first hour on, over restarts, with or without a copy outside', async (t) => {
  const trail = await emptyTrail(t)
  assert.deepEqual(await problemsOf(trail), [])
  const long = await someHours(t)
  const { digests, records, problems } = await verdictOf(long)
  assert.deepEqual([digests, records, problems], [5, 35, []])
  await long.restart(noon + 4 * hour + 2000)
  assert.deepEqual(await problemsOf(long, { outside: await copied(long) }), [])
  assert.equal((await verdictOf(long, { outside: join(long.path, 'outside') })).outside, 5)
})

test('files hold the records as CloudTrail lays them out, each once, byte for byte', async (t) => {
  const trail = await someHours(t)
  const texts: string[] = []
  for (const name of (await readdir(trail.files.records)).sort()) {
    const text = gunzipSync(await readFile(join(trail.files.records, name))).toString()
    const { Records } = JSON.parse(text) as { Records: object[] }
    texts.push(...Records.map((record) => JSON.stringify(record)))
  }
  const rows = await trail.catalog.recordsAfter(0, 1000)
  assert.deepEqual(
    texts,
    rows.slice(0, 30).map(({ record }) => record),
  )
})

test('threat 26: an hour has one digest, a quiet one too; a clock that is set back does not end them', async (t) => {
  const trail = await emptyTrail(t)
  const count = async () => (await trail.catalog.auditDigests()).length
  await trail.chain.tick(noon + 1000)
  assert.equal(await count(), 1)
  await trail.chain.tick(noon + hour)
  await trail.chain.tick(noon + hour + 1000)
  assert.equal(await count(), 2)
  await trail.chain.tick(noon - 5 * hour)
  assert.equal(await count(), 3)
  assert.deepEqual(await problemsOf(trail), [])
})

test('threat 17: each of 1,000 random bit flips in files and rows of the trail is found', async (t) => {
  const trail = await someHours(t, 5)
  await trail.chain.forgetBefore(noon + hour + 1, noon + 5 * hour)
  assert.deepEqual(await problemsOf(trail), [])
  const places = [...(await filePlaces(trail)), ...rowPlaces(trail.database)]
  const found = async (): Promise<boolean> => {
    try {
      return (await problemsOf(trail)).length > 0
    } catch (error) {
      // A key that is not what was sealed.
      return (error as Error).name === 'EnvelopeError'
    }
  }
  for (let i = 0; i < 1000; i++) {
    const place = places[i % places.length]!
    const bytes = await place.read()
    const flipped = Buffer.from(bytes)
    const [at, bit] = [randomInt(bytes.length), randomInt(8)]
    flipped[at]! ^= 1 << bit
    await place.write(flipped)
    assert.ok(await found(), `${place.name}: byte ${at}, bit ${bit}`)
    await place.write(bytes)
  }
  assert.deepEqual(await problemsOf(trail), [])
})

interface Place {
  readonly name: string
  read(): Promise<Buffer>
  write(bytes: Buffer): Promise<void>
}

async function filePlaces({ files }: Trail): Promise<Place[]> {
  const lists = await Promise.all(
    [files.digests, files.records].map(async (directory) =>
      (await readdir(directory)).map((name) => join(directory, name)),
    ),
  )
  return [files.start, ...lists.flat()].map((name) => ({
    name,
    read: () => readFile(name),
    write: (bytes) => writeFile(name, bytes),
  }))
}

/** Each value of each row; numbers as the digits that they have. */
function rowPlaces(database: DatabaseSync): Place[] {
  const columns: readonly (readonly [string, string, 'TEXT' | 'BLOB'])[] = [
    ['audit_records', 'record', 'TEXT'],
    ['audit_ends', 'hash', 'TEXT'],
    ['audit_digests', 'hash', 'TEXT'],
    ['audit_digests', 'record_hash', 'TEXT'],
    ['audit_keys', 'sealed', 'BLOB'],
  ]
  return columns.flatMap(([table, column, type]) => {
    const key = table === 'audit_ends' ? 'name' : table === 'audit_records' ? 'sequence' : 'number'
    const read = database.prepare(`SELECT CAST(${column} AS BLOB) AS value FROM ${table} WHERE ${key} = ?`)
    const write = database.prepare(`UPDATE ${table} SET ${column} = CAST(? AS ${type}) WHERE ${key} = ?`)
    return database
      .prepare(`SELECT ${key} AS key FROM ${table}`)
      .all()
      .map(({ key }) => ({
        name: `${table}.${column} ${key}`,
        read: async () => Buffer.from(read.get(key!)!.value as Uint8Array),
        write: async (bytes: Buffer) => void write.run(bytes, key!),
      }))
  })
}

test('numbers that are changed in rows are found', async (t) => {
  const changes = [
    "UPDATE audit_ends SET sequence = sequence + 1 WHERE name = 'start'",
    "UPDATE audit_ends SET sequence = sequence - 1 WHERE name = 'head'",
    'UPDATE audit_digests SET ended_at = ended_at + 1024 WHERE number = 3',
    'UPDATE audit_digests SET sequence = sequence + 1 WHERE number = 4',
    'UPDATE audit_digests SET number = 9 WHERE number = 5',
    'DELETE FROM audit_digests WHERE number = 3',
    'DELETE FROM audit_digests WHERE number = 5',
    'DELETE FROM audit_digests',
    'DELETE FROM audit_keys',
  ]
  for (const sql of changes) {
    const trail = await someHours(t)
    await trail.chain.forgetBefore(noon + 1, noon + 5 * hour)
    assert.deepEqual(await problemsOf(trail), [])
    trail.database.exec(sql)
    assert.notDeepEqual(await problemsOf(trail), [], sql)
  }
})

test('files that are removed, put in, exchanged or renamed are named', async (t) => {
  const changes: readonly (readonly [string, (files: TrailFiles) => Promise<void>, RegExp])[] = [
    ['a digest removed', async (f) => rm(await nth(f.digests, 2)), /digests\/00000003_\S+: is missing/],
    ['the last digest removed', async (f) => rm(await nth(f.digests, 4)), /00000005_\S+: is missing/],
    ['records removed', async (f) => rm(await nth(f.records, 1)), /records\/00000004_\S+: is missing/],
    ['all removed', (f) => rm(f.digests, { recursive: true }), /00000001_\S+: is missing/],
    [
      'a digest put in',
      async (f) => cp(await nth(f.digests, 4), join(f.digests, '00000006_20261125T170000Z.json')),
      /00000006_\S+: is no part of the trail/,
    ],
    [
      'records put in',
      async (f) => cp(await nth(f.records, 0), join(f.records, '00000002_20261125T130000Z_002.json.gz')),
      /_002.json.gz: is no part of the trail/,
    ],
    ['something put in', (f) => writeFile(join(f.records, 'x'), ''), /records\/x: is no part of the trail/],
    ['digests exchanged', (f) => exchange(f.digests, 1, 3), /00000002_\S+: is digest 4, in the place of 2/],
    ['records exchanged', (f) => exchange(f.records, 0, 1), /records\/00000002_\S+: was changed/],
  ]
  for (const [what, change, expected] of changes) {
    const trail = await someHours(t)
    await change(trail.files)
    const problems = await problemsOf(trail)
    assert.ok(problems.length > 0, what)
    assert.match(problems.join('\n'), expected, what)
  }
})

async function nth(directory: string, index: number): Promise<string> {
  return join(directory, (await readdir(directory)).sort()[index]!)
}

async function exchange(directory: string, a: number, b: number): Promise<void> {
  const [first, second] = [await nth(directory, a), await nth(directory, b)]
  await rename(first, `${first}.tmp`)
  await rename(second, first)
  await rename(`${first}.tmp`, second)
}

test('retention removes whole digests, says so under its signature, and the rest is whole', async (t) => {
  const trail = await someHours(t)
  await trail.chain.forgetBefore(noon - 1, noon + 5 * hour)
  assert.equal((await trail.catalog.auditDigests()).length, 5)
  await trail.chain.forgetBefore(noon + 2 * hour + 1, noon + 5 * hour)
  const { digests, records, problems } = await verdictOf(trail)
  assert.deepEqual([digests, records, problems], [2, 25, []])
  await trail.chain.forgetBefore(noon + 100 * hour, noon + 101 * hour)
  assert.equal((await trail.catalog.auditDigests()).length, 1, 'the newest stays')
  await trail.restart(noon + 101 * hour)
  assert.deepEqual(await problemsOf(trail), [])
})

test('the oldest records removed by hand are missed, although the start is moved with them', async (t) => {
  const trail = await someHours(t)
  const [, second] = await trail.catalog.auditDigests()
  const move = async (sequence: number): Promise<void> => {
    const [row] = await trail.catalog.recordsAfter(sequence - 1, 1)
    const { hash } = headAt(sequence, row!.record)
    trail.database.exec(`DELETE FROM audit_records WHERE sequence <= ${sequence}`)
    trail.database.exec(`INSERT OR REPLACE INTO audit_ends VALUES ('start', ${sequence}, '${hash}')`)
  }
  await move(second!.last.sequence)
  assert.match((await problemsOf(trail)).join('\n'), /record 1: the trail begins there/)
  // Together with the digests that cover them.
  trail.database.exec('DELETE FROM audit_digests WHERE number <= 2')
  for (const directory of [trail.files.digests, trail.files.records]) {
    for (const name of await readdir(directory))
      if (/^0000000[12]_/.test(name)) await rm(join(directory, name))
  }
  assert.match((await problemsOf(trail)).join('\n'), /nothing signed says that retention removed them/)
})

test('a start that another key signed, or that is of another trail, does not count', async (t) => {
  const [trail, other] = [await someHours(t), await someHours(t)]
  for (const one of [trail, other]) await one.chain.forgetBefore(noon + hour + 1, noon + 5 * hour)
  await cp(other.files.start, trail.files.start)
  assert.match((await problemsOf(trail)).join('\n'), /start.json: was changed, or is signed with a key/)
})

test('a trail that was written anew with keys of its own is told from outside: by its digests or by the public key', async (t) => {
  const [trail, forged] = [await someHours(t), await someHours(t)]
  const outside = await copied(trail)
  const keys = trail.chain.publicKeys()
  assert.deepEqual(await problemsOf(forged), [], 'nothing tells it without')
  assert.match((await problemsOf(forged, { outside })).join('\n'), /is another digest than here/)
  assert.match((await problemsOf(forged, { keys })).join('\n'), /a key that is not known/)
})

test('the newest part cut off, catalog and files together, is told by the copy outside', async (t) => {
  const trail = await someHours(t)
  const outside = await copied(trail)
  const rows = await trail.catalog.auditDigests()
  const { number, last } = rows[2]!
  trail.database.exec(`DELETE FROM audit_records WHERE sequence > ${last.sequence}`)
  trail.database.exec(`DELETE FROM audit_digests WHERE number > ${number}`)
  trail.database.exec(
    `UPDATE audit_ends SET sequence = ${last.sequence}, hash = '${last.hash}' WHERE name = 'head'`,
  )
  for (const directory of [trail.files.digests, trail.files.records]) {
    for (const name of await readdir(directory))
      if (/^0000000[45]_/.test(name)) await rm(join(directory, name))
  }
  assert.deepEqual(await problemsOf(trail), [], 'nothing tells it without')
  assert.match(
    (await problemsOf(trail, { outside })).join('\n'),
    /00000005_\S+: is in the copy outside and not here/,
  )
})

test('a copy outside that is older than what retention kept is compared with what follows it', async (t) => {
  const trail = await someHours(t)
  const outside = await copied(trail)
  await trail.chain.forgetBefore(noon + 2 * hour + 1, noon + 5 * hour)
  assert.deepEqual(await problemsOf(trail, { outside }), [])
  const name = await nth(outside, 2)
  await writeFile(name, (await readFile(name, 'utf8')).replace('"number":3', '"number":8'))
  assert.match((await problemsOf(trail, { outside })).join('\n'), /outside\/00000003_\S+: was changed/)
})

test('the first public key is enough: each new one is announced under the one before', async (t) => {
  const trail = await someHours(t)
  const [first, second] = trail.chain.publicKeys()
  assert.deepEqual(await problemsOf(trail, { keys: [first!] }), [])
  assert.match(
    (await problemsOf(trail, { keys: [second!] })).join('\n'),
    /00000001_\S+: \S+ changed, or is signed/,
  )
  assert.match(pemOf(first!), /^-----BEGIN PUBLIC KEY-----\n/)
  await trail.restart(noon + 5 * hour)
  await trail.chain.tick(noon + 5 * hour)
  assert.deepEqual(await problemsOf(trail, { keys: [first!] }), [])
})

test('a digest or a retention that was cut off at any step is settled by the next start', async (t) => {
  const steps = ['addAuditDigest', 'forgetThroughDigest'] as const
  for (const step of steps) {
    const trail = await someHours(t)
    const cutOff = { ...trail.catalog, [step]: () => Promise.reject(new Error('cut off')) }
    const chain = await openDigestChain({ log: cutOff, sealer, files: trail.files }, noon + 4 * hour)
    if (step === 'addAuditDigest') await assert.rejects(chain.rotateKey(noon + 5 * hour))
    else await assert.rejects(chain.forgetBefore(noon + 2 * hour + 1, noon + 5 * hour))
    await trail.restart(noon + 5 * hour)
    assert.deepEqual(await problemsOf(trail), [], step)
    await trail.chain.tick(noon + 6 * hour)
    assert.deepEqual(await problemsOf(trail), [], step)
  }
})
