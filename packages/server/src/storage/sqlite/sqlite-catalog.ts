import type { DatabaseSync } from 'node:sqlite'
import {
  type Catalog,
  type CreateGroupOutcome,
  clientTokenLifetimeMilliseconds,
  type GroupRecord,
  type NewGroup,
  type SealedSecret,
  type SessionRecord,
  type Subject,
} from '../catalog.ts'
import { prepare } from './prepare.ts'
import { retentionClockOf, retentionOf } from './retention-row.ts'
import { optional, type Row } from './row.ts'
import { sqliteAlarms } from './sqlite-alarms.ts'
import { sqliteAnnouncements } from './sqlite-announcements.ts'
import { sqliteAnomalies } from './sqlite-anomalies.ts'
import { sqliteAuditLog } from './sqlite-audit-log.ts'
import { sqliteChannels } from './sqlite-channels.ts'
import { sqliteDeliveries } from './sqlite-deliveries.ts'
import { sqliteDirectory } from './sqlite-directory.ts'
import { sqliteFindings } from './sqlite-findings.ts'
import { groupPolicy, sqliteGroupAccess } from './sqlite-group-access.ts'
import { sqliteJobs } from './sqlite-jobs.ts'
import { sqliteMetrics } from './sqlite-metrics.ts'
import { sqliteReceivers } from './sqlite-receivers.ts'
import { afterCommit, inOneTransaction, inTransaction } from './transaction.ts'

