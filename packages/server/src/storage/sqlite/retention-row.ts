import type { Retention } from '../catalog.ts'
import type { RetentionClock } from '../manifest.ts'
import type { Row } from './row.ts'

/** A row of `retentions`, which the catalog writes and the manifest reads. */
export function retentionOf(row: Row): Retention {
  return {
    fiveMinuteDays: Number(row.five_minute_days),
    hourlyDays: Number(row.hourly_days),
    dailyDays: Number(row.daily_days),
  }
}

/** The row of `retention_clock`, which the manifest writes and the catalog reads. */
export function retentionClockOf(row: Row): RetentionClock {
  return { trusted: Number(row.trusted), seen: Number(row.seen), stood: Number(row.stood) }
}
