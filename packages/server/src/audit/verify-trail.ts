import { type ChainHead, follows, headAt } from '../storage/audit-chain.ts'
import type { AuditLog } from '../storage/audit-log.ts'
import type { Mark } from './verify-digests.ts'

export interface TrailVerdict {
  /** How many records follow each other as they should. */
  readonly records: number
  /** The last record that retention removed. */
  readonly start: ChainHead
  /** The newest record that is as it was written: worth to be noted elsewhere. */
  readonly head: ChainHead
  /** The first thing that is not as it was written; null where there is none. */
  readonly problem: TrailProblem | null
}

export interface TrailProblem {
  /** `record 17`, or a file below the directory that it is in. */
  readonly place: string
  readonly what: string
}

const pageSize = 1000

/**
 * Follows the chain from its start to its head. Behind a break nothing can be said of the rest, so the first one is told.
 * Records that are appended meanwhile are followed, too.
 *
 * @param noted a head from before, kept elsewhere: it must be part of the chain
 * @param marks what digests say of records, by sequence
 */
export async function verifyTrail(
  log: Pick<AuditLog, 'recordsAfter' | 'auditHead' | 'auditStart'>,
  noted: ChainHead | null = null,
  marks: ReadonlyMap<number, Mark> = new Map(),
): Promise<TrailVerdict> {
  const start = await log.auditStart()
  let head = start
  const verdict = (what: string | null, sequence = head.sequence + 1): TrailVerdict => ({
    records: head.sequence - start.sequence,
    start,
    head,
    problem: what === null ? null : { place: `record ${sequence}`, what },
  })
  if (noted !== null && noted.sequence < start.sequence) {
    const what = 'its hash was noted, but retention removed it: nothing can be proven by it, note a newer one'
    return verdict(what, noted.sequence)
  }
  let isNotedSeen = noted === null || isSame(noted, start)
  // From the start on, whatever numbers there are: one that is too small is no record of this chain either.
  let page = log.recordsAfter(Number.MIN_SAFE_INTEGER, pageSize)
  for (;;) {
    const rows = await page
    // The next page is read in the catalog's thread while this one is hashed here.
    const isLast = rows.length < pageSize
    if (!isLast) {
      page = log.recordsAfter(rows.at(-1)!.sequence, pageSize)
      page.catch(() => {})
    }
    for (const { sequence, record } of rows) {
      if (sequence !== head.sequence + 1)
        return verdict(`it is missing, or was never there: next is record ${sequence}`)
      if (!follows(record, head))
        return verdict('it does not follow the one before: one of the two was changed', sequence)
      const next = headAt(sequence, record)
      const mark = marks.get(sequence)
      if (mark !== undefined && mark.hash !== next.hash)
        return verdict(`it is not the one that ${mark.digest} was made of`, sequence)
      head = next
      if (noted?.sequence === sequence) {
        if (!isSame(noted, head)) return verdict('it is not the one whose hash was noted', sequence)
        isNotedSeen = true
      }
    }
    if (!isLast) continue
    const end = await log.auditHead()
    if (isSame(head, end)) break
    // Appended since.
    if (end.sequence > head.sequence) {
      page = log.recordsAfter(head.sequence, pageSize)
      if ((await page).length > 0) continue
    }
    return verdict(
      `the trail ends at record ${head.sequence}, but its head says ${end.sequence}: ${changed(head, end)}`,
    )
  }
  for (const [sequence, { digest }] of marks) {
    if (sequence > head.sequence) return verdict(`it is missing: ${digest} covers records up to ${sequence}`)
  }
  return verdict(isNotedSeen ? null : 'it is missing: its hash was noted', noted?.sequence)
}

function changed(head: ChainHead, end: ChainHead): string {
  return head.sequence === end.sequence ? 'the last record was changed' : 'the newest records are missing'
}

function isSame(a: ChainHead, b: ChainHead): boolean {
  return a.sequence === b.sequence && a.hash === b.hash
}
