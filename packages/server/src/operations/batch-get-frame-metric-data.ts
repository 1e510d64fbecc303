import {
  type AggregationPeriod,
  type BatchGetFrameMetricDataInput,
  type BatchGetFrameMetricDataOutput,
  formatTimestamp,
  stepLengths,
} from '@wick/wire'
import type { MetricSeries } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { bucketOf, finestKept, week } from './profile-range.ts'
import { selectedRange } from './selected-range.ts'
import { endsOf, stepsOf } from './series-steps.ts'

/** A week of 5-minute steps, widened to whole ones. */
const maxSteps = 2017
const resolutions: readonly AggregationPeriod[] = ['PT5M', 'PT1H', 'P1D']

/**
 * For each frame and step the share of samples that show it anywhere on the stack. The time is chosen as GetProfile does;
 * steps without a profile are left out, and listed under each frame.
 */
export async function batchGetFrameMetricData(
  context: OperationContext,
  input: BatchGetFrameMetricDataInput,
): Promise<BatchGetFrameMetricDataOutput> {
  const { time, targetResolution, frameMetrics } = input
  const { id } = await requireGroup(context, input)
  const now = context.now()
  // Without any profile: the period in progress, none of it processed.
  const range =
    (await selectedRange(context, id, time, week)) ??
    bucketOf(now, time.kind === 'latest' ? time.periodMilliseconds : stepLengths.PT5M)
  const resolution = finestOf(
    Math.max(stepLengths[targetResolution], finestKept(range.from, await context.store.keptSince(id))),
  )
  const steps = stepsOf(range, stepLengths[resolution], frameMetrics.length, maxSteps)
  const { starts, metrics } = await context.store.series({
    groupId: id,
    ...steps,
    metrics: frameMetrics.map(({ frameName, threadStates }) => ({
      frame: frameName,
      counters: threadStates,
    })),
  })
  const { processed, unprocessed } = endsOf(steps, starts)
  const missing = unprocessed.map(timestampStructure)
  // Without a prototype, because names come from outside.
  const unprocessedEndTimes: Record<string, typeof missing> = Object.create(null)
  if (missing.length > 0) for (const { frameName } of frameMetrics) unprocessedEndTimes[frameName] = missing
  return {
    startTime: formatTimestamp(steps.from),
    endTime: formatTimestamp(steps.to),
    resolution,
    endTimes: processed.map(timestampStructure),
    frameMetricData: frameMetrics.map((frameMetric, i) => ({ frameMetric, values: shares(metrics[i]!) })),
    unprocessedEndTimes,
  }
}

/** The finest resolution whose steps are at least so long. */
function finestOf(milliseconds: number): AggregationPeriod {
  return resolutions.find((resolution) => stepLengths[resolution] >= milliseconds) ?? 'P1D'
}

function timestampStructure(instant: number): { readonly value: string } {
  return { value: formatTimestamp(instant) }
}

/** From 0 to 1; 0 where there are no samples at all. */
function shares({ totals, samples }: MetricSeries): number[] {
  return Array.from(samples, (count, step) => (totals[step] === 0 ? 0 : count / totals[step]!))
}
