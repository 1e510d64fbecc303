import type { TimeSelection } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { type WindowRange, wholeWindows } from './profile-range.ts'
import { selectedRange } from './selected-range.ts'

const longest = 7 * 24 * 3_600_000

/**
 * The windows of a time that patterns are tried on: all of it, or of a longer one the last seven days with profiles, so that
 * what is added up is no more than for a profile. The answer tells which they were. Null where there is no profile.
 *
 * @throws ApiError
 */
export async function analysedRange(
  context: OperationContext,
  groupId: string,
  time: TimeSelection,
): Promise<WindowRange | null> {
  const range = await selectedRange(context, groupId, time, wholeWindows)
  if (range === null || range.to - range.from <= longest) return range
  const { store } = context
  const last = (await store.windows({ groupId, ...range })).at(-1)
  if (last === undefined) return null
  const day = Math.ceil((last + 1) / 86_400_000) * 86_400_000
  const to = Math.min(day, range.to)
  return wholeWindows(to - longest, to, await store.keptSince(groupId))
}
