import type { DatabaseSync } from 'node:sqlite'
import type { AlarmChange, AlarmHistoryRow, AlarmRow, AlarmStore } from '../alarm-store.ts'
import { prepare } from './prepare.ts'
import { optional, type Row } from './row.ts'
import { announcer } from './sqlite-announcements.ts'
import { inTransaction } from './transaction.ts'

export function sqliteAlarms(database: DatabaseSync): AlarmStore {
  const statements = prepare(database, sql)
  const announce = announcer(database)

  /** Of more than one account or region each has room of its own. */
  const isRoom = (changes: readonly AlarmChange[], maxAlarms: number): boolean => {
    const made = changes.filter(({ expectedRevision, put }) => expectedRevision === 0 && put !== null)
    return Map.groupBy(made, ({ accountId, region }) => `${accountId}/${region}`)
      .values()
      .every(([first, ...more]) => {
        const { count } = statements.count.get(first!.accountId, first!.region)!
        return Number(count) + 1 + more.length <= maxAlarms
      })
  }

  /** Within a transaction of others nothing can be taken back: all is looked at before the first change is made. */
  const change = (changes: readonly AlarmChange[], maxAlarms: number): 'changed' | 'stale' | 'quota' => {
    for (const { accountId, region, name, expectedRevision } of changes) {
      const found = statements.find.get(accountId, region, name)
      if (Number(found?.revision ?? 0) !== expectedRevision) return 'stale'
    }
    if (!isRoom(changes, maxAlarms)) return 'quota'
    for (const { accountId, region, name, expectedRevision, put, history, announcement } of changes) {
      if (put === null) statements.remove.run(accountId, region, name)
      else {
        const { document, state } = put
        statements.put.run({ accountId, region, name, revision: expectedRevision + 1, document, state })
      }
      for (const { at, type, summary, data } of history)
        statements.insertHistory.run(accountId, region, name, at, type, summary, data)
      if (announcement != null) announce(announcement)
    }
    return 'changed'
  }

  return {
    findAlarm: async ({ accountId, region }, name) =>
      optional(statements.find.get(accountId, region, name), alarmRow),
    listAlarms: async ({ accountId, region }, after, limit) =>
      statements.list.all(accountId, region, after, limit).map(alarmRow),
    allAlarms: async (after, limit) =>
      statements.all.all(after?.accountId ?? '', after?.region ?? '', after?.name ?? '', limit).map(alarmRow),
    changeAlarms: async (changes, maxAlarms) => inTransaction(database, () => change(changes, maxAlarms)),
    alarmHistory: async ({ isAscending, after, ...question }) => {
      const statement = isAscending ? statements.historyUp : statements.historyDown
      const start = isAscending ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER
      return statement
        .all({ ...question, afterAt: after?.at ?? start, afterId: after?.id ?? start })
        .map(historyRow)
    },
    forgetAlarmHistory: async (before) => void statements.forgetHistory.run(before),
  }
}

const historyOf = `SELECT * FROM alarm_history WHERE account_id = $accountId AND region = $region
  AND ($name IS NULL OR name = $name) AND ($type IS NULL OR type = $type) AND at >= $from AND at <= $to`

const sql = {
  find: 'SELECT * FROM alarms WHERE account_id = ? AND region = ? AND name = ?',
  list: 'SELECT * FROM alarms WHERE account_id = ? AND region = ? AND name > ? ORDER BY name LIMIT ?',
  all: `SELECT * FROM alarms WHERE (account_id, region, name) > (?, ?, ?)
        ORDER BY account_id, region, name LIMIT ?`,
  count: 'SELECT count(*) AS count FROM alarms WHERE account_id = ? AND region = ?',
  put: `INSERT OR REPLACE INTO alarms (account_id, region, name, revision, document, state)
        VALUES ($accountId, $region, $name, $revision, $document, $state)`,
  remove: 'DELETE FROM alarms WHERE account_id = ? AND region = ? AND name = ?',
  insertHistory:
    'INSERT INTO alarm_history (account_id, region, name, at, type, summary, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  historyUp: `${historyOf} AND (at, id) > ($afterAt, $afterId) ORDER BY at, id LIMIT $limit`,
  historyDown: `${historyOf} AND (at, id) < ($afterAt, $afterId) ORDER BY at DESC, id DESC LIMIT $limit`,
  forgetHistory: 'DELETE FROM alarm_history WHERE at < ?',
} as const

function alarmRow(row: Row): AlarmRow {
  return {
    accountId: String(row.account_id),
    region: String(row.region),
    name: String(row.name),
    revision: Number(row.revision),
    document: String(row.document),
    state: String(row.state),
  }
}

function historyRow(row: Row): AlarmHistoryRow {
  return {
    id: Number(row.id),
    name: String(row.name),
    at: Number(row.at),
    type: String(row.type),
    summary: String(row.summary),
    data: String(row.data),
  }
}
