import type { Announcement } from './announcements.ts'
import type { Scope } from './catalog.ts'

/** Alarms, their states and what became of them. Part of the catalog port; what the documents say is the server's matter. */
export interface AlarmStore {
  findAlarm(scope: Scope, name: string): Promise<AlarmRow | null>
  /** By name, those after `after`, at most `limit`. */
  listAlarms(scope: Scope, after: string, limit: number): Promise<readonly AlarmRow[]>
  /** Of every account and region, by these and name. */
  allAlarms(after: AlarmKey | null, limit: number): Promise<readonly AlarmRow[]>
  /**
   * All of it, or nothing. `stale`: an alarm is not at the revision it was worked out on, or there is none or one by now;
   * `quota`: its account would have more than `maxAlarms` in the region.
   */
  changeAlarms(changes: readonly AlarmChange[], maxAlarms: number): Promise<'changed' | 'stale' | 'quota'>
  alarmHistory(query: HistoryQuestion): Promise<readonly AlarmHistoryRow[]>
  forgetAlarmHistory(before: number): Promise<void>
}

export interface AlarmKey extends Scope {
  readonly name: string
}

export interface AlarmRow extends AlarmKey {
  /** Another one after each change. */
  readonly revision: number
  readonly document: string
  readonly state: string
}

export interface AlarmChange extends AlarmKey {
  /** 0 for one that is new. */
  readonly expectedRevision: number
  /** Null: it is deleted. */
  readonly put: { readonly document: string; readonly state: string } | null
  /** What is to be said of it. */
  readonly history: readonly AlarmHistory[]
  /** What somebody is to be told of it. */
  readonly announcement?: Announcement | null
}

interface AlarmHistory {
  readonly at: number
  readonly type: string
  readonly summary: string
  readonly data: string
}

export interface AlarmHistoryRow extends AlarmHistory {
  /** Grows with each. */
  readonly id: number
  readonly name: string
}

export interface HistoryQuestion extends Scope {
  /** Null for all. */
  readonly name: string | null
  readonly type: string | null
  /** In [from, to]. */
  readonly from: number
  readonly to: number
  readonly isAscending: boolean
  /** Continues behind that row; null begins. */
  readonly after: { readonly at: number; readonly id: number } | null
  readonly limit: number
}
