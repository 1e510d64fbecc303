import type { GroupInput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'

/**
 * The catalog first: with the row goes the group's data key, and what the store still holds is unreadable. A stop in
 * between leaves nothing to find: the store passes over profiles of groups it is not given at start.
 */
export async function deleteProfilingGroup(context: OperationContext, input: GroupInput): Promise<void> {
  const { id } = await requireGroup(context, input)
  if (!(await context.catalog.deleteGroup(id))) throw noSuchGroup(input.profilingGroupName)
  await context.store.removeGroup(id)
}
