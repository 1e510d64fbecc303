import { formatTimestamp, type GetRecommendationsInput, type GetRecommendationsOutput } from '@wick/wire'
import { apiAnomalies } from '../anomalies/anomaly-answer.ts'
import { keptAnomalies } from '../anomalies/kept-anomalies.ts'
import { analyse } from '../findings/analyse.ts'
import { apiRecommendations } from '../findings/api-recommendation.ts'
import { analysedRange } from './analysed-range.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

/**
 * What is to be said of the profiles of a time, which is told as the windows with profiles: from the first one's start to
 * the last one's end. The texts are English, whatever the locale.
 */
export async function getRecommendations(
  context: OperationContext,
  { profilingGroupName, start, end }: GetRecommendationsInput,
): Promise<GetRecommendationsOutput> {
  const group = await requireGroup(context, { profilingGroupName })
  const { id } = group
  const range = await analysedRange(context, id, { kind: 'range', start, end })
  const analysis = range === null ? null : await analyse(context, { groupId: id, ...range })
  return {
    profilingGroupName,
    profileStartTime: formatTimestamp(analysis?.start ?? start),
    profileEndTime: formatTimestamp(analysis?.end ?? start),
    recommendations: analysis === null ? [] : apiRecommendations(analysis),
    anomalies: apiAnomalies(await keptAnomalies(context, group, { from: start, to: end })),
  }
}
