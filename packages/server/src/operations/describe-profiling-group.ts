import type { GroupInput, ProfilingGroupDescription } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { describe, requireGroup } from './groups.ts'

export async function describeProfilingGroup(
  context: OperationContext,
  input: GroupInput,
): Promise<ProfilingGroupDescription> {
  return describe(context, await requireGroup(context, input))
}
