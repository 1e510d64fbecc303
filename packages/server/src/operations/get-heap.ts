import { invalid, parseHeap, type RequestParts } from '@wick/wire'
import { levelMilliseconds } from '../storage/manifest.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { anyLength, ceilTo, floorTo } from './profile-range.ts'
import type { Reply } from './reply.ts'
import { selectedRange } from './selected-range.ts'

const maxSteps = 1024

/** What fills the heaps of a group over time. */
export async function getHeap(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { time, filter, step: level, maxTypes, ...input } = parseHeap(parts)
  const { id } = await requireGroup(context, input)
  // Without data there is nothing to choose a time by, and nothing in it.
  const range = (await selectedRange(context, id, time, anyLength)) ?? { from: 0, to: 0 }
  const step = levelMilliseconds[level]
  const [from, to] = [floorTo(range.from, step), ceilTo(range.to, step)]
  if (to - from > maxSteps * step)
    throw invalid(
      `The range holds more than ${maxSteps} steps of ${level}: ask for less at a time, or longer ones.`,
    )
  const body = await context.store.heap({ groupId: id, from, to, filter, step, maxTypes })
  return { kind: 'profile', contentType: 'application/json', body }
}
