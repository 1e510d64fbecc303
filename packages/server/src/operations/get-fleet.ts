import { parseFleet, type RequestParts } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { anyLength } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'

/** Who sent the profiles of a time: of any length, since what is read of it is small. */
export async function getFleet(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { time, filter, maxInstances, ...input } = parseFleet(parts)
  const { id } = await requireGroup(context, input)
  // Without data there is nothing to choose a time by, and nobody in it.
  const range = (await selectedRange(context, id, time, anyLength)) ?? { from: 0, to: 0 }
  const body = await context.store.fleet({ groupId: id, ...range, filter, maxInstances })
  return { kind: 'profile', contentType: 'application/json', body }
}
