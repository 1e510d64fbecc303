import type { AlarmState, MissingDataMode } from '../judge-alarm.ts'

/**
 * CloudWatch's rules once more, from the prose of its guide and on text: `-` nothing came, `0` within the threshold, `X`
 * breaching; the newest on the right.
 */
export function naiveState(
  pattern: string,
  periods: number,
  toAlarm: number,
  mode: MissingDataMode,
  current: AlarmState,
): AlarmState {
  const came = pattern.replaceAll('-', '')
  const state = (judged: string): AlarmState => (count(judged, 'X') >= toAlarm ? 'ALARM' : 'OK')
  // "the most recent real data points that were successfully retrieved"
  if (came.length >= periods) return state(came.slice(came.length - periods))
  // "fills in the missing data points ... only as few times as possible"
  if (mode === 'breaching') return state(came + 'X'.repeat(periods - came.length))
  if (mode === 'notBreaching' || state(came) === 'ALARM')
    return state(came + '0'.repeat(periods - came.length))
  if (came.includes('0')) return 'OK'
  if (mode === 'ignore') return current
  // "the oldest available breaching datapoint is at least as old as the value of Datapoints to Alarm, and all other more
  // recent data points are breaching or missing"
  return new RegExp(`X[X-]{${toAlarm - 1},}$`).test(pattern) ? 'ALARM' : 'INSUFFICIENT_DATA'
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
