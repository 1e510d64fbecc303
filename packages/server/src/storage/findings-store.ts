import type { Announcement } from './announcements.ts'
import type { Scope } from './catalog.ts'

/** Patterns of users, and what was found with all patterns in hours and days. Part of the catalog port. */
export interface FindingsStore {
  /** By id. @param groupId null for those of the installation */
  patternsOf(groupId: string | null): Promise<readonly PatternRow[]>
  /** In place of one with this id. `quota`: there would be more than `maxPatterns`; `gone`: there is no such group. */
  putPattern(pattern: NewPattern): Promise<'put' | 'quota' | 'gone'>
  /** @returns whether there was one */
  removePattern(groupId: string | null, id: string): Promise<boolean>

  /** Up to where each group was looked at; those that never were are left out. */
  findingsProgress(): Promise<readonly FindingsProgress[]>
  /**
   * What looking at a time of a group has come to: all of it, or nothing. `stale`: the progress is not what it was worked out
   * on, or the time has a report already; `gone`: there is no such group.
   */
  addFindings(findings: NewFindings): Promise<'added' | 'stale' | 'gone'>
  findingsReport(groupId: string, id: string): Promise<ReportRow | null>
  /** The last one that began before then; null where there is none. */
  reportBefore(groupId: string, period: ReportPeriod, start: number): Promise<ReportRow | null>
  /** Newest first; of two with one start the longer one first. */
  listReports(query: ReportsQuery): Promise<readonly ReportSummaryRow[]>
  /** Of each group the latest, by the groups' sequence. */
  latestReports(query: LatestReportsQuery): Promise<readonly LatestReportRow[]>
  /** Those of which a part lies in [from, to): their profiles are deleted. @returns how many */
  removeReports(groupId: string, from: number, to: number): Promise<number>
  /**
   * Those that began so long ago, by the clock and by the newest report of all: a clock that is set wrong forgets nothing.
   *
   * @param now epoch milliseconds
   */
  forgetReports(now: number, keptMs: number): Promise<void>

  statesOf(groupId: string): Promise<readonly StateRow[]>
  /** `unknown`: nothing is known of that pattern in the group. */
  muteRecommendation(
    groupId: string,
    patternId: string,
    isMuted: boolean,
  ): Promise<'changed' | 'same' | 'unknown'>
}

export interface PatternRow {
  readonly id: string
  /** JSON. */
  readonly document: string
}

export interface NewPattern extends PatternRow {
  readonly groupId: string | null
  readonly maxPatterns: number
}

export type ReportPeriod = 'PT1H' | 'P1D'

interface FindingsProgress {
  readonly groupId: string
  readonly period: ReportPeriod
  /** Epoch milliseconds: nothing before it is looked at again. */
  readonly until: number
}

export interface NewFindings extends FindingsProgress {
  /** The progress before; null where there was none. */
  readonly since: number | null
  /** Null where there was nothing to look at. */
  readonly report: ReportRow | null
  /** The documents of states that changed; null takes one away. */
  readonly states: readonly { readonly patternId: string; readonly document: string | null }[]
  /** What somebody is to be told of it. */
  readonly announcements: readonly Announcement[]
}

export interface ReportSummaryRow {
  /** UUID. */
  readonly id: string
  readonly period: ReportPeriod
  /** Epoch milliseconds. */
  readonly start: number
  readonly findings: number
  /** JSON. */
  readonly summary: string
}

export interface ReportRow extends ReportSummaryRow {
  /** Sealed under the group's data key. */
  readonly document: Uint8Array
}

interface ReportsQuery {
  readonly groupId: string
  readonly periods: readonly ReportPeriod[]
  /** A part of it lies in [from, to). */
  readonly from: number
  readonly to: number
  /** Continues behind that report; null begins. */
  readonly after: Pick<ReportSummaryRow, 'start' | 'period'> | null
  readonly limit: number
}

interface LatestReportsQuery {
  readonly scope: Scope
  readonly period: ReportPeriod
  /** Of groups. */
  readonly afterSequence: number
  readonly limit: number
}

interface LatestReportRow extends ReportSummaryRow {
  readonly groupId: string
  readonly groupName: string
  readonly groupSequence: number
}

export interface StateRow {
  readonly patternId: string
  /** JSON. */
  readonly document: string
  readonly isMuted: boolean
}
