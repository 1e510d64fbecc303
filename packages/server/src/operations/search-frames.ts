import { formatTimestamp, parseSearch, type RequestParts } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { noProfile, requireGroup } from './groups.ts'
import { longestOfPaths } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'

/** The frames whose name holds a text, heaviest first, with the share of samples that show any of them. */
export async function searchFrames(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { time, filter, text, orderBy, maxResults, profilingGroupName } = parseSearch(parts)
  const { id } = await requireGroup(context, { profilingGroupName })
  const range = await selectedRange(context, id, time, longestOfPaths(filter))
  const found =
    range === null
      ? null
      : await context.store.search({ groupId: id, ...range, filter, text, orderBy, maxResults })
  if (found === null) throw noProfile(profilingGroupName)
  const { start, end, ...figures } = found
  const value = { startTime: formatTimestamp(start), endTime: formatTimestamp(end), ...figures }
  return { kind: 'json', value }
}
