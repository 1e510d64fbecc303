import type { SQLOutputValue } from 'node:sqlite'
import type { Retention } from '../catalog.ts'

/** A row of `retentions`, which the catalog writes and the manifest reads. */
export function retentionOf(row: Record<string, SQLOutputValue>): Retention {
  return {
    fiveMinuteDays: Number(row.five_minute_days),
    hourlyDays: Number(row.hourly_days),
    dailyDays: Number(row.daily_days),
  }
}
