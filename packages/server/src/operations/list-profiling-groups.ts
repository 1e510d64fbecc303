import {
  decodePageToken,
  encodePageToken,
  type ListProfilingGroupsInput,
  type ListProfilingGroupsOutput,
} from '@wick/wire'
import type { OperationContext } from './context.ts'
import { describe } from './groups.ts'

/**
 * Groups in the order in which they were made. A page starts after the sequence number its token holds, so groups
 * made or deleted between two pages neither repeat nor hide others.
 */
export async function listProfilingGroups(
  context: OperationContext,
  { includeDescription, maxResults, nextToken }: ListProfilingGroupsInput,
): Promise<ListProfilingGroupsOutput> {
  const { catalog, scope } = context
  const call = ['ListProfilingGroups', scope.accountId, scope.region]
  const after = nextToken === null ? 0 : decodePageToken(nextToken, call)
  // One more than asked for tells whether another page follows.
  const found = await catalog.listGroups(scope, after, maxResults + 1)
  const page = found.slice(0, maxResults)
  return {
    profilingGroupNames: page.map(({ name }) => name),
    ...(includeDescription && {
      profilingGroups: await Promise.all(page.map((group) => describe(context, group))),
    }),
    ...(found.length > maxResults && { nextToken: encodePageToken(page.at(-1)!.sequence, call) }),
  }
}
