import type { GroupInput } from '@wick/wire'
import type { Answer, Call, Context } from './context.ts'

/** The catalog first: with the group its data key is gone, so what is left on disk cannot be read by anybody. */
export async function deleteProfilingGroup(
  context: Context,
  { input, scope }: Call<GroupInput>,
): Promise<Answer> {
  const { id } = await context.groups.get(scope, input.profilingGroupName)
  await context.catalog.deleteGroup(id)
  context.groups.forgetAll()
  await context.store.removeGroup(id)
  return { kind: 'empty' }
}
