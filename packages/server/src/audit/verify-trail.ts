import { type ChainHead, follows, headAt } from '../storage/audit-chain.ts'
import type { AuditLog } from '../storage/audit-log.ts'

export interface TrailVerdict {
  /** How many records follow each other as they should. */
  readonly records: number
  /** The last record that retention removed. */
  readonly start: ChainHead
  /** The newest record that is as it was written: worth to be noted elsewhere. */
  readonly head: ChainHead
  /** The first thing that is not as it was written; null where there is none. */
  readonly problem: { readonly sequence: number; readonly what: string } | null
}

const pageSize = 1000

/**
 * Follows the chain from its start to its head. Behind a break nothing can be said of the rest, so the first one is told.
 *
 * @param noted a head from before, kept elsewhere: it must be part of the chain
 */
export async function verifyTrail(
  log: Pick<AuditLog, 'recordsAfter' | 'auditHead' | 'auditStart'>,
  noted: ChainHead | null = null,
): Promise<TrailVerdict> {
  const start = await log.auditStart()
  const end = await log.auditHead()
  let head = start
  let isNotedSeen = noted === null || noted.sequence < start.sequence || isSame(noted, start)
  const verdict = (what: string | null, sequence = head.sequence + 1): TrailVerdict => ({
    records: head.sequence - start.sequence,
    start,
    head,
    problem: what === null ? null : { sequence, what },
  })
  for (;;) {
    // From the start on, whatever numbers there are: one that is too small is no record of this chain either.
    const rows = await log.recordsAfter(head === start ? Number.MIN_SAFE_INTEGER : head.sequence, pageSize)
    for (const { sequence, record } of rows) {
      if (sequence !== head.sequence + 1)
        return verdict(`record ${head.sequence + 1} is missing, or was never there: next is ${sequence}`)
      const bytes = Buffer.from(record)
      if (!follows(bytes, head))
        return verdict(
          `record ${sequence} does not follow the one before: one of the two was changed`,
          sequence,
        )
      head = headAt(sequence, bytes)
      if (noted?.sequence === sequence) {
        if (!isSame(noted, head)) return verdict(`record ${sequence} is not the one whose hash was noted`)
        isNotedSeen = true
      }
    }
    if (rows.length < pageSize) break
  }
  if (!isSame(head, end))
    return verdict(
      `the trail ends at record ${head.sequence}, but its head says ${end.sequence}: ${changed(head, end)}`,
    )
  return verdict(isNotedSeen ? null : 'the record whose hash was noted is missing', noted?.sequence)
}

function changed(head: ChainHead, end: ChainHead): string {
  return head.sequence === end.sequence ? 'the last record was changed' : 'the newest records are missing'
}

function isSame(a: ChainHead, b: ChainHead): boolean {
  return a.sequence === b.sequence && a.hash === b.hash
}
