import { ApiError, formatTimestamp, invalid, parseDeleteProfiles, type RequestParts } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import { floorTo, levelNames } from './profile-range.ts'
import type { Reply } from './reply.ts'

/** Deletes a period of a group for good. Agents that try again with what they sent before do not bring it back. */
export async function deleteProfiles(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName, start, end } = parseDeleteProfiles(parts)
  const { id } = await requireGroup(context, { profilingGroupName })
  const outcome = await context.store.deletePeriod({ groupId: id, from: start, to: end })
  switch (outcome.kind) {
    case 'deleted':
      // What was found in them names their functions. Cut off before, the same call can be made again.
      await context.catalog.removeReports(id, start, end)
      await context.catalog.removeAnomalies(id, start, end)
      return { kind: 'json', value: { profiles: outcome.profiles } }
    case 'not-whole':
      throw invalid(
        `Nothing was deleted: startTime and endTime must be borders of whole ${levelNames[outcome.level]} (UTC), ` +
          'the finest that are kept of that time.',
      )
    case 'not-over': {
      const running = formatTimestamp(floorTo(context.now(), 300_000))
      throw invalid(
        `Nothing was deleted: the window that is running began at ${running}; end the period there.`,
      )
    }
    case 'unknown-group':
      throw noSuchGroup(profilingGroupName)
    case 'unavailable':
      throw new ApiError('ServiceUnavailableException', outcome.message)
  }
}
