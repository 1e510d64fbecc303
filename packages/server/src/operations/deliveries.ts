import { randomUUID } from 'node:crypto'
import {
  type DeliveriesAnswer,
  formatTimestamp,
  parseGroupInput,
  type RequestParts,
  type ResendDeliveriesAnswer,
  type TestNotificationsAnswer,
} from '@wick/wire'
import { newsOf, told } from '../notifications/news.ts'
import { receiverTarget } from '../notifications/receiver-sender.ts'
import type { Announcement } from '../storage/announcements.ts'
import type { GroupRecord } from '../storage/catalog.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

const most = 100

/** The last notifications of a group, and what became of them. */
export async function listDeliveries(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { id } = await requireGroup(context, parseGroupInput(parts))
  const deliveries = await context.catalog.deliveriesOf(id, most)
  const value: DeliveriesAnswer = {
    deliveries: deliveries.map(({ target, title, state, attempts, at, error }) => ({
      ...{ target, title, state, attempts, time: formatTimestamp(at), error },
    })),
  }
  return { kind: 'json', value }
}

/** What was given up is tried again, by and by as if it were new. */
export async function resendDeliveries(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { id } = await requireGroup(context, parseGroupInput(parts))
  const value: ResendDeliveriesAnswer = { resent: await context.catalog.reviveDeliveries(id, context.now()) }
  return { kind: 'json', value }
}

/** Tells every topic and receiver of the group that this is a test, now, and says how each took it. */
export async function testNotifications(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const group = await requireGroup(context, parseGroupInput(parts))
  const { catalog, send } = context
  const [channels, receivers] = await Promise.all([
    catalog.channelsOf(group.id),
    catalog.receiversOf(group.id),
  ])
  const targets = [...channels.map(({ uri }) => uri), ...receivers.map(({ id }) => receiverTarget(id))]
  const news = newsOf(testAnnouncement(group, context.now()))
  const value: TestNotificationsAnswer = {
    results: await Promise.all(
      targets.map(async (target) => ({ target, error: (await told(send, target, news))?.message ?? null })),
    ),
  }
  return { kind: 'json', value }
}

function testAnnouncement({ accountId, region, name }: GroupRecord, at: number): Announcement {
  return {
    ...{
      key: `test/${randomUUID()}/OPEN`,
      accountId,
      region,
      groupName: name,
      topic: 'test',
      state: 'OPEN',
      at,
    },
    title: `A test notification of ${name}`,
    text: 'Somebody wanted to see whether notifications arrive here. There is nothing to do.',
    ...{ path: `/groups/${encodeURIComponent(name)}`, yearlyCost: null, detail: null },
  }
}
