/** What the threads of a group did, by its summary. */
import type { Summary } from '../api/group.ts'

/** Shares of the samples that are not IDLE; null where agents do not tell running from waiting. */
export interface Activity {
  readonly running: number
  readonly blocked: number
  readonly waiting: number
}

const onCpu = ['RUNNABLE', 'NATIVE', 'BLOCKED'] as const

export function activityOf(summary: Summary): Activity | null {
  const sums = new Map(Object.entries(summary.states).map(([state, samples]) => [state, sum(samples)]))
  return sharesOf(sum(summary.samples), (state) => sums.get(state) ?? 0)
}

/** The same step by step. */
export function activitySteps(summary: Summary): readonly (Activity | null)[] {
  return summary.samples.map((all, i) => sharesOf(all, (state) => summary.states[state]?.[i] ?? 0))
}

function sharesOf(all: number, of: (state: string) => number): Activity | null {
  const busy = all - of('IDLE')
  if (busy <= 0 || of('WALL_TIME') === all) return null
  return {
    running: (of('RUNNABLE') + of('NATIVE')) / busy,
    blocked: of('BLOCKED') / busy,
    waiting: (of('WAITING') + of('TIMED_WAITING')) / busy,
  }
}

/** The thread states that stand for CPU in this group, as in its flame graph; empty where there is no profile. */
export function cpuStates({ states }: Summary): readonly string[] {
  const told = onCpu.filter((state) => state in states)
  if (told.length > 0) return told
  return 'WALL_TIME' in states ? ['WALL_TIME'] : []
}

/** Whether all that is known is wall-clock time: running and waiting are one. */
export function isWallTime(summary: Summary): boolean {
  return cpuStates(summary)[0] === 'WALL_TIME'
}

/** Samples on CPU, step by step. */
export function cpuSteps(summary: Summary): number[] {
  const counted = cpuStates(summary).map((state) => summary.states[state]!)
  return summary.samples.map((_, i) => counted.reduce((all, samples) => all + samples[i]!, 0))
}

/**
 * How the load of the last quarter of a time compares with the quarter before it, by samples on CPU for each step with
 * profiles: 0.25 for a quarter more. Null where either has none.
 */
export function trendOf(summary: Summary): number | null {
  const ends = summary.endTimes.map((end) => Date.parse(end))
  const to = Date.parse(summary.endTime)
  const quarter = (to - Date.parse(summary.startTime)) / 4
  const steps = cpuSteps(summary)
  const mean = (from: number, until: number) => {
    const some = steps.filter((_, i) => ends[i]! > from && ends[i]! <= until)
    return some.length === 0 ? null : sum(some) / some.length
  }
  const before = mean(to - 2 * quarter, to - quarter)
  const last = mean(to - quarter, to)
  return before === null || last === null || before === 0 ? null : last / before - 1
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
