import type { ChainHead } from './audit-chain.ts'

/**
 * The audit trail. Part of the catalog port, so that a change and its record are one transaction. Drafts and records:
 * `audit-chain.ts`.
 */
export interface AuditLog {
  /** Links the drafts to the chain, in their order; durable when this resolves. */
  appendRecords(drafts: readonly string[]): Promise<void>
  auditHead(): Promise<ChainHead>
  /** Ascending, those after `sequence`. */
  recordsAfter(sequence: number, limit: number): Promise<readonly AuditRow[]>
  /** Descending, those before `sequence`. */
  recordsBefore(sequence: number, limit: number): Promise<readonly AuditRow[]>
  /**
   * Forgets the oldest records, up to the last one before the time of that form. The chain begins behind them from then on:
   * `auditStart` is the last one that was forgotten.
   *
   * @returns how many
   */
  forgetRecordsBefore(time: string): Promise<number>
  auditStart(): Promise<ChainHead>
}

export interface AuditRow {
  readonly sequence: number
  readonly record: string
}
