import type { Announcement } from '../storage/announcements.ts'
import type { Catalog } from '../storage/catalog.ts'
import type { DeliveryNote, DueDelivery } from '../storage/delivery-store.ts'
import { sizeInDigest } from './message.ts'
import { type News, newsOf, type Send, type SendError, told } from './news.ts'
import { receiverTarget } from './receiver-sender.ts'

export interface Notifier {
  readonly catalog: Pick<
    Catalog,
    | 'announcementsAfter'
    | 'forgetAnnouncements'
    | 'channelsOf'
    | 'receiversOf'
    | 'deliveryProgress'
    | 'makeDeliveries'
    | 'dueDeliveries'
    | 'packDeliveries'
    | 'noteDeliveries'
  >
  readonly send: Send
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
/** The others wait no longer for a target that is slow. */
const mostRoundMs = 60_000
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
    const targets = announcement.targets ?? (await targetsOf(catalog, groupId, announcement))
    await catalog.makeDeliveries(sequence, [...new Set(targets)], now())
  }
}

async function targetsOf(
  catalog: Notifier['catalog'],
  groupId: string | null,
  { topic }: Announcement,
): Promise<readonly string[]> {
  if (groupId === null) return []
  const [channels, receivers] = await Promise.all([catalog.channelsOf(groupId), catalog.receiversOf(groupId)])
  // As at AWS, what is recommended is told to no topic.
  const topics = channels.filter(
    ({ eventPublishers }) => topic !== 'recommendation' && eventPublishers.includes('AnomalyDetection'),
  )
  return [
    ...topics.map(({ uri }) => uri),
    ...receivers
      .filter(({ topics }) => topics.some((one) => one === topic))
      .map(({ id }) => receiverTarget(id)),
  ]
}

interface Parcel {
  readonly deliveries: readonly DueDelivery[]
  readonly news: News
}

/** What is not taken ends the round: a topic that hangs is asked once in each. */
async function sendTo(notifier: Notifier, due: readonly DueDelivery[], signal: AbortSignal): Promise<void> {
  const startedAt = notifier.now()
  for (const { deliveries, news } of await parcelsOf(notifier, due)) {
    // What is sent and not noted is sent again after a restart, under the same id: better than not at all.
    if (signal.aborted || notifier.now() - startedAt > mostRoundMs) return
    const error = await told(notifier.send, deliveries[0]!.target, news)
    await notifier.catalog.noteDeliveries(deliveries.map((delivery) => noteOf(notifier, delivery, error)))
    if (error !== null && !error.isFinal) return
  }
}

/** One message each, or few for many. Alarms are told alone: their receivers read what CloudWatch sends. */
async function parcelsOf(notifier: Notifier, due: readonly DueDelivery[]): Promise<readonly Parcel[]> {
  const { catalog } = notifier
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
    ...alone.map((one) => ({ deliveries: [one], news: newsOf(one.said) })),
    ...packed.map(([id, deliveries]) => ({
      deliveries,
      news: { id, isDigest: true, said: deliveries.map(({ said }) => said) },
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