/** The catalog in SQLite. One statement = one row of `sql`; rows become records here and nowhere else. */
export function sqliteCatalog(database: DatabaseSync): Catalog {
  const statements = prepare(database, sql)
  const transaction = <T>(change: () => T): T => inTransaction(database, change)

  const groupById = (id: string): GroupRecord | null => optional(statements.groupById.get(id), groupRecord)

  const createGroup = (group: NewGroup): CreateGroupOutcome => {
    const { accountId, region, clientToken, now } = group
    const expired = now - clientTokenLifetimeMilliseconds
    const earlier = statements.groupByToken.get(accountId, region, clientToken, expired)
    if (earlier !== undefined) {
      const isSame = earlier.input_hash === group.inputHash
      return isSame ? { kind: 'repeated', group: groupRecord(earlier) } : { kind: 'token-reused' }
    }
    if (statements.groupByName.get(accountId, region, group.name) !== undefined) return { kind: 'name-taken' }
    if (Number(statements.countGroups.get(accountId, region)!.count) >= group.maxGroups)
      return { kind: 'quota' }
    // What is refused changes nothing, not even this.
    statements.forgetTokens.run(expired)
    statements.insertGroup.run(
      group.id,
      accountId,
      region,
      group.name,
      group.computePlatform,
      Number(group.profilingEnabled),
      JSON.stringify(group.tags),
      now,
      now,
      group.sealedDataKey,
    )
    statements.insertToken.run(accountId, region, clientToken, group.inputHash, group.id, now)
    return { kind: 'created', group: groupById(group.id)! }
  }

  const deleteGroup = (id: string): boolean => {
    if (statements.deleteGroup.run(id).changes === 0) return false
    afterCommit(database, emptyLog)
    return true
  }
  const emptyLog = (): void => {
    try {
      // The log still has the group's data key.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // The group is deleted all the same; the log is emptied at the next chance, at the latest when it is closed.
    }
  }

  const replaceSealedSecrets: Catalog['replaceSealedSecrets'] = async (secrets, notes) =>
    transaction(() => {
      const missing = new Set(statements.sealedSecrets.all().map((row) => `${row.kind}:${row.id}`))
      for (const { kind, id, sealed } of secrets) {
        if (!missing.delete(`${kind}:${id}`)) throw new Error(`there is no ${kind} ${id} to seal anew`)
        if (kind === 'data-key') statements.resealGroup.run(sealed, id)
        else if (kind === 'audit-key') statements.resealAuditKey.run(sealed, Number(id))
        else statements.resealIdentity.run(sealed, kind, id)
      }
      if (missing.size > 0) throw new Error(`${[...missing][0]} would stay as it was sealed before`)
      for (const { name, value } of notes) statements.writeNote.run(name, value)
    })

  const totalChanges = (): number => Number(statements.totalChanges.get()!.count)

  const recorded: Catalog['recorded'] = (draft, method, args) =>
    inOneTransaction(database, async () => {
      const before = totalChanges()
      const change = catalog[method] as (...args: readonly unknown[]) => ReturnType<Catalog[typeof method]>
      const value = (await change(...args)) as Awaited<ReturnType<Catalog[typeof method]>>
      const isRecorded = totalChanges() !== before
      if (isRecorded) await catalog.appendRecords([draft])
      return { value, isRecorded }
    })

  const catalog: Catalog = {
    ...sqliteAuditLog(database),
    ...sqliteDirectory(database),
    ...sqliteGroupAccess(database),
    ...sqliteChannels(database),
    ...sqliteMetrics(database),
    ...sqliteAlarms(database),
    ...sqliteFindings(database),
    ...sqliteJobs(database),
    ...sqliteAnnouncements(database),
    ...sqliteAnomalies(database),
    ...sqliteDeliveries(database),
    ...sqliteReceivers(database),
    recorded,

    createGroup: async (group) => transaction(() => createGroup(group)),
    findGroup: async ({ accountId, region }, name) =>
      optional(statements.groupByName.get(accountId, region, name), groupRecord),
    listGroups: async ({ accountId, region }, after, limit) =>
      statements.groupsAfter.all(accountId, region, after, limit).map(groupRecord),
    allGroups: async () => statements.allGroups.all().map(groupRecord),
    setProfilingEnabled: async (id, enabled, now) => {
      statements.updateGroup.run(Number(enabled), now, id)
      return groupById(id)
    },
    deleteGroup: async (id) => deleteGroup(id),
    retentionOf: async (id) => optional(statements.retention.get(id), retentionOf),
    setRetention: async (id, retention) =>
      transaction(() => {
        if (groupById(id) === null) return false
        if (retention === null) statements.deleteRetention.run(id)
        else {
          const { fiveMinuteDays, hourlyDays, dailyDays } = retention
          statements.writeRetention.run(id, fiveMinuteDays, hourlyDays, dailyDays)
        }
        return true
      }),
    recordOrchestrations: async (seen) =>
      transaction(() => {
        for (const { id, at } of seen) statements.orchestrated.run(at, id)
      }),

    createSignInTicket: async ({ hash, subject, expiresAt }) =>
      void statements.insertTicket.run(hash, JSON.stringify(subject), expiresAt),
    takeSignInTicket: async (hash, now) =>
      transaction(() => {
        const subject = optional(statements.ticket.get(hash, now), subjectOf)
        statements.deleteTicket.run(hash)
        return subject
      }),
    createSession: async ({ hash, subject, mfaAt, createdAt }) =>
      void statements.insertSession.run(hash, JSON.stringify(subject), mfaAt, createdAt, createdAt),
    findSession: async (hash) => optional(statements.session.get(hash), sessionRecord),
    touchSession: async (hash, now) => void statements.touchSession.run(now, hash),
    deleteSession: async (hash) => void statements.deleteSession.run(hash),
    deleteExpired: async ({ ticketsExpiringAt, sessionsCreatedAt }) =>
      transaction(() => {
        statements.expireTickets.run(ticketsExpiringAt)
        statements.expireSessions.run(sessionsCreatedAt)
      }),

    sealedSecrets: async () => statements.sealedSecrets.all().map(sealedSecret),
    replaceSealedSecrets,

    retentionClock: async () => optional(statements.retentionClock.get(), retentionClockOf),

    readNote: async (name) => optional(statements.note.get(name), (row) => row.value as Uint8Array),
    writeNote: async (name, value) => void statements.writeNote.run(name, value),
    close: async () => {
      if (database.isOpen) database.close()
    },
  }
  return catalog
}

