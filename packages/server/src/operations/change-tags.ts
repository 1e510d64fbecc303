import { invalid, maxTags, type TagResourceInput, type UntagResourceInput } from '@wick/wire'
import type { TagChange } from '../storage/group-access.ts'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'

/** TagResource: a key that is there gets the new value. */
export function tagResource(context: OperationContext, input: TagResourceInput): Promise<void> {
  return changeTags(context, input.profilingGroupName, { put: input.tags, remove: [] })
}

/** UntagResource: a key that is not there is as good as removed. */
export function untagResource(context: OperationContext, input: UntagResourceInput): Promise<void> {
  return changeTags(context, input.profilingGroupName, { put: {}, remove: input.tagKeys })
}

async function changeTags(
  context: OperationContext,
  profilingGroupName: string,
  change: Pick<TagChange, 'put' | 'remove'>,
): Promise<void> {
  const { id } = await requireGroup(context, { profilingGroupName })
  const outcome = await context.catalog.changeTags({ groupId: id, maxTags, ...change })
  if (outcome === 'gone') throw noSuchGroup(profilingGroupName)
  if (outcome === 'ambiguous')
    throw invalid(
      'Tag keys that differ only in their case cannot be told apart by policies: use one of them.',
    )
  if (outcome === 'too-many')
    throw invalid(`The profiling group '${profilingGroupName}' would have more than ${maxTags} tags.`)
}
