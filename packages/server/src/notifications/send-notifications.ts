import type { Announcement } from '../storage/announcements.ts'
import type { Catalog } from '../storage/catalog.ts'
import type { DueDelivery } from '../storage/delivery-store.ts'
import { digestOf, type Message, messageOf } from './message.ts'
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
    | 'noteDelivery'
  >
  readonly send: Send
  /** Whether the account's service-linked role may publish to that topic. */
  readonly mayPublish: (accountId: string, topicArn: string) => boolean
  /** Of the console, without a path; null where none is served. */
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
const mostInDigest = 100
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
      const byTarget = [...Map.groupBy(due, ({ target }) => target).values()]
      // One topic that hangs keeps no other waiting.
      await Promise.all(byTarget.map((some) => sendTo(notifier, some, signal)))
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

/** As at AWS, topics of a group are told of anomalies; what is recommended stands in the console. */
async function topicsOf(
  catalog: Notifier['catalog'],
  groupId: string | null,
  { topic }: Announcement,
): Promise<readonly string[]> {
  if (groupId === null || topic !== 'anomaly') return []
  const channels = await catalog.channelsOf(groupId)
  return channels
    .filter(({ eventPublishers }) => eventPublishers.includes('AnomalyDetection'))
    .map(({ uri }) => uri)
}

async function sendTo(notifier: Notifier, due: readonly DueDelivery[], signal: AbortSignal): Promise<void> {
  const { consoleUrl } = notifier
  const parcels: { readonly deliveries: readonly DueDelivery[]; readonly message: Message }[] = []
  if (due.length <= mostSingly)
    for (const one of due) parcels.push({ deliveries: [one], message: messageOf(one.said, consoleUrl()) })
  else
    for (let from = 0; from < due.length; from += mostInDigest) {
      const some = due.slice(from, from + mostInDigest)
      const message = digestOf(
        some.map(({ said }) => said),
        consoleUrl(),
      )
      parcels.push({ deliveries: some, message })
    }
  for (const { deliveries, message } of parcels) {
    // What is sent and not noted is sent again after a restart, under the same id: better than not at all.
    if (signal.aborted) return
    const error = await attempt(notifier, deliveries[0]!, message)
    for (const delivery of deliveries) await note(notifier, delivery, error)
  }
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
      true,
    )
  try {
    await send(target, message)
    return null
  } catch (error) {
    return error instanceof SendError ? error : new SendError((error as Error).message, false)
  }
}

async function note(
  { catalog, now, random }: Notifier,
  { announcement, target, attempts }: DueDelivery,
  error: SendError | null,
): Promise<void> {
  const place = { announcement, target }
  if (error === null) return catalog.noteDelivery({ ...place, state: 'sent', at: now(), error: null })
  const isDead = error.isFinal || attempts + 1 >= mostAttempts
  const pause = Math.min(firstPauseMs * 2 ** attempts, mostPauseMs) * (0.8 + 0.4 * random())
  return catalog.noteDelivery({
    ...place,
    state: isDead ? 'dead' : 'pending',
    at: isDead ? now() : now() + Math.round(pause),
    error: error.message,
  })
}
