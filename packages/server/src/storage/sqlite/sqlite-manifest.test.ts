import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { connectPort } from '../../threads/rpc.ts'
import { manifestContract, type OpenManifest } from '../manifest.contract.ts'
import type { Manifest } from '../manifest.ts'
import { openDatabase } from './open-database.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'
import { sqliteManifest } from './sqlite-manifest.ts'
import { startCatalogThread } from './start-catalog-thread.ts'
import { databaseAt } from './testing/database-at.ts'

const directory = mkdtempSync(join(tmpdir(), 'wick-manifest-'))
after(() => rmSync(directory, { recursive: true }))
let files = 0
const nextFile = (): string => join(directory, `${files++}.db`)

function opened(database: DatabaseSync): OpenManifest {
  const catalog = sqliteCatalog(database)
  return { manifest: sqliteManifest(database), catalog, close: () => catalog.close() }
}

async function openedInThread(file: string): Promise<OpenManifest> {
  const { port1, port2 } = new MessageChannel()
  const catalog = await startCatalogThread(file, { manifestPort: port2 })
  const { api, close } = connectPort<Manifest>(port1)
  return {
    manifest: api,
    catalog,
    close: async () => {
      close()
      await catalog.close()
    },
  }
}

manifestContract('a manifest in memory', async () => opened(openDatabase(':memory:')))
manifestContract('a manifest in a file', async () => opened(openDatabase(nextFile())))
manifestContract('a manifest in a file, behind its thread', () => openedInThread(nextFile()))

test('what was committed is there after closing and opening again', async () => {
  const file = nextFile()
  const first = await openedInThread(file)
  const segments = [{ name: 'a', before: null, left: [] }]
  const seal = { segments, blocks: [], parts: [], tokens: [{ key: 'tokens/1', receivedAt: 5 }] }
  await first.manifest.commitSeal(seal)
  await first.close()
  const second = await openedInThread(file)
  assert.deepEqual(await second.manifest.sealedSegments(), [{ name: 'a', left: [] }])
  assert.deepEqual(await second.manifest.tokenLists(), seal.tokens)
  await second.close()
})

test('a catalog of the version before gets its manifest, and keeps its groups', () => {
  const file = nextFile()
  const before = databaseAt(file, 1)
  const id = randomUUID()
  before.exec(
    `INSERT INTO profiling_groups (id, account_id, region, name, compute_platform, profiling_enabled, tags, created_at,
     updated_at, sealed_data_key) VALUES ('${id}', '0', 'r', 'n', 'Default', 1, '{}', 0, 0, x'00')`,
  )
  before.close()
  const database = openDatabase(file)
  sqliteManifest(database)
  assert.equal(database.prepare('SELECT id FROM profiling_groups').get()!.id, id)
  database.close()
})

test('segments that an earlier version sealed are sealed whole', () => {
  const file = nextFile()
  const before = databaseAt(file, 13)
  before.exec("INSERT INTO sealed_segments (name) VALUES ('a')")
  before.close()
  const database = openDatabase(file)
  const { unsealed_groups: left } = database.prepare('SELECT * FROM sealed_segments').get()!
  assert.equal(left, '[]')
  database.close()
})

/** What grows with the profiles; of the others there are a few hundred rows at the most. */
const large = ['blocks', 'dictionary_parts']

test('no question and no change looks at every block', () => {
  const database = openDatabase(':memory:')
  const texts: string[] = []
  const prepare = database.prepare.bind(database)
  database.prepare = (sql, ...rest) => {
    texts.push(sql)
    return prepare(sql, ...rest)
  }
  sqliteManifest(database)
  assert.ok(texts.length > 20)
  for (const text of [...texts, "DELETE FROM profiling_groups WHERE id = 'x'"]) {
    const names = new Set([...text.matchAll(/\$(\w+)/g)].map(([, name]) => name!))
    const values = Object.fromEntries([...names].map((name) => [name, 0]))
    const plan = prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all(values)
      .map(({ detail }) => String(detail))
    for (const step of plan) {
      const scans =
        large.some((table) => step.startsWith(`SCAN ${table}`)) || /^SCAN (finer|roll_ups)/.test(step)
      assert.ok(!scans, `${text}\n${step}`)
      assert.doesNotMatch(step, /AUTOMATIC/, text)
    }
  }
  // The plan of a deletion does not show what goes with it: each reference must have its index.
  for (const { name } of prepare('PRAGMA table_list').all()) {
    for (const { table, from } of prepare(`PRAGMA foreign_key_list(${name})`).all()) {
      if (table !== 'profiling_groups' || name === 'client_tokens') continue
      const [step] = prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM ${name} WHERE ${from} = 'x'`).all()
      assert.match(String(step!.detail), /^SEARCH/, String(name))
    }
  }
  database.close()
})

test('when the catalog is closed, calls of the manifest are refused and do not hang', {
  timeout: 10_000,
}, async () => {
  const { manifest, catalog } = await openedInThread(nextFile())
  assert.deepEqual(await manifest.sealedSegments(), [])
  const open = Array.from({ length: 50 }, () => manifest.sealedSegments().catch((error: Error) => error))
  await catalog.close()
  await Promise.all(open)
  await assert.rejects(manifest.sealedSegments(), Error)
  await assert.rejects(manifest.latest(), /the other end is gone/)
})

test('a catalog that cannot be opened hangs up on those who would ask for its manifest', {
  timeout: 10_000,
}, async () => {
  const { port1, port2 } = new MessageChannel()
  const { api } = connectPort<Manifest>(port1)
  const asked = assert.rejects(api.latest(), /the other end is gone/)
  await assert.rejects(startCatalogThread(join(directory, 'missing', 'catalog.db'), { manifestPort: port2 }))
  await asked
})
