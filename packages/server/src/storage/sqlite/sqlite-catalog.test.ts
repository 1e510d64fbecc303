import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { catalogContract } from '../catalog.contract.ts'
import { openDatabase } from './open-database.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'
import { startCatalogThread } from './start-catalog-thread.ts'

const directory = mkdtempSync(join(tmpdir(), 'wick-catalog-'))
after(() => rmSync(directory, { recursive: true }))
let files = 0
const nextFile = (): string => join(directory, `${files++}.db`)

catalogContract('SQLite in memory', async () => sqliteCatalog(openDatabase(':memory:')))
catalogContract('SQLite in a file', async () => sqliteCatalog(openDatabase(nextFile())))
catalogContract('SQLite in a file, behind its thread', () => startCatalogThread(nextFile()))

test("a deleted group's data key is in the file no more, nor in its log, while the catalog is open", async () => {
  const file = nextFile()
  const catalog = sqliteCatalog(openDatabase(file))
  const holding = (key: Uint8Array): string[] =>
    readdirSync(directory)
      .filter((name) => name.startsWith(basename(file)))
      .filter((name) => readFileSync(join(directory, name)).includes(key))
  const keys = Array.from({ length: 20 }, () => new Uint8Array(randomBytes(61)))
  const ids = keys.map(() => randomUUID())
  for (const [i, sealedDataKey] of keys.entries()) {
    await catalog.createGroup({
      ...{
        accountId: '000000000000',
        region: 'us-east-1',
        id: ids[i]!,
        name: `g${i}`,
        computePlatform: 'Default',
      },
      ...{ profilingEnabled: true, tags: {}, clientToken: ids[i]!, inputHash: '', now: 0, maxGroups: 99 },
      sealedDataKey,
    })
    assert.notDeepEqual(holding(sealedDataKey), [])
  }
  for (const [i, key] of keys.entries()) {
    assert.equal(await catalog.deleteGroup(ids[i]!), true)
    assert.deepEqual(holding(key), [])
  }
  await catalog.close()
})
