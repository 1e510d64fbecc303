import type { DatabaseSync } from 'node:sqlite'

/** SQLite's result code of a file that is not what was written. */
const corrupt = 11

/** Every table, that of the schema too. */
export function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => String(name))
}

/**
 * What SQLite finds wrong in a table: pages, order, types and constraints (`quick_check`), and rows that belong to something
 * that is not there. A table at a time, since nothing else is done by this connection meanwhile, and there is no other.
 */
export function faultsInTable(database: DatabaseSync, table: string): string[] {
  if (!tablesOf(database).includes(table)) return []
  try {
    const found = database.prepare(`PRAGMA quick_check("${table}")`).all()
    const faults = found.map((row) => String(Object.values(row)[0])).filter((text) => text !== 'ok')
    const orphans = database.prepare(`PRAGMA foreign_key_check("${table}")`).all()
    const parents = Object.entries(Object.groupBy(orphans, ({ parent }) => String(parent)))
    return [
      ...faults,
      ...parents.map(([parent, rows]) => `${rows!.length} rows belong to nothing in ${parent}`),
    ]
  } catch (error) {
    if ((((error as { errcode?: number }).errcode ?? 0) & 0xff) !== corrupt) throw error
    return [(error as Error).message]
  }
}
