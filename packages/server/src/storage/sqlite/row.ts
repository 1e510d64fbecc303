import type { SQLOutputValue } from 'node:sqlite'

/** A row as SQLite gives it, by column. */
export type Row = Record<string, SQLOutputValue>

/** What is in a row; null where there is none. */
export function optional<T>(row: Row | undefined, read: (row: Row) => T): T | null {
  return row === undefined ? null : read(row)
}
