import type { GetProfileInput } from '@wick/wire'
import type { StoredProfile } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import { noProfile, requireGroup } from './groups.ts'
import { week } from './profile-range.ts'
import { selectedRange } from './selected-range.ts'

/** All agents' profiles of a time, added up. */
export async function getProfile(context: OperationContext, input: GetProfileInput): Promise<StoredProfile> {
  const { id } = await requireGroup(context, input)
  const range = await selectedRange(context, id, input.time, week)
  const { maxDepth, encoding } = input
  const profile =
    range === null ? null : await context.store.profile({ groupId: id, ...range, maxDepth, encoding })
  if (profile === null) throw noProfile(input.profilingGroupName)
  return profile
}
