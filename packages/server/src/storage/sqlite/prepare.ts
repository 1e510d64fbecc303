import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A table of statements, ready to run under the same names. */
export function prepare<Name extends string>(
  database: DatabaseSync,
  sql: Readonly<Record<Name, string>>,
): Record<Name, StatementSync> {
  const prepared = Object.entries<string>(sql).map(([name, text]) => [name, database.prepare(text)] as const)
  return Object.fromEntries(prepared) as Record<Name, StatementSync>
}
