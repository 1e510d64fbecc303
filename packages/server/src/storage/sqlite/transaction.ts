import type { DatabaseSync } from 'node:sqlite'

/** What waits for the end of the transaction that a database is in. */
const waiting = new WeakMap<DatabaseSync, (() => void)[]>()

/** All of the change, durably, or none of it. Within a transaction it is a part of that one. */
export function inTransaction<T>(database: DatabaseSync, change: () => T): T {
  if (database.isTransaction) return change()
  begin(database)
  try {
    const result = change()
    commit(database)
    return result
  } catch (error) {
    rollBack(database)
    throw error
  }
}

/**
 * The same for a method that answers with a promise. It must do all its work before it first waits for anything but
 * other such methods: then nobody else's call comes between.
 */
export async function inOneTransaction<T>(database: DatabaseSync, change: () => Promise<T>): Promise<T> {
  begin(database)
  try {
    const result = await change()
    commit(database)
    return result
  } catch (error) {
    rollBack(database)
    throw error
  }
}

/** Runs once the transaction is committed; where there is none, now. */
export function afterCommit(database: DatabaseSync, action: () => void): void {
  if (database.isTransaction) waiting.get(database)!.push(action)
  else action()
}

function begin(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  waiting.set(database, [])
}

function commit(database: DatabaseSync): void {
  database.exec('COMMIT')
  for (const action of waiting.get(database)!) action()
}

function rollBack(database: DatabaseSync): void {
  // After a full disk SQLite may have rolled back by itself.
  if (database.isTransaction) database.exec('ROLLBACK')
}
