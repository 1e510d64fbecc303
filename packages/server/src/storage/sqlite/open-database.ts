import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Runs in the catalog thread, where synchronous calls block nobody. */

const migrationsDirectory = join(import.meta.dirname, 'migrations')

/** A database that is just being closed (a restart) is waited for this long. */
const lockTimeoutMilliseconds = 250

/** Another process (or another server in this one) has the file. */
class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}

/** The file was written by a later version of Wick. */
class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew'
}

/** The file is no database, or not what was written. */
class DatabaseDamaged extends Error {
  override readonly name = 'DatabaseDamaged'
}

/**
 * Opens the file for this process alone: the lock is held until the database is closed, and the operating system gives
 * it back when the process ends, however it ends.
 *
 * @param file a path, or `:memory:`
 * @throws DatabaseInUse, DatabaseTooNew, DatabaseDamaged, or SQLite's own where the file cannot be read or written
 */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') makePrivate(file)
  const database = new DatabaseSync(file, { timeout: lockTimeoutMilliseconds })
  try {
    // In this order: with the exclusive mode set before, WAL needs no shared memory and the lock is kept.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL')
    // FULL: a commit is on disk when it returns.
    database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    // What is deleted is overwritten: a group's data key, above all.
    database.exec('PRAGMA secure_delete = ON')
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw explained(error as Error, file)
  }
}

/**
 * SQLite would make the file readable by everybody. A file that exists is not opened here: closing it again would give
 * up the locks that another server in this process holds on it (POSIX).
 */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

const busy = 5
const locked = 6
const corrupt = 11
const notADatabase = 26

function explained(error: Error, file: string): Error {
  // The low byte of SQLite's result codes is the kind, the rest details it.
  const kind = ((error as { errcode?: number }).errcode ?? 0) & 0xff
  if (kind === busy || kind === locked) return new DatabaseInUse(`${file} is in use`)
  if (kind === corrupt || kind === notADatabase) return new DatabaseDamaged(error.message)
  return error
}

/**
 * Applies what is missing: `001-….sql`, `002-….sql` and so on, with their numbers, in one transaction: an upgrade that fails
 * leaves the catalog to the version that wrote it.
 */
function migrate(database: DatabaseSync): void {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY) STRICT')
  const { latest } = database.prepare('SELECT coalesce(max(number), 0) AS latest FROM migrations').get() as {
    latest: number
  }
  const files = readdirSync(migrationsDirectory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  if (latest > files.length) {
    throw new DatabaseTooNew(`the catalog has version ${latest}, this version of Wick knows ${files.length}`)
  }
  if (latest === files.length) return
  const note = database.prepare('INSERT INTO migrations (number) VALUES (?)')
  database.exec('BEGIN')
  for (const [index, file] of files.entries()) {
    if (index < latest) continue
    note.run(index + 1)
    database.exec(readFileSync(join(migrationsDirectory, file), 'utf8'))
  }
  database.exec('COMMIT')
}
