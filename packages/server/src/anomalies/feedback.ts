import { defaultKeenness, type Keenness } from '@wick/analysis'
import type { AnomalyFeedback } from '../storage/anomaly-store.ts'
import type { AnomalyMetric } from './metrics.ts'

export type FrameKeenness = readonly [frame: string, keenness: Keenness]

/** What somebody said of a change of a frame. */
export interface Said {
  readonly metric: AnomalyMetric
  readonly frame: string
  readonly type: AnomalyFeedback['type']
}

/** Twice as large, and half as unusual again, has the next one to be; or a little less, where it was welcome. */
const quieter = { effect: 2, deviations: 1.5 }
const keener = { effect: 1, deviations: 0.85 }
/** Nobody is so keen that every wave is an anomaly, nor so quiet that the frame is never heard of again. */
const bounds = { leastDeviations: 4.5, mostDeviations: 60, mostEffect: 0.05 }

/** How sure and large a change of these frames has to be from now on. */
export function keennessAfter(feedback: readonly Said[]): Record<AnomalyMetric, readonly FrameKeenness[]> {
  const of = (metric: AnomalyMetric): readonly FrameKeenness[] => {
    const frames = new Map<string, Keenness>()
    for (const { frame, type } of feedback.filter((one) => one.metric === metric)) {
      const { effect, deviations } = frames.get(frame) ?? defaultKeenness
      const factor = type === 'Negative' ? quieter : keener
      frames.set(frame, {
        effect: Math.min(bounds.mostEffect, effect * factor.effect),
        deviations: Math.min(
          bounds.mostDeviations,
          Math.max(bounds.leastDeviations, deviations * factor.deviations),
        ),
      })
    }
    return [...frames]
  }
  return { CPU: of('CPU'), LATENCY: of('LATENCY') }
}
