import { compact, foldDepth } from '@wick/profile'
import type { ProfileQuery, StoredProfile } from '../../storage/ports.ts'
import { profileFormats } from './profile-formats.ts'
import { addUp, type QuerySources, readSelection } from './sum-selection.ts'

/** The sum of a selection, whole; null where there is nothing. @throws ProfileError */
export async function answerProfile(
  sources: QuerySources,
  { maxDepth, encoding, ...selection }: ProfileQuery,
): Promise<StoredProfile | null> {
  const groupEpoch = sources.epochs.get(selection.groupId)
  const read = await readSelection(sources, groupEpoch, selection)
  if (read === null) return null
  const [sums] = addUp(sources.epochs, groupEpoch, [read])
  const whole = compact(sums!.tree())
  const tree = maxDepth === null ? whole : foldDepth(whole, maxDepth)
  const { start, end } = read
  return { start, end, body: profileFormats[encoding]({ start, end, tree }) }
}
