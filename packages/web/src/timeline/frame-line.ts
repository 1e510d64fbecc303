import type { Series } from '../api/group.ts'

/** One frame of a timeline. */
export interface FrameLine {
  readonly name: string
  /** Share of all samples, step by step; null where there were none. */
  readonly shares: readonly (number | null)[]
  /** Over the whole time. */
  readonly share: number
  /** Share in the second half of the time less that in the first. Null where a half has no samples. */
  readonly change: number | null
}

export function frameLines({ frames, totals, endTimes, startTime, endTime }: Series): FrameLine[] {
  const half = (Date.parse(startTime) + Date.parse(endTime)) / 2
  const isEarly = endTimes.map((end) => Date.parse(end) <= half)
  const shareIn = (samples: readonly number[], isWanted: (step: number) => boolean): number | null => {
    const all = sum(totals, isWanted)
    return all === 0 ? null : sum(samples, isWanted) / all
  }
  return frames.map(({ frameName, samples }) => {
    const before = shareIn(samples, (step) => isEarly[step]!)
    const after = shareIn(samples, (step) => !isEarly[step]!)
    return {
      name: frameName,
      shares: samples.map((count, step) => (totals[step]! > 0 ? count / totals[step]! : null)),
      share: shareIn(samples, () => true) ?? 0,
      change: before === null || after === null ? null : after - before,
    }
  })
}

function sum(values: readonly number[], isWanted: (step: number) => boolean): number {
  return values.reduce((all, value, step) => (isWanted(step) ? all + value : all), 0)
}
