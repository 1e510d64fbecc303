import type { AlarmKey } from '../storage/alarm-store.ts'
import type { Catalog } from '../storage/catalog.ts'
import { type Alarm, readAlarm } from './alarm.ts'
import { stateChange } from './change-alarm.ts'
import { evaluateAlarm, evaluatedTime } from './evaluate-alarm.ts'
import { type AlarmState, alarmStates } from './judge-alarm.ts'

export interface AlarmWatch {
  /**
   * Judges every alarm whose time went on, or that was changed, since the last time. However long nobody looked: an alarm
   * says what is so now, once.
   *
   * @param measuredSince since when metrics are collected without a pause
   */
  watch(measuredSince: number, now: number, signal: AbortSignal): Promise<void>
}

export interface AlarmWatchParts {
  readonly catalog: Pick<Catalog, 'allAlarms' | 'metricSeries' | 'metricPoints' | 'changeAlarms'>
  /** Told how many alarms are in each state. */
  readonly onCounted: (byState: ReadonlyMap<AlarmState, number>) => void
  readonly onTrouble: (message: string) => void
}

const alarmsAtOnce = 100

export function alarmWatch({ catalog, onCounted, onTrouble }: AlarmWatchParts): AlarmWatch {
  /** By alarm, what was judged last: its revision and the end of its time. */
  let judged = new Map<string, string>()

  /** @returns the state it is in then */
  const judge = async (alarm: Alarm, measuredSince: number, now: number): Promise<AlarmState> => {
    const { accountId, region, definition } = alarm
    const { namespace, metricName: name, dimensions, unit } = definition
    const question = { accountId, region, namespace, name, dimensions, after: 0, limit: 1 }
    const [series] = await catalog.metricSeries(question)
    const isMeant = series !== undefined && (unit === null || unit === series.unit)
    const { from, to } = evaluatedTime(alarm, now)
    const points = isMeant ? await catalog.metricPoints(series.id, from, to) : []
    const found = evaluateAlarm(alarm, points, measuredSince, now)
    // Where it was changed meanwhile it is judged the next time, as it is then.
    if (found === null) return alarm.status.state
    await catalog.changeAlarms([stateChange(alarm, found)], Number.MAX_SAFE_INTEGER)
    return found.state
  }

  return {
    watch: async (measuredSince, now, signal) => {
      const known = judged
      judged = new Map()
      const counts = new Map<AlarmState, number>(alarmStates.map((state) => [state, 0]))
      let after: AlarmKey | null = null
      for (;;) {
        const rows = await catalog.allAlarms(after, alarmsAtOnce)
        for (const row of rows) {
          if (signal.aborted) return
          const alarm = readAlarm(row)
          const key = JSON.stringify([row.accountId, row.region, row.name])
          const mark = `${row.revision} ${evaluatedTime(alarm, now).to}`
          try {
            const isSame = known.get(key) === mark
            const state = isSame ? alarm.status.state : await judge(alarm, measuredSince, now)
            judged.set(key, mark)
            counts.set(state, counts.get(state)! + 1)
          } catch (error) {
            onTrouble(`the alarm ${row.name} is not judged: ${(error as Error).message}`)
          }
        }
        if (rows.length < alarmsAtOnce) return onCounted(counts)
        after = rows.at(-1)!
      }
    },
  }
}
