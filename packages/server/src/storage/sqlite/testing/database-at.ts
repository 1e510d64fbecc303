import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const migrations = join(import.meta.dirname, '../migrations')

/** A new catalog as the version with so many migrations left it. For tests of the ones that follow. */
export function databaseAt(file: string, version: number): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE migrations (number INTEGER PRIMARY KEY) STRICT')
  for (const [i, name] of readdirSync(migrations).sort().slice(0, version).entries()) {
    database.exec(readFileSync(join(migrations, name), 'utf8'))
    database.prepare('INSERT INTO migrations (number) VALUES (?)').run(i + 1)
  }
  return database
}
