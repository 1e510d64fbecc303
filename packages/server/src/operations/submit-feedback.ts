import { ApiError, type SubmitFeedbackInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

/** What somebody thinks of an anomaly: from then on changes of that frame are told sooner or later than before. */
export async function submitFeedback(context: OperationContext, input: SubmitFeedbackInput): Promise<void> {
  const { anomalyInstanceId, type, comment } = input
  const { id } = await requireGroup(context, input)
  const feedback = { type, comment, at: context.now(), by: context.principal.arn }
  if (await context.catalog.giveFeedback(id, anomalyInstanceId, feedback)) return
  throw new ApiError(
    'ResourceNotFoundException',
    `The profiling group '${input.profilingGroupName}' has no anomaly ${anomalyInstanceId}.`,
  )
}
