import type { Announcement } from '../storage/announcements.ts'
import type { News } from './news.ts'

/** Messages of our own; their schema stands in docs/notifications.md. */
const version = 1
const subjectLength = 100

/** `https://HOST:PORT/console`; null where none is served. */
export type ConsoleUrl = () => string | null

/** About what it takes in a digest, in bytes. */
export function sizeInDigest(announcement: Announcement): number {
  return Buffer.byteLength(JSON.stringify(announcement)) + 256
}

export function bodyOf({ id, isDigest, said }: News, consoleUrl: ConsoleUrl): object {
  if (!isDigest) return singleBody(said[0]!, consoleUrl)
  return {
    ...{ version, type: 'digest', deduplicationId: id },
    notifications: said.map((one) => singleBody(one, consoleUrl)),
  }
}

function singleBody(announcement: Announcement, consoleUrl: ConsoleUrl): object {
  const { key, accountId, region, groupName, topic, state, at, title, text, yearlyCost, detail } =
    announcement
  return {
    ...{ version, type: topic, deduplicationId: key, state, time: new Date(at).toISOString() },
    ...{ accountId, region, profilingGroupName: groupName, title, text, yearlyCost },
    consoleUrl: linkOf(announcement, consoleUrl),
    detail,
  }
}

export function linkOf({ path }: Announcement, consoleUrl: ConsoleUrl): string | null {
  const url = consoleUrl()
  return url === null ? null : url + path
}

/** Null where there is no price. */
export function costOf({ yearlyCost }: Announcement): string | null {
  if (yearlyCost === null) return null
  const amount = Math.round(yearlyCost.amount).toLocaleString('en-US')
  return `About ${amount} ${yearlyCost.currency} a year.`
}

/** One line. */
export function titleOf({ isDigest, said }: News): string {
  return isDigest ? `${said.length} notifications` : `${said[0]!.state}: ${said[0]!.title}`
}

/** One line of printable ASCII, at most 100 characters: SNS takes no others. */
export function subjectOf(news: News): string {
  const ascii = titleOf(news).replaceAll(/[^ -~]/g, '?')
  return ascii.length <= subjectLength ? ascii : `${ascii.slice(0, subjectLength - 3)}...`
}
