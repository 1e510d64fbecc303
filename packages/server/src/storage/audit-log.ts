import type { RecordAttribute } from './audit-attributes.ts'
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
  /** Descending, those before `sequence`; with an attribute those alone that have it. */
  recordsBefore(
    sequence: number,
    limit: number,
    attribute?: RecordAttribute | null,
  ): Promise<readonly AuditRow[]>
  /** The last record that was forgotten: the chain begins behind it. */
  auditStart(): Promise<ChainHead>

  /** Ascending, those that are not forgotten. */
  auditDigests(): Promise<readonly DigestRow[]>
  /** Ascending; the last one is the one in use. */
  auditKeys(): Promise<readonly SealedAuditKey[]>
  /** The next digest, and keys put in their places: all of it, or nothing. */
  addAuditDigest(digest: DigestRow, keys: readonly SealedAuditKey[]): Promise<void>
  /**
   * Forgets the digests up to this one and the records that they cover. The chain begins behind them from then on.
   *
   * @returns how many records
   */
  forgetThroughDigest(number: number): Promise<number>
}

export interface AuditRow {
  readonly sequence: number
  readonly record: string
}

/** What the catalog knows of a digest. */
export interface DigestRow {
  /** From 1, without gaps. */
  readonly number: number
  /** Epoch milliseconds. */
  readonly endedAt: number
  /** SHA-256 of the digest's file, hexadecimal. */
  readonly hash: string
  /** The last record that it covers. */
  readonly last: ChainHead
}

export interface SealedAuditKey {
  readonly number: number
  /** Under the master key, for the purpose `audit-key:NUMBER`. */
  readonly sealed: Uint8Array
}
