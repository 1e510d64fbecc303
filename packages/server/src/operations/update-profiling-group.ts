import { ApiError, type UpdateProfilingGroupInput } from '@wick/wire'
import type { Answer, Call, Context } from './context.ts'
import { describe } from './describe.ts'

export async function updateProfilingGroup(
  context: Context,
  { input, scope }: Call<UpdateProfilingGroupInput>,
): Promise<Answer> {
  const { id, name } = await context.groups.get(scope, input.profilingGroupName)
  const updated = await context.catalog.setProfilingEnabled(id, input.profilingEnabled, context.now())
  context.groups.forgetAll()
  if (updated === null)
    throw new ApiError('ResourceNotFoundException', `The profiling group '${name}' was just deleted.`)
  return { kind: 'json', value: await describe(context, updated) }
}
