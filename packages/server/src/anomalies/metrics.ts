/** What an anomaly is of: the samples looked at, and what they are called. */
export type AnomalyMetric = 'CPU' | 'LATENCY'

export const anomalyMetrics: readonly AnomalyMetric[] = ['CPU', 'LATENCY']

/** Thread states. An agent that knows none counts WALL_TIME: that is latency, and says nothing of CPU. */
export const statesOf: Readonly<Record<AnomalyMetric, readonly string[]>> = {
  CPU: ['RUNNABLE'],
  LATENCY: ['BLOCKED', 'NATIVE', 'RUNNABLE', 'TIMED_WAITING', 'WAITING', 'WALL_TIME'],
}
