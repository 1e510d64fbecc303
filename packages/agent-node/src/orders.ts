/** How to sample and report: the server's answers over the defaults, the user's own settings over both. */
import { lowestSamplingIntervalMs, type Settings } from './settings.ts'

export interface Orders {
  readonly shouldProfile: boolean
  readonly periodMs: number
  /** What one count stands for. */
  readonly samplingIntervalMs: number
  readonly minimumReportingMs: number
  readonly maxStackDepth: number
  /** Of one core: above this the agent pauses. AWS's agents read MemoryUsageLimitPercent so. */
  readonly cpuLimitPercent: number
}

/** The server's, where it says nothing else. */
export const usualSamplingIntervalMs = 1000

type Own = Pick<Settings, 'samplingIntervalMs' | 'reportingIntervalMs'>

export function firstOrders(own: Own): Orders {
  return {
    shouldProfile: true,
    periodMs: own.reportingIntervalMs ?? 300_000,
    samplingIntervalMs: own.samplingIntervalMs ?? usualSamplingIntervalMs,
    minimumReportingMs: 60_000,
    maxStackDepth: 1000,
    cpuLimitPercent: 10,
  }
}

/** What is missing in an answer or makes no sense leaves the old value. */
export function follow(orders: Orders, answer: unknown, own: Own): Orders {
  const fields = structOf(answer)
  const parameters = structOf(fields.agentParameters)
  const periodSeconds = whole(fields.periodInSeconds, 1, 86_400)
  return {
    shouldProfile: typeof fields.shouldProfile === 'boolean' ? fields.shouldProfile : orders.shouldProfile,
    periodMs: own.reportingIntervalMs ?? (periodSeconds === null ? orders.periodMs : periodSeconds * 1000),
    samplingIntervalMs:
      own.samplingIntervalMs ??
      whole(parameters.SamplingIntervalInMilliseconds, lowestSamplingIntervalMs, 3_600_000) ??
      orders.samplingIntervalMs,
    minimumReportingMs:
      whole(parameters.MinimumTimeForReportingInMilliseconds, 0, 86_400_000) ?? orders.minimumReportingMs,
    maxStackDepth: whole(parameters.MaxStackDepth, 1, 1024) ?? orders.maxStackDepth,
    cpuLimitPercent: whole(parameters.MemoryUsageLimitPercent, 1, 100) ?? orders.cpuLimitPercent,
  }
}

function structOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** A number or its text, moved to the nearest bound where it lies outside; null where it is neither. */
function whole(value: unknown, least: number, most: number): number | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null
  const number = Number(value)
  return Number.isInteger(number) ? Math.min(most, Math.max(least, number)) : null
}
