import { type Change, likeHours, type Past } from '@wick/analysis'
import { fleetCost } from '../cost/fleet-cost.ts'
import type { PriceTable } from '../cost/price-table.ts'
import { wholeFleet } from '../cost/whole-fleet.ts'
import type { Envelope } from '../identity/envelope.ts'
import { groupKeys } from '../identity/group-seal.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import type { Announcement } from '../storage/announcements.ts'
import type { AnomalyEnd } from '../storage/anomaly-store.ts'
import type { Catalog, GroupRecord } from '../storage/catalog.ts'
import type { ProfileStore } from '../storage/ports.ts'
import { trustedTime } from '../storage/retention-clock.ts'
import type { AnalysedGroup, Analyst } from './analyst.ts'
import { type Anomaly, AnomalySeal, anomalyId, reasonOf, titleOf } from './anomaly.ts'
import { keennessAfter } from './feedback.ts'
import { keepHistories } from './history-file.ts'
import { type KeptAnomaly, keptAnomalies } from './kept-anomalies.ts'
import { type AnomalyMetric, anomalyMetrics } from './metrics.ts'
import { newVersion } from './new-version.ts'

export interface AnomalyFinder {
  readonly catalog: Pick<
    Catalog,
    'allGroups' | 'anomaliesOf' | 'changeAnomalies' | 'forgetAnomalies' | 'retentionClock'
  >
  readonly store: Pick<ProfileStore, 'profile' | 'windows' | 'fleet'>
  readonly sealer: Pick<Envelope, 'open'>
  readonly prices: PriceTable
  readonly analyst: Analyst
  /** Where the analyst's histories lie. */
  readonly histories: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** So long after its end an hour is judged: agents report every five minutes, and some are late. */
const settlesMs = 10 * 60_000
/** What is needed to judge an hour: as much as histories keep. */
const historyHours = 28 * 24
/** Of one group at a time, so that all have their turn. */
const hoursAtOnce = 100
const latestMs = 15 * 60_000
/** The same cause within a week is the same news; so is what shows in frames that were told of within a day. */
const newsMs = 7 * dayMs
const relatedMs = dayMs
/** So much of the change has to be there still. */
const lasting = 0.4
/** What stays for so long is how it is now. */
const acceptedMs = 14 * dayMs
/** An hour looked at later than this makes up for a downtime: nobody needs to hear of it now. */
const freshMs = dayMs
const keptMs = 365 * dayMs

/** What looks at the hours of all groups that are over and were not looked at yet, as a job that runs every minute. */
export function anomalyJob(finder: AnomalyFinder) {
  const looked = new Map<string, Looked>()
  return {
    name: 'anomalies',
    everyMs: 60_000,
    run: async (context: JobContext): Promise<void> => {
      const { catalog } = finder
      const groups = await catalog.allGroups()
      const failures: unknown[] = []
      await keepHistories(
        finder.histories,
        groups.map(({ id }) => id),
      )
      for (const group of groups) {
        if (context.signal.aborted) return
        try {
          await catchUp(finder, group, looked, context)
        } catch (error) {
          failures.push(error)
        }
      }
      for (const id of looked.keys()) if (!groups.some((group) => group.id === id)) looked.delete(id)
      await catalog.forgetAnomalies(trustedTime(await catalog.retentionClock(), context.now) - keptMs)
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** What is known of a group without asking. */
interface Looked {
  /** The newest hour that was judged, -1 where none was. */
  lastHour: number
  /** The hour up to which there is nothing left to look at. */
  doneUntil: number
}

async function catchUp(
  finder: AnomalyFinder,
  group: GroupRecord,
  looked: Map<string, Looked>,
  context: JobContext,
): Promise<void> {
  const last = Math.floor((context.now - settlesMs) / hourMs) - 1
  const known = looked.get(group.id)
  if (known?.doneUntil === last && !context.isForced) return
  const first = Math.max((known?.lastHour ?? -1) + 1, last - historyHours + 1)
  const there = await hoursWithProfiles(finder, group.id, first, last)
  // A group without any profile is asked again: old ones may be imported. The analyst is not: it would have to be started.
  if (there.length === 0) return
  const analysed: AnalysedGroup = {
    id: group.id,
    keys: groupKeys(finder.sealer, group, 'wick frame histories'),
  }
  const now = known ?? { lastHour: await finder.analyst.lastHour(analysed), doneUntil: -1 }
  looked.set(group.id, now)
  const hours = there.filter((hour) => hour > now.lastHour)
  for (const hour of hours.slice(0, hoursAtOnce)) {
    if (context.signal.aborted) return
    await judgeHour(finder, group, analysed, hour, context)
    now.lastHour = hour
  }
  if (hours.length <= hoursAtOnce) now.doneUntil = last
}

async function hoursWithProfiles(
  { store }: AnomalyFinder,
  groupId: string,
  first: number,
  last: number,
): Promise<number[]> {
  if (first > last) return []
  const windows = await store.windows({ groupId, from: first * hourMs, to: (last + 1) * hourMs })
  const hours = new Set(Array.from(windows, (window) => Math.floor(window / hourMs)))
  return [...hours].filter((hour) => hour >= first && hour <= last).sort((a, b) => a - b)
}

async function judgeHour(
  finder: AnomalyFinder,
  group: GroupRecord,
  analysed: AnalysedGroup,
  hour: number,
  { now }: JobContext,
): Promise<void> {
  const body = await bodyOf(finder, group.id, hour * hourMs, hourMs)
  if (body === null) return
  const seal = new AnomalySeal(finder.sealer, group)
  const known = await keptAnomalies(finder, group)
  const open = (metric: AnomalyMetric): KeptAnomaly[] =>
    known.filter(({ row, anomaly }) => row.until === null && anomaly.metric === metric)
  const asked = (metric: AnomalyMetric) =>
    open(metric).map(({ anomaly: { frame, since } }) => ({ frame, since: Math.floor(since / hourMs) }))
  const judged = await finder.analyst.addHour(analysed, {
    ...{ hour, body, open: { CPU: asked('CPU'), LATENCY: asked('LATENCY') } },
    keenness: keennessAfter(
      known.flatMap(({ row: { feedback }, anomaly: { metric, frame } }) =>
        feedback === null ? [] : [{ metric, frame, type: feedback.type }],
      ),
    ),
  })
  const end = (hour + 1) * hourMs
  const isFresh = now - end <= freshMs
  const ended = anomalyMetrics.flatMap((metric) =>
    open(metric).flatMap(({ row, anomaly }, i): AnomalyEnd[] => {
      const excess = judged[metric].excess[i]!
      const isOver = excess < lasting * anomaly.change || end - anomaly.since >= acceptedMs
      if (!isOver || Number.isNaN(excess)) return []
      const announcement =
        isFresh && anomaly.isTold ? announcementOf(group, row.id, anomaly, 'CLOSED', now) : null
      return [{ id: row.id, until: end, announcement }]
    }),
  )
  const found: Anomaly[] = []
  for (const metric of anomalyMetrics)
    for (const past of judged[metric].pasts) {
      const changes = await finder.analyst.explain(analysed, {
        ...{ metric, past, ...(await profilesAround(finder, group.id, hour, past)) },
      })
      const told = [...known.map(({ anomaly }) => anomaly), ...found]
      for (const change of changes.filter((one) => isNews(one, metric, told, end)))
        found.push(await anomalyOf(finder, group.id, metric, change, { end, isTold: isFresh }))
    }
  if (found.length === 0 && ended.length === 0) return
  await finder.catalog.changeAnomalies({
    groupId: group.id,
    added: found.map((anomaly) => {
      const id = anomalyId(group.id, anomaly.metric, anomaly)
      return {
        ...{ id, since: anomaly.since, document: seal.seal(id, anomaly) },
        announcement: anomaly.isTold ? announcementOf(group, id, anomaly, 'OPEN', now) : null,
      }
    }),
    ended,
  })
}

/** Spikes come down by themselves, and cost that only moved costs nobody anything. */
function isNews(
  { frame, kind, shifted, shownBy }: Change,
  metric: AnomalyMetric,
  told: readonly Anomaly[],
  at: number,
): boolean {
  if (kind === 'spike' || shifted) return false
  return !told.some((before) => {
    const ago = at - before.foundAt
    if (before.frame === frame && before.metric === metric) return ago < newsMs
    // What costs CPU time takes time on the clock as well: one cause, one finding.
    return ago < relatedMs && (before.frame === frame || shownBy.includes(before.frame))
  })
}

async function anomalyOf(
  finder: AnomalyFinder,
  groupId: string,
  metric: AnomalyMetric,
  { frame, kind, before, after, change, deviations, since, shownBy }: Change,
  { end, isTold }: { readonly end: number; readonly isTold: boolean },
): Promise<Anomaly> {
  const { prices, store } = finder
  const sinceMs = since * hourMs
  const cost =
    metric === 'CPU'
      ? fleetCost((await wholeFleet({ store }, groupId, { from: end - 2 * hourMs, to: end })).members, prices)
      : null
  // Of what everything costs now: unchanged it would have shrunk like all else beside what was added.
  const added = (after * change) / (before + change)
  return {
    ...{ version: 1, metric, frame, kind: kind === 'drift' ? 'drift' : 'level', before, after },
    change: after - before,
    ...{ deviations, since: sinceMs, foundAt: end, shownBy, isTold, currency: prices.currency },
    appVersion: await newVersion(store, groupId, sinceMs, end),
    yearlyCost: cost === null || cost.priced === 0 ? null : added * cost.perYear,
  }
}

async function profilesAround(finder: AnomalyFinder, groupId: string, hour: number, past: Past) {
  const likes = past === 'like days' ? likeHours(hour, historyHours).slice(0, 3) : [hour - 168, hour - 336]
  const bodies = async (hours: readonly number[]): Promise<Uint8Array[]> => {
    const all: Uint8Array[] = []
    for (const one of hours) {
      const body = await bodyOf(finder, groupId, one * hourMs, hourMs)
      if (body !== null) all.push(body)
    }
    return all
  }
  const before: Uint8Array[][] = []
  for (const like of likes) before.push(await bodies([like - 1, like]))
  const end = (hour + 1) * hourMs
  const latest = await bodyOf(finder, groupId, end - latestMs, latestMs)
  return {
    before: before.filter((one) => one.length > 0),
    after: await bodies([hour - 1, hour]),
    latest: latest === null ? await bodies([hour]) : [latest],
  }
}

/** Null where there is no profile; what is left of it where some of it is kept no longer. */
async function bodyOf(
  { store }: AnomalyFinder,
  groupId: string,
  from: number,
  length: number,
): Promise<Uint8Array | null> {
  const profile = await store.profile({ groupId, from, to: from + length, maxDepth: null, encoding: 'ion' })
  return profile?.body ?? null
}

function announcementOf(
  { accountId, region, name }: GroupRecord,
  id: string,
  anomaly: Anomaly,
  state: 'OPEN' | 'CLOSED',
  at: number,
): Announcement {
  const { metric, frame, kind, before, after, change, since, shownBy, appVersion, yearlyCost, currency } =
    anomaly
  const title = state === 'OPEN' ? titleOf(anomaly) : `Over: ${titleOf(anomaly)}`
  return {
    ...{
      key: `anomaly/${id}/${state}`,
      accountId,
      region,
      groupName: name,
      topic: 'anomaly',
      state,
      at,
      title,
    },
    text: reasonOf(anomaly),
    path: `/groups/${encodeURIComponent(name)}/anomalies?anomaly=${id}`,
    yearlyCost: yearlyCost === null ? null : { amount: yearlyCost, currency },
    detail: { id, metric, frame, kind, before, after, change, since, shownBy, appVersion },
  }
}
