import type { DatabaseSync } from 'node:sqlite'
import type {
  FindingsStore,
  NewFindings,
  NewPattern,
  ReportPeriod,
  ReportRow,
  ReportSummaryRow,
} from '../findings-store.ts'
import { prepare } from './prepare.ts'
import { optional, type Row } from './row.ts'
import { announcer } from './sqlite-announcements.ts'
import { inTransaction } from './transaction.ts'

export function sqliteFindings(database: DatabaseSync): FindingsStore {
  const statements = prepare(database, sql)
  const announce = announcer(database)

  const putPattern = ({ groupId, id, document, maxPatterns }: NewPattern) => {
    if (groupId !== null && statements.group.get(groupId) === undefined) return 'gone'
    if (Number(statements.countOthers.get(groupId, id)!.count) >= maxPatterns) return 'quota'
    statements.removePattern.run(groupId, id)
    statements.putPattern.run(id, groupId, document)
    return 'put'
  }

  const addFindings = (findings: NewFindings) => {
    const { groupId, period, since, until, report, states, announcements } = findings
    if (statements.group.get(groupId) === undefined) return 'gone'
    const before = statements.progressOf.get(groupId, period)
    if ((before === undefined ? null : Number(before.until)) !== since) return 'stale'
    if (report !== null && statements.hasReport.get(groupId, report.period, report.start) !== undefined)
      return 'stale'
    statements.putProgress.run(groupId, period, until)
    if (report !== null)
      statements.addReport.run(
        groupId,
        report.period,
        report.start,
        report.id,
        report.findings,
        report.summary,
        report.document,
      )
    for (const { patternId, document } of states) {
      if (document === null) statements.removeState.run(groupId, patternId)
      else statements.putState.run(groupId, patternId, document)
    }
    for (const announcement of announcements) announce(announcement)
    return 'added'
  }

  return {
    patternsOf: async (groupId) =>
      statements.patterns.all(groupId).map((row) => ({ id: String(row.id), document: String(row.document) })),
    putPattern: async (pattern) => inTransaction(database, () => putPattern(pattern)),
    removePattern: async (groupId, id) => statements.removePattern.run(groupId, id).changes > 0,

    findingsProgress: async () =>
      statements.progress.all().map((row) => ({
        groupId: String(row.group_id),
        period: String(row.period) as ReportPeriod,
        until: Number(row.until),
      })),
    addFindings: async (findings) => inTransaction(database, () => addFindings(findings)),
    findingsReport: async (groupId, id) => optional(statements.report.get(groupId, id), reportRow),
    reportBefore: async (groupId, period, start) =>
      optional(statements.reportBefore.get(groupId, period, start), reportRow),
    listReports: async ({ groupId, periods, from, to, after, limit }) =>
      statements.reports
        .all(
          groupId,
          JSON.stringify(periods),
          from,
          to,
          after?.start ?? Number.MAX_SAFE_INTEGER,
          after?.period ?? '',
          limit,
        )
        .map(summaryRow),
    latestReports: async ({ scope: { accountId, region }, period, afterSequence, limit }) =>
      statements.latestReports.all(accountId, region, afterSequence, period, limit).map((row) => ({
        ...summaryRow(row),
        groupId: String(row.group_id),
        groupName: String(row.group_name),
        groupSequence: Number(row.group_sequence),
      })),
    removeReports: async (groupId, from, to) =>
      Number(statements.removeReports.run(groupId, from, to).changes),
    forgetReports: async (now, keptMs) => void statements.forgetReports.run(now, keptMs),

    statesOf: async (groupId) =>
      statements.states.all(groupId).map((row) => ({
        patternId: String(row.pattern_id),
        document: String(row.document),
        isMuted: row.is_muted === 1,
      })),
    muteRecommendation: async (groupId, patternId, isMuted) =>
      inTransaction(database, () => {
        const state = statements.state.get(groupId, patternId)
        if (state === undefined) return 'unknown'
        if ((state.is_muted === 1) === isMuted) return 'same'
        statements.mute.run(Number(isMuted), groupId, patternId)
        return 'changed'
      }),
  }
}

