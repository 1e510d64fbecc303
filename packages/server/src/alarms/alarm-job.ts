import type { Catalog } from '../storage/catalog.ts'
import { metricStep } from './evaluate-alarm.ts'
import type { GroupMeasures } from './measure-groups.ts'
import type { AlarmWatch } from './watch-alarms.ts'

export interface AlarmJobParts {
  readonly catalog: Pick<Catalog, 'metricsCollected' | 'compactMetrics' | 'forgetAlarmHistory'>
  readonly measures: GroupMeasures
  readonly watch: AlarmWatch
}

const hour = 3_600_000
const day = 24 * hour

/** Less is no pause: a restart, a slow minute. */
const longestPause = 2 * metricStep
/** Alarms look back over seven days and two periods of at most a day. */
const pointsKept = 9 * day + hour
const hoursKept = 63 * day
/** As CloudWatch keeps it, and more. */
const historyKept = 30 * day

/**
 * Measures what alarms are on, judges them, and forgets what is old: in this order, since each needs the one before. To be run
 * by one server at a time.
 */
export function alarmJob({ catalog, measures, watch }: AlarmJobParts) {
  let forgottenAt = Number.NEGATIVE_INFINITY
  return {
    name: 'alarms',
    everyMs: 60_000,
    run: async ({ now, signal }: { readonly now: number; readonly signal: AbortSignal }): Promise<void> => {
      await measures.measure(now, signal)
      if (signal.aborted) return
      const measuredSince = await catalog.metricsCollected(now, longestPause)
      await watch.watch(measuredSince, now, signal)
      // A clock that has just been set may be wrong: nothing goes by it before an hour has passed.
      if (signal.aborted || now - measuredSince < hour || Math.abs(now - forgottenAt) < hour) return
      await catalog.compactMetrics({ points: now - pointsKept, hours: now - hoursKept })
      await catalog.forgetAlarmHistory(now - historyKept)
      forgottenAt = now
    },
  }
}
