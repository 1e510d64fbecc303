import { recordTime, timeOf } from '../storage/audit-chain.ts'
import type { AuditLog } from '../storage/audit-log.ts'

const pageSize = 1000

/** Hands over the records of a time, a page at a time. @param range epoch milliseconds, both ends included; null: open */
export async function readTrail(
  log: Pick<AuditLog, 'recordsAfter'>,
  { from, to }: { readonly from: number | null; readonly to: number | null },
  take: (records: readonly string[]) => Promise<void>,
): Promise<void> {
  const first = from === null ? '' : recordTime(from)
  const last = to === null ? '~' : recordTime(to)
  let after = 0
  for (;;) {
    const rows = await log.recordsAfter(after, pageSize)
    const records = rows.map(({ record }) => record)
    await take(
      records.filter((record) => {
        const time = timeOf(record)
        return time >= first && time <= last
      }),
    )
    if (rows.length < pageSize) return
    after = rows.at(-1)!.sequence
  }
}
