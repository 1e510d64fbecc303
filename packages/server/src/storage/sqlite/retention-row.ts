import type { Retention } from '../catalog.ts'
import type { Row } from './row.ts'

/** A row of `retentions`, which the catalog writes and the manifest reads. */
export function retentionOf(row: Row): Retention {
  return {
    fiveMinuteDays: Number(row.five_minute_days),
    hourlyDays: Number(row.hourly_days),
    dailyDays: Number(row.daily_days),
  }
}
