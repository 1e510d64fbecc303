import { formatTimestamp, parseCost, type RequestParts } from '@wick/wire'
import { fleetCost } from '../cost/fleet-cost.ts'
import { wholeFleet } from '../cost/whole-fleet.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { anyLength } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'

/** What the fleet of a time costs, and what that is made of. A frame costs its share of it. */
export async function getCost(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { time, filter, ...input } = parseCost(parts)
  const { id } = await requireGroup(context, input)
  const range = (await selectedRange(context, id, time, anyLength)) ?? { from: 0, to: 0 }
  const { members, others } = await wholeFleet(context, id, range, filter)
  const { name, currency } = context.prices
  const value = {
    startTime: formatTimestamp(range.from),
    endTime: formatTimestamp(range.to),
    currency,
    prices: name,
    ...fleetCost(members, context.prices),
    // Too many to look at one by one: they are in no sum.
    others,
  }
  return { kind: 'json', value }
}
