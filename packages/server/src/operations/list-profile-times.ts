import {
  decodePageToken,
  encodePageToken,
  formatTimestamp,
  type ListProfileTimesInput,
  type ListProfileTimesOutput,
} from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { bucketsWithData, ceilTo, floorTo } from './profile-range.ts'

const periodLengths = { PT5M: 300_000, PT1H: 3_600_000, P1D: 86_400_000 } as const

/**
 * The aggregates of one length that overlap the range and hold data. A token holds the last start of its page, so
 * profiles that arrive between two pages neither repeat nor hide others.
 */
export async function listProfileTimes(
  context: OperationContext,
  input: ListProfileTimesInput,
): Promise<ListProfileTimesOutput> {
  const { start, end, period, orderBy, maxResults, nextToken } = input
  const { id } = await requireGroup(context, input)
  const length = periodLengths[period]
  const windows = await context.store.windows({
    groupId: id,
    from: floorTo(start, length),
    to: ceilTo(end, length),
  })
  const isDescending = orderBy === 'TimestampDescending'
  const starts = bucketsWithData(windows, length)
  if (isDescending) starts.reverse()

  const call = ['ListProfileTimes', id, String(start), String(end), period, orderBy]
  const after = nextToken === null ? null : decodePageToken(nextToken, call)
  const left = after === null ? starts : starts.filter((at) => (isDescending ? at < after : at > after))
  const page = left.slice(0, maxResults)
  return {
    profileTimes: page.map((at) => ({ start: formatTimestamp(at) })),
    ...(left.length > maxResults && { nextToken: encodePageToken(page.at(-1)!, call) }),
  }
}
