import type { ProfilingGroupDescription, UpdateProfilingGroupInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { describe, noSuchGroup, requireGroup } from './groups.ts'

/** Switches profiling on or off; name and compute platform never change. */
export async function updateProfilingGroup(
  context: OperationContext,
  input: UpdateProfilingGroupInput,
): Promise<ProfilingGroupDescription> {
  const { id } = await requireGroup(context, input)
  const group = await context.catalog.setProfilingEnabled(id, input.profilingEnabled, context.now())
  if (group === null) throw noSuchGroup(input.profilingGroupName)
  return describe(context, group)
}
