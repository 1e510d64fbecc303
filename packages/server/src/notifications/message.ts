import type { Announcement } from '../storage/announcements.ts'

/** What is sent to a topic. */
export interface Message {
  /** The same for the same news, however often it is sent: who receives it twice can tell. */
  readonly deduplicationId: string
  /** One line of printable ASCII, at most 100 characters: SNS takes no others. */
  readonly subject: string
  /** JSON; its schema stands in docs/notifications.md. */
  readonly body: string
}

const version = 1
const subjectLength = 100

/** @param consoleUrl `https://HOST:PORT/console`; null where none is served */
export function messageOf(announcement: Announcement, consoleUrl: string | null): Message {
  const { key, topic, state, title, detail } = announcement
  // Receivers of alarms read what CloudWatch sends.
  const body = topic === 'alarm' ? detail : bodyOf(announcement, consoleUrl)
  return { deduplicationId: key, subject: subjectOf(`${state}: ${title}`), body: JSON.stringify(body) }
}

/** Of many at a time: what a downtime has left over is told in one message. */
export function digestOf(
  id: string,
  announcements: readonly Announcement[],
  consoleUrl: string | null,
): Message {
  return {
    deduplicationId: id,
    subject: subjectOf(`${announcements.length} notifications`),
    body: JSON.stringify({
      ...{ version, type: 'digest', deduplicationId: id },
      notifications: announcements.map((announcement) => bodyOf(announcement, consoleUrl)),
    }),
  }
}

/** About what it takes in a digest, in bytes. */
export function sizeInDigest(announcement: Announcement): number {
  return Buffer.byteLength(JSON.stringify(announcement)) + 256
}

function bodyOf(announcement: Announcement, consoleUrl: string | null): object {
  const { key, accountId, region, groupName, topic, state, at, title, text, path, yearlyCost, detail } =
    announcement
  return {
    ...{ version, type: topic, deduplicationId: key, state, time: new Date(at).toISOString() },
    ...{ accountId, region, profilingGroupName: groupName, title, text, yearlyCost },
    consoleUrl: consoleUrl === null ? null : consoleUrl + path,
    detail,
  }
}

function subjectOf(text: string): string {
  const ascii = text.replaceAll(/[^ -~]/g, '?')
  return ascii.length <= subjectLength ? ascii : `${ascii.slice(0, subjectLength - 3)}...`
}
