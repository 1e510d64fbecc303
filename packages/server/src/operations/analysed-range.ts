import type { ProfileFilter, TimeSelection } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { anyLength, ceilTo, longestOfPaths, type WindowRange, widen } from './profile-range.ts'
import { selectedRange } from './selected-range.ts'

const dayMs = 86_400_000

/**
 * The windows of a time that patterns are tried on: all of it, or of a longer one than call paths are added up of its last days up to
 * the last with profiles. The answer tells which they were. Null where there is no profile.
 *
 * @throws ApiError
 */
export async function analysedRange(
  context: OperationContext,
  groupId: string,
  time: TimeSelection,
  filter?: ProfileFilter,
): Promise<WindowRange | null> {
  const range = await selectedRange(context, groupId, time, anyLength)
  const longest = longestOfPaths(filter).days * dayMs
  if (range === null || range.to - range.from <= longest) return range
  const { store } = context
  const last = (await store.windows({ groupId, ...range })).at(-1)
  if (last === undefined) return null
  const to = Math.min(ceilTo(last + 1, dayMs), range.to)
  return widen(Math.max(range.from, to - longest), to, await store.keptSince(groupId), anyLength)
}
