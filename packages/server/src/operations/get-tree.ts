import {
  ApiError,
  parseDiff,
  parseTree,
  type RequestParts,
  type SelectionInput,
  treeContentType,
} from '@wick/wire'
import type { TreeQuery } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import { noProfile, requireGroup } from './groups.ts'
import { longestOfPaths } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'

/** The heaviest call paths of a time: what a flame graph is drawn from. */
export function getTree(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const input = parseTree(parts)
  return answer(context, input, [[input, 'in the requested time']])
}

/** The heaviest call paths of two times, or of two parts of a fleet, beside each other. */
export function getDiff(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const input = parseDiff(parts)
  return answer(context, input, [
    [input.before, "in the time of 'before'"],
    [input.after, "in the time of 'after'"],
  ])
}

type Shape = Pick<TreeQuery, 'maxNodes' | 'focus' | 'encoding'> & { readonly profilingGroupName: string }

/** @param selections each with the words that say where it is that there is nothing */
async function answer(
  context: OperationContext,
  { profilingGroupName, maxNodes, focus, encoding }: Shape,
  selections: readonly (readonly [SelectionInput, string])[],
): Promise<Reply> {
  const { id } = await requireGroup(context, { profilingGroupName })
  const sides: TreeQuery['sides'][number][] = []
  for (const [{ time, filter }, where] of selections) {
    const range = await selectedRange(context, id, time, longestOfPaths(filter))
    if (range === null) throw noProfile(profilingGroupName, where)
    sides.push({ ...range, filter })
  }
  const outcome = await context.store.tree({ groupId: id, sides, maxNodes, focus, encoding })
  switch (outcome.kind) {
    case 'tree':
      return {
        kind: 'profile',
        contentType: encoding === 'json' ? 'application/json' : treeContentType,
        body: outcome.body,
      }
    case 'empty':
      throw noProfile(profilingGroupName, selections[outcome.side]![1])
    case 'unknown-path':
      throw new ApiError(
        'ResourceNotFoundException',
        "No profile in the requested time shows the call path in 'focus'.",
      )
  }
}
