import { formatTimestamp, type GetRecommendationsInput, type GetRecommendationsOutput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { ceilTo, floorTo } from './profile-range.ts'

const windowLength = 300_000

/**
 * What is to be said of the profiles of a time. Profiles are not analysed yet, so nothing is; the time is that of the
 * windows with profiles, from the first one's start to the last one's end.
 */
export async function getRecommendations(
  context: OperationContext,
  input: GetRecommendationsInput,
): Promise<GetRecommendationsOutput> {
  const { id } = await requireGroup(context, input)
  const windows = await context.store.windows({
    groupId: id,
    from: floorTo(input.start, windowLength),
    to: ceilTo(input.end, windowLength),
  })
  const [first, last] = [windows[0], windows.at(-1)]
  return {
    profilingGroupName: input.profilingGroupName,
    profileStartTime: formatTimestamp(first ?? input.start),
    profileEndTime: formatTimestamp(last === undefined ? input.start : last + windowLength),
    recommendations: [],
    anomalies: [],
  }
}
