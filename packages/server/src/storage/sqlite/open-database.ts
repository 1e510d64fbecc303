import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Runs in the catalog thread, where synchronous calls block nobody. */

const migrationsDirectory = join(import.meta.dirname, 'migrations')

/** Another process (or another server in this one) has the file. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}

/** The file was written by a later version of Wick. */
export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew'
}

/**
 * Opens the file for this process alone: the exclusive lock is taken with the first write and the operating system
 * gives it back when the process ends, however it ends.
 *
 * @param file a path, or `:memory:`
 * @throws DatabaseInUse, DatabaseTooNew
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    // In this order: WAL without shared memory needs the exclusive mode first.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw isBusy(error) ? new DatabaseInUse(`${file} is in use`) : error
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code !== undefined && ((code & 0xff) === 5 || (code & 0xff) === 6)
}

/** Applies what is missing, each file in a transaction of its own together with its number. */
function migrate(database: DatabaseSync): void {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY) STRICT')
  const row = database.prepare('SELECT coalesce(max(number), 0) AS latest FROM migrations').get() as {
    latest: number
  }
  const files = readdirSync(migrationsDirectory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  if (row.latest > files.length) {
    throw new DatabaseTooNew(
      `the catalog has version ${row.latest}; this version of Wick knows ${files.length}`,
    )
  }
  for (const [index, file] of files.entries()) {
    if (index < row.latest) continue
    database.exec('BEGIN')
    database.prepare('INSERT INTO migrations (number) VALUES (?)').run(index + 1)
    database.exec(readFileSync(join(migrationsDirectory, file), 'utf8'))
    database.exec('COMMIT')
  }
}
