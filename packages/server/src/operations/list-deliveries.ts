import { formatTimestamp, parseGroupInput, type RequestParts } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

const most = 100

/** The last notifications of a group, and what became of them. */
export async function listDeliveries(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { id } = await requireGroup(context, parseGroupInput(parts))
  const deliveries = await context.catalog.deliveriesOf(id, most)
  return {
    kind: 'json',
    value: {
      deliveries: deliveries.map(({ target, title, state, attempts, at, error }) => ({
        ...{ target, title, state, attempts, time: formatTimestamp(at), error },
      })),
    },
  }
}
