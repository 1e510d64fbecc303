import type { Config } from './settings.ts'

/** How long groups without a rule of their own are kept. */
export function standardRetention(config: Config): {
  readonly fiveMinuteDays: number
  readonly hourlyDays: number
  readonly dailyDays: number
} {
  return {
    fiveMinuteDays: config.fiveMinuteRetentionDays,
    hourlyDays: config.hourlyRetentionDays,
    dailyDays: config.dailyRetentionDays,
  }
}
