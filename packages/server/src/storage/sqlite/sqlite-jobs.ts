import type { DatabaseSync } from 'node:sqlite'
import type { Jobs } from '../jobs.ts'
import { prepare } from './prepare.ts'

export function sqliteJobs(database: DatabaseSync): Jobs {
  const statements = prepare(database, sql)
  return {
    takeLease: async ({ name, holder, now, until }) =>
      statements.take.run({ name, holder, now, until, latest: now + 2 * (until - now) }).changes > 0,
    giveUpLease: async (name, holder) => void statements.giveUp.run(name, holder),
    jobStates: async () => statements.states.all().map(({ document }) => JSON.parse(String(document))),
    writeJobState: async (state) => void statements.write.run(state.name, JSON.stringify(state)),
  }
}

const sql = {
  take: `INSERT INTO leases (name, holder, until) VALUES ($name, $holder, $until)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE holder = excluded.holder OR until <= $now OR until > $latest`,
  giveUp: 'DELETE FROM leases WHERE name = ? AND holder = ?',
  states: 'SELECT document FROM jobs ORDER BY name',
  write: 'INSERT OR REPLACE INTO jobs (name, document) VALUES (?, ?)',
} as const
