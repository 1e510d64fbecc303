import type { DatabaseSync } from 'node:sqlite'
import type { AnomaliesChange, AnomalyRow, AnomalyStore } from '../anomaly-store.ts'
import { prepare } from './prepare.ts'
import { optional, type Row } from './row.ts'
import { announcer } from './sqlite-announcements.ts'
import { inTransaction } from './transaction.ts'

export function sqliteAnomalies(database: DatabaseSync): AnomalyStore {
  const statements = prepare(database, sql)
  const announce = announcer(database)

  const change = ({ groupId, added, ended }: AnomaliesChange) => {
    if (statements.group.get(groupId) === undefined) return 'gone'
    for (const { id, since, document, announcement } of added) {
      const isNew = statements.add.run(groupId, id, since, document).changes > 0
      if (isNew && announcement !== null) announce(announcement)
    }
    for (const { id, until, announcement } of ended) {
      const isEnded = statements.end.run(until, groupId, id).changes > 0
      if (isEnded && announcement !== null) announce(announcement)
    }
    return 'changed'
  }

  return {
    anomaliesOf: async ({ groupId, from, to, limit }) =>
      statements.list.all(groupId, from, to, limit).map(anomalyRow),
    findAnomaly: async (groupId, id) => optional(statements.find.get(groupId, id), anomalyRow),
    changeAnomalies: async (changes) => inTransaction(database, () => change(changes)),
    giveFeedback: async (groupId, id, feedback) =>
      statements.feedback.run(JSON.stringify(feedback), groupId, id).changes > 0,
    removeAnomalies: async (groupId, from, to) => Number(statements.remove.run(groupId, from, to).changes),
    forgetAnomalies: async (endedBefore) => void statements.forget.run(endedBefore),
  }
}

const sql = {
  group: 'SELECT 1 FROM profiling_groups WHERE id = ?',
  list: `SELECT * FROM anomalies WHERE group_id = ?1 AND since < ?3 AND (until IS NULL OR until > ?2)
         ORDER BY since DESC, id LIMIT ?4`,
  find: 'SELECT * FROM anomalies WHERE group_id = ? AND id = ?',
  add: 'INSERT INTO anomalies (group_id, id, since, document) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  end: 'UPDATE anomalies SET until = ? WHERE group_id = ? AND id = ? AND until IS NULL',
  feedback: 'UPDATE anomalies SET feedback = ? WHERE group_id = ? AND id = ?',
  remove: 'DELETE FROM anomalies WHERE group_id = ? AND since >= ? AND since < ?',
  forget: 'DELETE FROM anomalies WHERE until < ?',
} as const

function anomalyRow(row: Row): AnomalyRow {
  return {
    id: String(row.id),
    since: Number(row.since),
    until: row.until === null ? null : Number(row.until),
    document: row.document as Uint8Array,
    feedback: row.feedback === null ? null : JSON.parse(String(row.feedback)),
  }
}
