import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { type ChainHead, headAt, linked, noRecord, timePlace } from '../audit-chain.ts'
import type { AuditLog, AuditRow } from '../audit-log.ts'
import { prepare } from './prepare.ts'
import { inTransaction } from './transaction.ts'

type Row = Record<string, SQLOutputValue>

/** The audit trail in the catalog's database. */
export function sqliteAuditLog(database: DatabaseSync): AuditLog {
  const statements = prepare(database, sql)

  const end = (name: 'start' | 'head'): ChainHead => {
    const row = statements.end.get(name)
    return row === undefined ? noRecord : { sequence: Number(row.sequence), hash: String(row.hash) }
  }

  const append = (drafts: readonly string[]): void => {
    let last = end('head')
    for (const draft of drafts) {
      const record = linked(draft, last)
      last = headAt(last.sequence + 1, record)
      statements.insert.run(last.sequence, record)
    }
    statements.moveEnd.run('head', last.sequence, last.hash)
  }

  const forgetBefore = (time: string): number => {
    // The first one that is newer, and all behind it, stay.
    const first = Number(statements.firstSince.get(time)?.sequence ?? end('head').sequence + 1)
    const last = statements.record.get(first - 1)
    if (last === undefined) return 0
    const start = headAt(first - 1, String(last.record))
    statements.moveEnd.run('start', start.sequence, start.hash)
    return Number(statements.removeThrough.run(start.sequence).changes)
  }

  return {
    appendRecords: async (drafts) => inTransaction(database, () => append(drafts)),
    auditHead: async () => end('head'),
    auditStart: async () => end('start'),
    recordsAfter: async (sequence, limit) => statements.after.all(sequence, limit).map(auditRow),
    recordsBefore: async (sequence, limit) => statements.before.all(sequence, limit).map(auditRow),
    forgetRecordsBefore: async (time) => inTransaction(database, () => forgetBefore(time)),
  }
}

const sql = {
  end: 'SELECT sequence, hash FROM audit_ends WHERE name = ?',
  moveEnd: 'INSERT OR REPLACE INTO audit_ends (name, sequence, hash) VALUES (?, ?, ?)',
  insert: 'INSERT INTO audit_records (sequence, record) VALUES (?, ?)',
  record: 'SELECT record FROM audit_records WHERE sequence = ?',
  after: 'SELECT * FROM audit_records WHERE sequence > ? ORDER BY sequence LIMIT ?',
  before: 'SELECT * FROM audit_records WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
  firstSince: `SELECT sequence FROM audit_records
               WHERE substr(record, ${timePlace.at + 1}, ${timePlace.length}) >= ? ORDER BY sequence LIMIT 1`,
  removeThrough: 'DELETE FROM audit_records WHERE sequence <= ?',
} as const

function auditRow(row: Row): AuditRow {
  return { sequence: Number(row.sequence), record: String(row.record) }
}
