import { formatTimestamp, parseSeries, type RequestParts, stepLengths } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { noProfile, requireGroup } from './groups.ts'
import { finestKept, longestOfSteps } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'
import { endsOf, resolutionFor, stepsOf } from './series-steps.ts'

/** Three years of days. */
const maxSteps = 1100

/** How often frames were sampled over any time that is kept, and of how many samples. */
export async function getSeries(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const input = parseSeries(parts)
  const { id } = await requireGroup(context, input)
  const range = await selectedRange(context, id, input.time, longestOfSteps(input.filter))
  if (range === null) throw noProfile(input.profilingGroupName)
  const resolution = resolutionFor(
    range,
    input.resolution,
    input.frames.length,
    finestKept(range.from, await context.store.keptSince(id)),
  )
  const steps = stepsOf(range, stepLengths[resolution], input.frames.length, maxSteps)
  const { starts, metrics } = await context.store.series({
    groupId: id,
    ...steps,
    filter: input.filter,
    // The first one counts them all.
    metrics: [null, ...input.frames].map((frame) => ({ frame, counters: null })),
  })
  const { processed } = endsOf(steps, starts)
  const [all, ...ofFrames] = metrics
  const value = {
    startTime: formatTimestamp(steps.from),
    endTime: formatTimestamp(steps.to),
    resolution,
    endTimes: processed.map(formatTimestamp),
    totals: [...all!.totals],
    frames: input.frames.map((frameName, i) => ({ frameName, samples: [...ofFrames[i]!.samples] })),
  }
  return { kind: 'json', value }
}
