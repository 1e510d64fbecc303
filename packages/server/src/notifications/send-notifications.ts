import type { Announcement } from '../storage/announcements.ts'
import type { Catalog } from '../storage/catalog.ts'
import type { DeliveryNote, DueDelivery } from '../storage/delivery-store.ts'
import { digestOf, type Message, messageOf, sizeInDigest } from './message.ts'
import { type Send, SendError } from './sns-sender.ts'

export interface Notifier {
  readonly catalog: Pick<
    Catalog,
    | 'announcementsAfter'
    | 'forgetAnnouncements'
    | 'channelsOf'
    | 'deliveryProgress'
    | 'makeDeliveries'
    | 'dueDeliveries'
    | 'packDeliveries'
    | 'noteDeliveries'
  >
  readonly send: Send
  /** Whether the account's service-linked role may publish to that topic. */
  readonly mayPublish: (accountId: string, topicArn: string) => boolean
  /** `https://HOST:PORT/console`; null where none is served. */
  readonly consoleUrl: () => string | null
  /** Epoch milliseconds. */
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

const everyMs = 5000
const atOnce = 200
/** More for one topic at a time is a downtime made up for: one message says it all. */
const mostSingly = 10
/** A message of SNS has at most 256 KiB. */
const mostDigestBytes = 200 * 1024
const firstPauseMs = 30_000
const mostPauseMs = 3_600_000
/** About eight hours. */
const mostAttempts = 14
const keptMs = 30 * 86_400_000

/** Tells whoever is to be told, as a job that runs every few seconds. */
export function notificationJob(notifier: Notifier) {
  return {
    name: 'notifications',
    everyMs,
    run: async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
      const { catalog, now } = notifier
      await makeDeliveries(notifier)
      const due = await catalog.dueDeliveries(now(), atOnce)
      // Accounts share no message, whatever topics they share.
      const byTopic = Map.groupBy(due, ({ target, said }) => `${said.accountId} ${target}`)
      await Promise.all([...byTopic.values()].map((some) => sendTo(notifier, some, signal)))
      await catalog.forgetAnnouncements(now() - keptMs)
    },
  }
}

async function makeDeliveries({ catalog, now }: Notifier): Promise<void> {
  const announcements = await catalog.announcementsAfter(await catalog.deliveryProgress(), atOnce)
  for (const { sequence, groupId, announcement } of announcements) {
    const targets = announcement.targets ?? (await topicsOf(catalog, groupId, announcement))
    await catalog.makeDeliveries(sequence, [...new Set(targets)], now())
  }
}

/** As at AWS, what is recommended is told to no topic: it stands in the console. */
async function topicsOf(
  catalog: Notifier['catalog'],
  groupId: string | null,
  { topic }: Announcement,
): Promise<readonly string[]> {
  if (groupId === null || topic === 'recommendation') return []
  const channels = await catalog.channelsOf(groupId)
  return channels
    .filter(({ eventPublishers }) => eventPublishers.includes('AnomalyDetection'))
    .map(({ uri }) => uri)
}

interface Parcel {
  readonly deliveries: readonly DueDelivery[]
  readonly message: Message
}

/** What is not taken ends the round: a topic that hangs is asked once in each. */
async function sendTo(notifier: Notifier, due: readonly DueDelivery[], signal: AbortSignal): Promise<void> {
  for (const { deliveries, message } of await parcelsOf(notifier, due)) {
    // What is sent and not noted is sent again after a restart, under the same id: better than not at all.
    if (signal.aborted) return
    const error = await attempt(notifier, deliveries[0]!, message)
    await notifier.catalog.noteDeliveries(deliveries.map((delivery) => noteOf(notifier, delivery, error)))
    if (error !== null && !error.isFinal) return
  }
}

/** One message each, or few for many. Alarms are told alone: their receivers read what CloudWatch sends. */
async function parcelsOf(notifier: Notifier, due: readonly DueDelivery[]): Promise<readonly Parcel[]> {
  const { catalog, consoleUrl } = notifier
  const alone = due.filter(({ parcel, said }) => parcel === null && said.topic === 'alarm')
  const loose = due.filter(({ parcel, said }) => parcel === null && said.topic !== 'alarm')
  const packed = [
    ...Map.groupBy(
      due.filter(({ parcel }) => parcel !== null),
      ({ parcel }) => parcel!,
    ),
  ]
  if (loose.length <= mostSingly) alone.push(...loose)
  else
    for (const some of inDigests(loose)) {
      const id = `digest/${some[0]!.said.key}`
      await catalog.packDeliveries(
        id,
        some[0]!.target,
        some.map(({ announcement }) => announcement),
      )
      packed.push([id, some])
    }
  return [
    ...alone.map((one) => ({ deliveries: [one], message: messageOf(one.said, consoleUrl()) })),
    ...packed.map(([id, deliveries]) => ({
      deliveries,
      message: digestOf(
        id,
        deliveries.map(({ said }) => said),
        consoleUrl(),
      ),
    })),
  ]
}

/** As many in each as a message has room for. */
function inDigests(due: readonly DueDelivery[]): DueDelivery[][] {
  const digests: DueDelivery[][] = []
  let room = 0
  for (const delivery of due) {
    const size = sizeInDigest(delivery.said)
    if (size > room) {
      digests.push([])
      room = mostDigestBytes
    }
    digests.at(-1)!.push(delivery)
    room -= size
  }
  return digests
}

/** @returns why it failed; null where it did not */
async function attempt(
  { send, mayPublish }: Notifier,
  { target, said }: DueDelivery,
  message: Message,
): Promise<SendError | null> {
  // Alarms name their topics themselves; those of groups are the service-linked role's to publish to.
  if (said.targets === undefined && !mayPublish(said.accountId, target))
    return new SendError(
      'the service-linked role AWSServiceRoleForCodeGuruProfiler may not sns:Publish to it',
      false,
    )
  try {
    await send(target, message)
    return null
  } catch (error) {
    return error instanceof SendError ? error : new SendError((error as Error).message, false)
  }
}

function noteOf(
  { now, random }: Notifier,
  { announcement, target, attempts }: DueDelivery,
  error: SendError | null,
): DeliveryNote {
  const place = { announcement, target }
  if (error === null) return { ...place, state: 'sent', at: now(), error: null }
  const isDead = error.isFinal || attempts + 1 >= mostAttempts
  const pause = Math.min(firstPauseMs * 2 ** attempts, mostPauseMs) * (0.8 + 0.4 * random())
  return {
    ...place,
    state: isDead ? 'dead' : 'pending',
    at: isDead ? now() : now() + Math.round(pause),
    error: error.message,
  }
}
