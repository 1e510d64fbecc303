import { ApiError, type SubmitFeedbackInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

/** What somebody thinks of an anomaly. Anomalies are not looked for yet, so there is none to be thought of. */
export async function submitFeedback(context: OperationContext, input: SubmitFeedbackInput): Promise<void> {
  await requireGroup(context, input)
  throw new ApiError(
    'ResourceNotFoundException',
    `The profiling group '${input.profilingGroupName}' has no anomaly ${input.anomalyInstanceId}.`,
  )
}
