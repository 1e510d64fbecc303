import type { Announcement } from './announcements.ts'

/** Changes of what functions cost, as they were found. Part of the catalog port. */
export interface AnomalyStore {
  /** Those that lie in part in [from, to), the latest first. */
  anomaliesOf(query: AnomaliesQuery): Promise<readonly AnomalyRow[]>
  findAnomaly(groupId: string, id: string): Promise<AnomalyRow | null>
  /** All of it, or nothing; what is there already is left as it is, and not announced again. */
  changeAnomalies(change: AnomaliesChange): Promise<'changed' | 'gone'>
  /** In place of what was said before. @returns whether there is such an anomaly */
  giveFeedback(groupId: string, id: string, feedback: AnomalyFeedback): Promise<boolean>
  /** Those that began in [from, to). @returns how many */
  removeAnomalies(groupId: string, from: number, to: number): Promise<number>
  /** Those that ended before then. */
  forgetAnomalies(endedBefore: number): Promise<void>
}

interface AnomaliesQuery {
  readonly groupId: string
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly limit: number
}

export interface AnomalyRow {
  /** UUID. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly since: number
  /** Null while it lasts. */
  readonly until: number | null
  /** Sealed under the group's data key. */
  readonly document: Uint8Array
  /** Null where nobody said anything. */
  readonly feedback: AnomalyFeedback | null
}

export interface AnomalyFeedback {
  readonly type: 'Positive' | 'Negative'
  readonly comment: string | null
  /** Epoch milliseconds. */
  readonly at: number
  /** ARN. */
  readonly by: string
}

export interface AnomaliesChange {
  readonly groupId: string
  readonly added: readonly AnomalyAddition[]
  readonly ended: readonly AnomalyEnd[]
}

export interface AnomalyAddition extends Pick<AnomalyRow, 'id' | 'since' | 'document'> {
  /** Null where nobody is to be told. */
  readonly announcement: Announcement | null
}

export interface AnomalyEnd {
  readonly id: string
  readonly until: number
  readonly announcement: Announcement | null
}
