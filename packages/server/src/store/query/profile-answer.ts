import { compact, foldDepth } from '@wick/profile'
import type { ProfileQuery, StoredProfile } from '../../storage/ports.ts'
import { profileFormats } from './profile-formats.ts'
import { type QuerySources, sumSelection } from './sum-selection.ts'

/** The sum of a selection, whole; null where there is nothing. @throws ProfileError */
export async function answerProfile(
  sources: QuerySources,
  { maxDepth, encoding, ...selection }: ProfileQuery,
): Promise<StoredProfile | null> {
  const found = await sumSelection(sources, selection)
  if (found === null) return null
  const whole = compact(found.sums.tree())
  const tree = maxDepth === null ? whole : foldDepth(whole, maxDepth)
  const { start, end } = found
  return { start, end, body: profileFormats[encoding]({ start, end, tree }) }
}
