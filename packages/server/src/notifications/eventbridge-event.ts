import { profilingGroupArn } from '@wick/wire'
import type { Announcement } from '../storage/announcements.ts'
import { type ConsoleUrl, linkOf } from './message.ts'
import { shortId } from './news.ts'

const schema = '2021-08-30'
/** As long as its text is kept here. */
const expiresAfterMs = 30 * 86_400_000

/** The event that the original sends of recommendations of Lambda functions (its user guide, EventBridge events). */
export function eventBridgeEvent(said: Announcement, consoleUrl: ConsoleUrl): object {
  const { key, accountId, region, groupName, state, at, title, text } = said
  const detail = said.detail as Partial<
    Record<'name' | 'why' | 'since' | 'lastSeen' | 'resolutionSteps', string>
  > | null
  const isOpen = state === 'OPEN'
  return {
    version: '0',
    id: uuidOf(key),
    'detail-type': 'CodeGuru Profiler Recommendations State Change',
    source: 'aws.codeguru-profiler',
    account: accountId,
    time: instant(at),
    region,
    resources: groupName === null ? [] : [profilingGroupArn({ accountId, region, name: groupName })],
    detail: {
      schema,
      expiresOn: instant(at + expiresAfterMs),
      sourceUrl: linkOf(said, consoleUrl),
      // The same from its beginning to its end.
      deduplicationId: key.slice(0, key.lastIndexOf('/')),
      title: { value: title },
      eventStartTime: detail?.since ?? instant(at),
      eventEndTime: isOpen ? null : (detail?.lastSeen ?? instant(at)),
      severity: 'MEDIUM',
      status: isOpen ? 'ONGOING' : 'CLOSED',
      computeInstanceArns: [],
      recommendation: {
        name: { value: detail?.name ?? title },
        description: { value: detail?.why ?? text },
        resolutionSteps: { value: detail?.resolutionSteps ?? '' },
        reason: { value: text },
      },
    },
  }
}

function instant(at: number): string {
  return new Date(at).toISOString()
}

/** The same for the same news. */
function uuidOf(key: string): string {
  const hex = shortId(key)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