const summaryColumns = 'id, period, start, findings, summary'

const sql = {
  group: 'SELECT 1 FROM profiling_groups WHERE id = ?',
  patterns: 'SELECT id, document FROM recommendation_patterns WHERE group_id IS ? ORDER BY id',
  countOthers: 'SELECT count(*) AS count FROM recommendation_patterns WHERE group_id IS ? AND id <> ?',
  putPattern: 'INSERT INTO recommendation_patterns (id, group_id, document) VALUES (?, ?, ?)',
  removePattern: 'DELETE FROM recommendation_patterns WHERE group_id IS ? AND id = ?',
  progress: 'SELECT * FROM findings_progress',
  progressOf: 'SELECT until FROM findings_progress WHERE group_id = ? AND period = ?',
  putProgress: 'INSERT OR REPLACE INTO findings_progress (group_id, period, until) VALUES (?, ?, ?)',
  hasReport: 'SELECT 1 FROM findings_reports WHERE group_id = ? AND period = ? AND start = ?',
  addReport: `INSERT INTO findings_reports (group_id, period, start, id, findings, summary, document)
              VALUES (?, ?, ?, ?, ?, ?, ?)`,
  report: 'SELECT * FROM findings_reports WHERE group_id = ? AND id = ?',
  reportBefore: `SELECT * FROM findings_reports WHERE group_id = ? AND period = ? AND start < ?
                 ORDER BY start DESC LIMIT 1`,
  reports: `SELECT ${summaryColumns} FROM findings_reports
            WHERE group_id = ?1 AND period IN (SELECT value FROM json_each(?2)) AND start < ?4
              AND start + CASE period WHEN 'P1D' THEN 86400000 ELSE 3600000 END > ?3
              AND (start < ?5 OR (start = ?5 AND period > ?6))
            ORDER BY start DESC, period LIMIT ?7`,
  latestReports: `SELECT ${summaryColumns.replace('id', 'findings_reports.id')}, group_id, name AS group_name, sequence AS group_sequence
                  FROM profiling_groups JOIN findings_reports ON group_id = profiling_groups.id
                  WHERE account_id = ?1 AND region = ?2 AND sequence > ?3 AND period = ?4
                    AND start = (SELECT max(start) FROM findings_reports AS other
                                 WHERE other.group_id = profiling_groups.id AND other.period = ?4)
                  ORDER BY sequence LIMIT ?5`,
  removeReports: `DELETE FROM findings_reports WHERE group_id = ?1 AND start < ?3
                    AND start + CASE period WHEN 'P1D' THEN 86400000 ELSE 3600000 END > ?2`,
  forgetReports: `DELETE FROM findings_reports
                  WHERE start < min(?1, (SELECT max(start) FROM findings_reports)) - ?2`,
  states: 'SELECT * FROM recommendation_states WHERE group_id = ? ORDER BY pattern_id',
  state: 'SELECT * FROM recommendation_states WHERE group_id = ? AND pattern_id = ?',
  putState: `INSERT INTO recommendation_states (group_id, pattern_id, document, is_muted) VALUES (?, ?, ?, 0)
             ON CONFLICT DO UPDATE SET document = excluded.document`,
  removeState: 'DELETE FROM recommendation_states WHERE group_id = ? AND pattern_id = ?',
  mute: 'UPDATE recommendation_states SET is_muted = ? WHERE group_id = ? AND pattern_id = ?',
} as const

function summaryRow(row: Row): ReportSummaryRow {
  return {
    id: String(row.id),
    period: String(row.period) as ReportPeriod,
    start: Number(row.start),
    findings: Number(row.findings),
    summary: String(row.summary),
  }
}

function reportRow(row: Row): ReportRow {
  return { ...summaryRow(row), document: row.document as Uint8Array }
}
