import type { DatabaseSync } from 'node:sqlite'
import { attributeNumbers, attributesOf } from '../audit-attributes.ts'
import { type ChainHead, headAt, linked, noRecord } from '../audit-chain.ts'
import type { AuditLog, AuditRow, DigestRow } from '../audit-log.ts'
import { prepare } from './prepare.ts'
import type { Row } from './row.ts'
import { inTransaction } from './transaction.ts'

const indexedAtOnce = 5000

/** The audit trail in the catalog's database. */
export function sqliteAuditLog(database: DatabaseSync): AuditLog {
  const statements = prepare(database, sql)

  const end = (name: 'start' | 'head'): ChainHead => {
    const row = statements.end.get(name)
    return row === undefined ? noRecord : { sequence: Number(row.sequence), hash: String(row.hash) }
  }

  const index = (sequence: number, record: string, statement = statements.insertAttribute): void => {
    for (const { key, value } of attributesOf(JSON.parse(record)))
      statement.run(attributeNumbers[key], value, sequence)
  }
  /** Of a record that was damaged nothing may be known: verifying says so. */
  const tryIndex = ({ sequence, record }: AuditRow, statement = statements.insertAttribute): void => {
    try {
      index(sequence, record, statement)
    } catch {
      // What stays in the index leads nowhere.
    }
  }

  const append = (drafts: readonly string[]): void => {
    let last = end('head')
    for (const draft of drafts) {
      const record = linked(draft, last)
      last = headAt(last.sequence + 1, record)
      statements.insert.run(last.sequence, record)
      index(last.sequence, draft)
    }
    statements.moveEnd.run('head', last.sequence, last.hash)
  }

  /** Those that an earlier version wrote have no attributes yet. */
  const indexWhatIsNot = (): void => {
    let after = Number(statements.lastIndexed.get()?.sequence ?? 0)
    for (;;) {
      const rows = statements.after.all(after, indexedAtOnce).map(auditRow)
      if (rows.length === 0) return
      inTransaction(database, () => {
        for (const row of rows) tryIndex(row)
      })
      after = rows.at(-1)!.sequence
    }
  }

  const forgetThroughDigest = (number: number): number => {
    const digest = statements.digest.get(number)
    if (digest === undefined) return 0
    const { last } = digestRow(digest)
    statements.moveEnd.run('start', last.sequence, last.hash)
    statements.removeDigests.run(number)
    let from = Number.MIN_SAFE_INTEGER
    for (;;) {
      const rows = statements.through.all(from, last.sequence, indexedAtOnce).map(auditRow)
      for (const row of rows) tryIndex(row, statements.removeAttribute)
      if (rows.length < indexedAtOnce) break
      from = rows.at(-1)!.sequence
    }
    return Number(statements.removeThrough.run(last.sequence).changes)
  }

  indexWhatIsNot()
  return {
    appendRecords: async (drafts) => inTransaction(database, () => append(drafts)),
    auditHead: async () => end('head'),
    auditStart: async () => end('start'),
    recordsAfter: async (sequence, limit) => statements.after.all(sequence, limit).map(auditRow),
    recordsBefore: async (sequence, limit, attribute = null) => {
      if (attribute === null) return statements.before.all(sequence, limit).map(auditRow)
      const { key, value } = attribute
      return statements.beforeWith.all(attributeNumbers[key], value, sequence, limit).map(auditRow)
    },

    auditDigests: async () => statements.digests.all().map(digestRow),
    auditKeys: async () =>
      statements.keys.all().map((row) => ({ number: Number(row.number), sealed: row.sealed as Uint8Array })),
    addAuditDigest: async ({ number, endedAt, hash, last }, keys) =>
      inTransaction(database, () => {
        statements.insertDigest.run(number, endedAt, hash, last.sequence, last.hash)
        for (const key of keys) statements.writeKey.run(key.number, key.sealed)
      }),
    forgetThroughDigest: async (number) => inTransaction(database, () => forgetThroughDigest(number)),
  }
}

const sql = {
  end: 'SELECT sequence, hash FROM audit_ends WHERE name = ?',
  moveEnd: 'INSERT OR REPLACE INTO audit_ends (name, sequence, hash) VALUES (?, ?, ?)',
  insert: 'INSERT INTO audit_records (sequence, record) VALUES (?, ?)',
  after: 'SELECT sequence, record FROM audit_records WHERE sequence > ? ORDER BY sequence LIMIT ?',
  before: 'SELECT sequence, record FROM audit_records WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
  beforeWith: `SELECT sequence, record FROM audit_attributes JOIN audit_records USING (sequence)
               WHERE attribute = ? AND value = ? AND audit_attributes.sequence < ?
               ORDER BY audit_attributes.sequence DESC LIMIT ?`,
  removeThrough: 'DELETE FROM audit_records WHERE sequence <= ?',
  insertAttribute: 'INSERT OR IGNORE INTO audit_attributes (attribute, value, sequence) VALUES (?, ?, ?)',
  // Every record has this attribute, with one of two values: two looks at the end of a range.
  lastIndexed: `SELECT max(
                  coalesce((SELECT max(sequence) FROM audit_attributes WHERE attribute = ${attributeNumbers.ReadOnly} AND value = 'true'), 0),
                  coalesce((SELECT max(sequence) FROM audit_attributes WHERE attribute = ${attributeNumbers.ReadOnly} AND value = 'false'), 0)
                ) AS sequence`,
  through:
    'SELECT sequence, record FROM audit_records WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
  removeAttribute: 'DELETE FROM audit_attributes WHERE attribute = ? AND value = ? AND sequence = ?',
  digest: 'SELECT * FROM audit_digests WHERE number = ?',
  digests: 'SELECT * FROM audit_digests ORDER BY number',
  insertDigest:
    'INSERT INTO audit_digests (number, ended_at, hash, sequence, record_hash) VALUES (?, ?, ?, ?, ?)',
  removeDigests: 'DELETE FROM audit_digests WHERE number <= ?',
  keys: 'SELECT number, sealed FROM audit_keys ORDER BY number',
  writeKey: 'INSERT OR REPLACE INTO audit_keys (number, sealed) VALUES (?, ?)',
} as const

function auditRow(row: Row): AuditRow {
  return { sequence: Number(row.sequence), record: String(row.record) }
}

function digestRow(row: Row): DigestRow {
  return {
    number: Number(row.number),
    endedAt: Number(row.ended_at),
    hash: String(row.hash),
    last: { sequence: Number(row.sequence), hash: String(row.record_hash) },
  }
}
