import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { faultsInTable, tablesOf } from './database-faults.ts'
import { openDatabase } from './open-database.ts'

const directory = mkdtempSync(join(tmpdir(), 'wick-faults-'))
after(() => rmSync(directory, { recursive: true }))

test('a flipped bit in any page of a table is found in that table, or the database is not opened', () => {
  const file = join(directory, 'catalog.db')
  const written = openDatabase(file)
  for (let i = 0; i < 300; i++)
    written
      .prepare('INSERT INTO token_lists (key, received_at) VALUES (?, ?)')
      .run(`tokens/${'x'.repeat(60)}${i}`, i)
  written.exec('PRAGMA journal_mode = DELETE')
  const pages = written
    .prepare("SELECT pageno FROM dbstat WHERE name = 'token_lists' ORDER BY pageno")
    .all()
    .map(({ pageno }) => Number(pageno))
  written.close()
  assert.ok(pages.length > 3)
  const bytes = readFileSync(file)
  for (const page of pages) {
    const damaged = Buffer.from(bytes)
    // The kind of the page: a leaf, or not.
    damaged[(page - 1) * 4096]! ^= 8
    const copy = join(directory, `${page}.db`)
    writeFileSync(copy, damaged)
    const database = openDatabase(copy)
    const wrong = tablesOf(database).filter((table) => faultsInTable(database, table).length > 0)
    assert.deepEqual(wrong, ['token_lists'])
    database.close()
  }
})
