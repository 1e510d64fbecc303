import type { GroupInput, ListTagsForResourceOutput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

export async function listTagsForResource(
  context: OperationContext,
  input: GroupInput,
): Promise<ListTagsForResourceOutput> {
  const { tags } = await requireGroup(context, input)
  return { tags }
}
