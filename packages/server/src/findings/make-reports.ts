import { randomUUID } from 'node:crypto'
import { groupMeasurement, maxMetricSeries } from '../alarms/group-metrics.ts'
import type { Envelope } from '../identity/envelope.ts'
import type { Catalog, GroupRecord } from '../storage/catalog.ts'
import type { NewFindings, ReportPeriod } from '../storage/findings-store.ts'
import type { ProfileStore } from '../storage/ports.ts'
import { type Analyst, analyse } from './analyse.ts'
import { closedAnnouncement, openedAnnouncement } from './recommendation-announcement.ts'
import { nextStates, readState, stateDocument } from './recommendation-states.ts'
import { type Report, reportOf, summaryOf } from './report.ts'
import { ReportSeal } from './report-seal.ts'

/** What reports are made with. */
export interface Reporter extends Analyst {
  readonly catalog: Pick<
    Catalog,
    | 'allGroups'
    | 'patternsOf'
    | 'findingsProgress'
    | 'addFindings'
    | 'reportBefore'
    | 'forgetReports'
    | 'statesOf'
    | 'recordMetrics'
  >
  readonly store: Pick<ProfileStore, 'recommendations' | 'fleet' | 'windows'>
  readonly sealer: Pick<Envelope, 'open'>
}

const hour = 3_600_000
const day = 24 * hour

interface Rhythm {
  readonly period: ReportPeriod
  readonly length: number
  /** So long after its end a time is looked at: agents report every five minutes, and some are late. */
  readonly settles: number
  /** So many are made up for after a downtime. */
  readonly most: number
}

const rhythms: readonly Rhythm[] = [
  { period: 'PT1H', length: hour, settles: 10 * 60_000, most: 24 },
  { period: 'P1D', length: day, settles: hour, most: 7 },
]

/** An older report only makes up for a downtime: it is no measurement of now. */
const freshFor = 3 * hour

/** Reports can be seen for 30 days; whole days are forgotten. */
const keptFor = 31 * day

/** What makes the reports that are due, as a job that runs every minute. */
export function reportJob(reporter: Reporter) {
  return {
    name: 'findings-reports',
    everyMs: 60_000,
    run: ({ now, signal }: { readonly now: number; readonly signal: AbortSignal }): Promise<void> =>
      makeReports(reporter, now, signal),
  }
}

/**
 * Looks at the hours and days of all groups that are over and were not looked at yet, oldest first, and keeps a report on
 * each that has profiles. A time is looked at once: nothing is told twice, whatever happens in between.
 *
 * @throws the first error, after all other groups had their turn
 */
async function makeReports(reporter: Reporter, now: number, signal: AbortSignal): Promise<void> {
  const { catalog } = reporter
  const until = new Map(
    (await catalog.findingsProgress()).map((at) => [`${at.groupId} ${at.period}`, at.until]),
  )
  const failures: unknown[] = []
  for (const group of await catalog.allGroups()) {
    for (const rhythm of rhythms) {
      if (signal.aborted) return
      try {
        const known = until.get(`${group.id} ${rhythm.period}`) ?? null
        await catchUp(reporter, group, rhythm, known, now, signal)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await catalog.forgetReports(now, keptFor)
  if (failures.length > 0) throw failures[0]
}

async function catchUp(
  reporter: Reporter,
  group: GroupRecord,
  { period, length, settles, most }: Rhythm,
  until: number | null,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const { store, catalog } = reporter
  const wholeBefore = (at: number): number => Math.floor(at / length) * length
  const end = wholeBefore(now - settles)
  if (until !== null && until >= end && until <= now) return
  const known = until ?? group.createdAt
  // What is known of times to come is of a clock that was ahead: then only the last is looked at, where it was not before.
  const begin =
    known > now ? end - length : Math.min(Math.max(wholeBefore(known), end - most * length), end - length)
  const windows = await store.windows({ groupId: group.id, from: begin, to: end })
  const starts = [...new Set(Array.from(windows, wholeBefore))]
  // Of a group without any profile yet nothing is behind us: old ones may be imported.
  if (until === null && starts.length === 0) return
  let since = until
  for (const start of starts.filter((at) => at >= begin && at < end)) {
    if (signal.aborted) return
    const isMade = await report(reporter, group, { period, start, end: start + length }, since, now)
    if (isMade) since = start + length
  }
  // The hours without profiles, too, are behind us.
  if (since !== end)
    await catalog.addFindings({ groupId: group.id, period, since, until: end, ...nothingFound })
}

const noConsequences = { states: [], announcements: [] } as const
const nothingFound = { report: null, ...noConsequences } as const

interface ReportTime {
  readonly period: ReportPeriod
  readonly start: number
  readonly end: number
}

/** @returns whether there is one that was not there before */
async function report(
  reporter: Reporter,
  group: GroupRecord,
  time: ReportTime,
  since: number | null,
  now: number,
): Promise<boolean> {
  const { catalog, sealer, prices } = reporter
  const { period, start, end } = time
  const analysis = await analyse(reporter, { groupId: group.id, from: start, to: end })
  if (analysis === null) return false
  const seal = new ReportSeal(sealer, group)
  const before = await catalog.reportBefore(group.id, period, start)
  const made = reportOf(time, analysis, prices, before === null ? null : readable(seal, before))
  const id = randomUUID()
  const outcome = await catalog.addFindings({
    groupId: group.id,
    period,
    since,
    until: end,
    report: {
      id,
      period,
      start,
      findings: made.recommendations.length,
      summary: JSON.stringify(summaryOf(made)),
      document: seal.seal(id, made),
    },
    // The days say nothing that their hours have not said.
    ...(period === 'PT1H' ? await consequences(reporter, group, made, time, now) : noConsequences),
  })
  if (outcome !== 'added') return false
  if (period === 'PT1H' && now - end <= freshFor) {
    const measured = groupMeasurement(group, 'Recommendations', now, made.recommendations.length)
    await catalog.recordMetrics([measured], maxMetricSeries)
  }
  return true
}

/** What is so after an hourly report, and what is to be told of it. */
async function consequences(
  { catalog }: Reporter,
  group: GroupRecord,
  { recommendations, needed, currency }: Report,
  { start, end }: ReportTime,
  now: number,
): Promise<Pick<NewFindings, 'states' | 'announcements'>> {
  const states = new Map(
    (await catalog.statesOf(group.id)).map((row) => [row.patternId, readState(row)] as const),
  )
  const byPattern = new Map(recommendations.map((one) => [one.pattern.id, one]))
  const found = recommendations.map(({ pattern: { id, name } }) => ({ patternId: id, name }))
  const hourFound = { start, end, isEnough: needed === null, found }
  const { changed, forgotten, opened, closed } = nextStates(states, hourFound, now)
  return {
    states: [
      ...changed.map((state) => ({ patternId: state.patternId, document: stateDocument(state) })),
      ...forgotten.map((patternId) => ({ patternId, document: null })),
    ],
    announcements: [
      ...opened.map((state) =>
        openedAnnouncement(group, state, byPattern.get(state.patternId)!, currency, now),
      ),
      ...closed.map((state) => closedAnnouncement(group, state, now)),
    ],
  }
}

/** Without the one before, everything is new: better than none at all. */
function readable(seal: ReportSeal, { id, document }: { id: string; document: Uint8Array }): Report | null {
  try {
    return seal.open(id, document)
  } catch {
    return null
  }
}
