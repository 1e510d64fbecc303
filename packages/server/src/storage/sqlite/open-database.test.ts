import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { openDatabase } from './open-database.ts'
import { databaseAt } from './testing/database-at.ts'

let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wick-database-'))
  file = join(directory, 'catalog.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

function setting(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0]
}

test('commits are durable, references are checked, and nobody else may have the file', () => {
  const database = openDatabase(file)
  const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'locking_mode'].map((name) =>
    setting(database, name),
  )
  assert.deepEqual(settings, ['wal', 2, 1, 'exclusive'])
  database.close()
})

test('the file and its log can be read by their owner only', () => {
  const database = openDatabase(file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(`${file}-wal`).mode & 0o777, 0o600)
  database.close()
})

test('a second opening is refused, and the refusal does not loosen the lock of the first', () => {
  const database = openDatabase(file)
  for (let attempt = 0; attempt < 3; attempt++)
    assert.throws(() => openDatabase(file), { name: 'DatabaseInUse' })
  database.exec("INSERT INTO notes VALUES ('still', x'01')")
  database.close()
  openDatabase(file).close()
})

test('tables are strict and keep their constraints', () => {
  const database = openDatabase(':memory:')
  const tables = database.prepare('PRAGMA table_list').all()
  const ours = tables.filter(({ name, schema }) => schema === 'main' && !String(name).startsWith('sqlite_'))
  assert.ok(ours.length >= 7)
  for (const { name, strict } of ours) assert.equal(strict, 1, String(name))
  assert.throws(() => database.exec("INSERT INTO notes VALUES ('a', 'text, not bytes')"), /BLOB/)
  database.close()
})

test('opening again applies no migration twice', () => {
  openDatabase(file).close()
  const database = openDatabase(file)
  const numbers = database.prepare('SELECT number FROM migrations ORDER BY number').all()
  assert.deepEqual(
    numbers.map(({ number }) => number),
    numbers.map((_, index) => index + 1),
  )
  database.close()
})

test('a catalog of a later version is refused and left as it is', () => {
  const database = openDatabase(file)
  database.exec('INSERT INTO migrations VALUES (999)')
  database.close()
  const before = readFileSync(file)
  assert.throws(() => openDatabase(file), { name: 'DatabaseTooNew', message: /version 999/ })
  assert.deepEqual(readFileSync(file), before)
})

test('an upgrade that fails leaves the catalog to the version that wrote it', () => {
  const before = databaseAt(file, 1)
  // In the way of the last migration, when all others have been applied.
  before.exec('CREATE TABLE deleted_periods (id INTEGER)')
  before.close()
  assert.throws(() => openDatabase(file), /table deleted_periods already exists/)
  const left = new DatabaseSync(file)
  assert.equal(left.prepare('SELECT max(number) AS latest FROM migrations').get()!.latest, 1)
  left.close()
})

test('a file that is no database is refused and left as it is', () => {
  const content = 'not a database, but long enough to be taken for one'.repeat(100)
  writeFileSync(file, content)
  assert.throws(() => openDatabase(file), { name: 'DatabaseDamaged' })
  assert.equal(readFileSync(file, 'utf8'), content)
})

test('a start cut off before the first migration leaves an empty file, which the next start fills', () => {
  writeFileSync(file, '')
  const database = openDatabase(file)
  const migrations = readdirSync(join(import.meta.dirname, 'migrations'))
  assert.equal(database.prepare('SELECT count(*) AS n FROM migrations').get()!.n, migrations.length)
  database.close()
})

test('another program that reads the file keeps it from being opened', () => {
  openDatabase(file).close()
  const reader = new DatabaseSync(file)
  reader.exec('BEGIN; SELECT * FROM notes')
  assert.throws(() => openDatabase(file), { name: 'DatabaseInUse' })
  reader.close()
  openDatabase(file).close()
})