const sql = {
  groupById: 'SELECT * FROM profiling_groups WHERE id = ?',
  groupByName: 'SELECT * FROM profiling_groups WHERE account_id = ? AND region = ? AND name = ?',
  groupsAfter:
    'SELECT * FROM profiling_groups WHERE account_id = ? AND region = ? AND sequence > ? ORDER BY sequence LIMIT ?',
  allGroups: 'SELECT * FROM profiling_groups ORDER BY sequence',
  countGroups: 'SELECT count(*) AS count FROM profiling_groups WHERE account_id = ? AND region = ?',
  insertGroup: `INSERT INTO profiling_groups (id, account_id, region, name, compute_platform, profiling_enabled, tags,
                created_at, updated_at, sealed_data_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  updateGroup: 'UPDATE profiling_groups SET profiling_enabled = ?, updated_at = ? WHERE id = ?',
  deleteGroup: 'DELETE FROM profiling_groups WHERE id = ?',
  retention: 'SELECT * FROM retentions WHERE group_id = ?',
  writeRetention:
    'INSERT OR REPLACE INTO retentions (group_id, five_minute_days, hourly_days, daily_days) VALUES (?, ?, ?, ?)',
  deleteRetention: 'DELETE FROM retentions WHERE group_id = ?',
  orchestrated:
    'UPDATE profiling_groups SET orchestrated_at = max(coalesce(orchestrated_at, 0), ?) WHERE id = ?',
  groupByToken: `SELECT profiling_groups.*, input_hash FROM client_tokens JOIN profiling_groups ON id = group_id
                 WHERE client_tokens.account_id = ? AND client_tokens.region = ? AND token = ? AND client_tokens.created_at >= ?`,
  insertToken:
    'INSERT INTO client_tokens (account_id, region, token, input_hash, group_id, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  forgetTokens: 'DELETE FROM client_tokens WHERE created_at < ?',
  insertTicket: 'INSERT INTO sign_in_tickets (hash, subject, expires_at) VALUES (?, ?, ?)',
  ticket: 'SELECT subject FROM sign_in_tickets WHERE hash = ? AND expires_at > ?',
  deleteTicket: 'DELETE FROM sign_in_tickets WHERE hash = ?',
  expireTickets: 'DELETE FROM sign_in_tickets WHERE expires_at < ?',
  insertSession:
    'INSERT INTO sessions (hash, subject, mfa_at, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?)',
  session: 'SELECT * FROM sessions WHERE hash = ?',
  touchSession: 'UPDATE sessions SET last_seen_at = ? WHERE hash = ?',
  deleteSession: 'DELETE FROM sessions WHERE hash = ?',
  expireSessions: 'DELETE FROM sessions WHERE created_at < ?',
  sealedSecrets: `SELECT 'data-key' AS kind, id, sealed_data_key AS sealed FROM profiling_groups
                  UNION ALL SELECT 'audit-key', CAST(number AS TEXT), sealed FROM audit_keys
                  UNION ALL SELECT kind, account_id || '/' || key, sealed FROM identities WHERE sealed IS NOT NULL`,
  resealGroup: 'UPDATE profiling_groups SET sealed_data_key = ? WHERE id = ?',
  resealAuditKey: 'UPDATE audit_keys SET sealed = ? WHERE number = ?',
  resealIdentity: "UPDATE identities SET sealed = ? WHERE kind = ? AND account_id || '/' || key = ?",
  totalChanges: 'SELECT total_changes() AS count',
  retentionClock: 'SELECT * FROM retention_clock',
  note: 'SELECT value FROM notes WHERE name = ?',
  writeNote:
    'INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
} as const

function groupRecord(row: Row): GroupRecord {
  return {
    id: String(row.id),
    sequence: Number(row.sequence),
    accountId: String(row.account_id),
    region: String(row.region),
    name: String(row.name),
    computePlatform: row.compute_platform as GroupRecord['computePlatform'],
    profilingEnabled: row.profiling_enabled === 1,
    tags: JSON.parse(String(row.tags)),
    policy: groupPolicy(row),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    orchestratedAt: row.orchestrated_at === null ? null : Number(row.orchestrated_at),
    sealedDataKey: row.sealed_data_key as Uint8Array,
  }
}

function subjectOf(row: Row): Subject {
  return JSON.parse(String(row.subject))
}

function sealedSecret(row: Row): SealedSecret {
  return { kind: String(row.kind), id: String(row.id), sealed: row.sealed as Uint8Array }
}

function sessionRecord(row: Row): SessionRecord {
  return {
    subject: subjectOf(row),
    mfaAt: row.mfa_at === null ? null : Number(row.mfa_at),
    createdAt: Number(row.created_at),
    lastSeenAt: Number(row.last_seen_at),
  }
}
