import type { ReportedRecommendation } from '@wick/wire'
import type { Announcement } from '../storage/announcements.ts'
import type { GroupRecord } from '../storage/catalog.ts'
import type { RecommendationState } from './recommendation-states.ts'

/** What the announcement of a recommendation has beside. */
interface RecommendationDetail {
  readonly patternId: string
  readonly name: string
  /** Instants as text. */
  readonly since: string
  readonly lastSeen: string
  /** Of the last hour that had it; left out when it is over. */
  readonly share?: number
  readonly places?: number
  readonly why?: string
  readonly resolutionSteps?: string
  readonly links?: readonly string[]
}

type Group = Pick<GroupRecord, 'id' | 'accountId' | 'region' | 'name'>

/** That a pattern is found. Names of functions are where the link leads: here they would lie in the clear. */
export function openedAnnouncement(
  group: Group,
  state: RecommendationState,
  { pattern, samples, of, places, yearlyCost }: ReportedRecommendation,
  currency: string,
  at: number,
): Announcement {
  const share = samples / of
  const percent = `${(100 * share).toFixed(1)} %`
  return {
    ...announcementOf(group, state, 'OPEN', at),
    title: `${pattern.name}: ${percent} in ${group.name}`,
    text: `${pattern.why} It is ${percent} of the samples in ${pattern.countersToAggregate.join(', ')}, at ${
      places === 1 ? 'one place' : `${places} places`
    }. ${pattern.resolutionSteps}`,
    yearlyCost: yearlyCost === null ? null : { amount: yearlyCost, currency },
    detail: {
      ...detailOf(state),
      share,
      places,
      why: pattern.why,
      resolutionSteps: pattern.resolutionSteps,
      links: pattern.links,
    },
  }
}

/** That a pattern is not found any more. */
export function closedAnnouncement(group: Group, state: RecommendationState, at: number): Announcement {
  return {
    ...announcementOf(group, state, 'CLOSED', at),
    title: `Over in ${group.name}: ${state.name}`,
    text: `No hourly report has found it since ${instant(state.lastSeen)}. It was found from ${instant(state.since)} on.`,
    yearlyCost: null,
    detail: detailOf(state),
  }
}

function announcementOf(
  { id, accountId, region, name }: Group,
  { patternId, since }: RecommendationState,
  state: 'OPEN' | 'CLOSED',
  at: number,
): Pick<Announcement, 'key' | 'accountId' | 'region' | 'groupName' | 'topic' | 'state' | 'at' | 'path'> {
  return {
    // A group made again under its name is another one, and what comes back is found anew.
    key: `recommendation/${id}/${patternId}/${since}/${state}`,
    ...{ accountId, region, groupName: name, topic: 'recommendation', state, at },
    path: `/groups/${encodeURIComponent(name)}/recommendations`,
  }
}

function detailOf({ patternId, name, since, lastSeen }: RecommendationState): RecommendationDetail {
  return { patternId, name, since: instant(since), lastSeen: instant(lastSeen) }
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
