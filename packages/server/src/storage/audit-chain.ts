import { hash } from 'node:crypto'

/**
 * How audit records hang together. A record is one line of printable ASCII, a JSON object in CloudTrail's format; its
 * last member is its link:
 *
 *     …,"chain":{"sequence":17,"previousHash":"64 hexadecimal digits"}}
 *
 * The hash of a record is the SHA-256 of exactly these bytes. So whoever changes, removes, inserts or moves a record has
 * to change all that follow it, up to the head.
 */
export interface ChainHead {
  /** Of the newest record; 0 where there is none yet. */
  readonly sequence: number
  /** Of the newest record, hexadecimal; zeros where there is none yet. */
  readonly hash: string
}

export const noRecord: ChainHead = { sequence: 0, hash: '0'.repeat(64) }

/** @param draft a JSON object without link, printable ASCII */
export function linked(draft: string, { sequence, hash }: ChainHead): string {
  return `${draft.slice(0, -1)},"chain":{"sequence":${sequence + 1},"previousHash":"${hash}"}}`
}

export function headAt(sequence: number, record: string): ChainHead {
  return { sequence, hash: hash('sha256', record, 'hex') }
}

/** Whether the record is the one that follows: its link, which is at its end, says so. */
export function follows(record: string, { sequence, hash }: ChainHead): boolean {
  return record.endsWith(`,"chain":{"sequence":${sequence + 1},"previousHash":"${hash}"}}`)
}

/** Every record begins with it: its time can be read, and compared as text, without reading the rest. */
const beforeTime = '{"eventVersion":"1.11","eventTime":"'

/** @param at epoch milliseconds @returns how the draft of a record begins */
export function recordBeginning(at: number): string {
  return `${beforeTime}${recordTime(at)}"`
}

/** `2026-11-25T20:50:23Z`: whole seconds, as CloudTrail tells them. */
export function recordTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** @returns when the record was written, in that form: compared as text it is compared as time */
export function timeOf(record: string): string {
  return record.slice(beforeTime.length, beforeTime.length + 20)
}
