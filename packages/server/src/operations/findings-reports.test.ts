import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, test } from 'node:test'
import {
  type FindingsReportAnswer,
  type FindingsReportsAnswer,
  formatTimestamp,
  type PatternsAnswer,
  type RecommendationStatesAnswer,
  type RecommendationsAnswer,
} from '@wick/wire'
import { reportJob } from '../findings/make-reports.ts'
import { recorded } from '../findings/testing/recorded.ts'
import { minute, noon } from '../store/testing/store-bench.ts'
import { deleteProfiles } from './delete-profiles.ts'
import { getFindingsReportAccountSummary, listFindingsReports } from './list-findings-reports.ts'
import {
  deleteGroupPattern,
  deletePattern,
  listGroupPatterns,
  listPatterns,
  putGroupPattern,
  putPattern,
  tryGroupPattern,
} from './patterns.ts'
import {
  findRecommendations,
  getRecommendationStates,
  getReport,
  listReports,
  muteRecommendation,
  unmuteRecommendation,
} from './recommendations.ts'
import type { Reply } from './reply.ts'
import {
  apiError,
  createGroup,
  postProfile,
  requestParts,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

/** The reports on hours and days, made of profiles of real programs, and what users' own patterns add. */

const hour = 60 * minute
const day = 24 * hour
const problem = 'python/python-regex-compile.with'
const harmless = 'python/python-regex-compile.without'
const regex = 'python-regex-compile'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

/** Runs the job as it runs every minute; the time is `now`. */
function run(now = services.now): Promise<void> {
  services.now = now
  return reportJob(services.services).run({ now, signal: new AbortController().signal })
}

/** Posts what a program showed in the hour that begins then. */
async function post(name: string, at: number, group = 'orders'): Promise<void> {
  services.now = Math.max(services.now, at + 10 * minute)
  await postProfile(services, recorded(name, at + minute, { hostName: 'a', hostType: 'm5.large' }), {
    name: group,
  })
}

async function value<T>(reply: Promise<Reply>): Promise<T> {
  const answer = await reply
  assert.equal(answer.kind, 'json')
  return (answer as Reply & { kind: 'json' }).value as T
}

const times = (start: number, end: number) =>
  `startTime=${encodeURIComponent(formatTimestamp(start))}&endTime=${encodeURIComponent(formatTimestamp(end))}`
const reports = (start = noon - 30 * day, end = noon + 30 * day, more = '') =>
  value<FindingsReportsAnswer>(
    listReports(services.context(), requestParts({ query: `${times(start, end)}${more}` })),
  )
const report = (findingsReportId: string) =>
  value<FindingsReportAnswer>(
    getReport(
      services.context(),
      requestParts({ labels: { profilingGroupName: 'orders', findingsReportId } }),
    ),
  )
const states = async () =>
  (await value<RecommendationStatesAnswer>(getRecommendationStates(services.context(), requestParts())))
    .states
const listed = (start: number, end: number, changes: object = {}) =>
  listFindingsReports(services.context(), {
    ...{ profilingGroupName: 'orders', start, end, dailyReportsOnly: false, maxResults: 100 },
    ...{ nextToken: null, ...changes },
  })
const summary = (changes: object = {}) =>
  getFindingsReportAccountSummary(services.context(), {
    ...{ dailyReportsOnly: false, maxResults: 100, nextToken: null, ...changes },
  })

test('an hour has a report once it is over since a while, and only one', async () => {
  await post(problem, noon)
  await run(noon + hour + 9 * minute)
  assert.deepEqual((await reports()).reports, [])
  await run(noon + hour + 10 * minute)
  const [only, ...others] = (await reports()).reports
  assert.deepEqual(others, [])
  assert.deepEqual(
    [only!.period, only!.startTime, only!.endTime, only!.recommendations, only!.new, only!.hasTooLittleData],
    ['PT1H', formatTimestamp(noon), formatTimestamp(noon + hour), 1, 1, false],
  )
  assert.ok(only!.yearlyCost! > 100, String(only!.yearlyCost))
  await run(noon + hour + 11 * minute)
  // Not even a late profile makes another one.
  await postProfile(services, recorded(harmless, noon + 5 * minute))
  await run(noon + 2 * hour + 10 * minute)
  assert.deepEqual((await reports()).reports, [only])
})

test('a report says what it found, where, what it costs, and what differs from the one before', async () => {
  await post(problem, noon)
  await run(noon + hour + 10 * minute)
  await post(harmless, noon + hour)
  await run(noon + 2 * hour + 10 * minute)
  const [after, before] = (await reports()).reports
  assert.deepEqual([after!.recommendations, after!.gone], [0, 1])
  const first = await report(before!.id)
  const [found] = first.recommendations
  assert.deepEqual([found!.pattern.id, found!.origin, found!.change], [regex, 'wick', 'new'])
  assert.ok(found!.matches[0]!.path.length > 3)
  assert.ok(found!.yearlyCost! > 0)
  assert.equal(
    found!.matches[0]!.path.at(-1),
    found!.pattern.targetFrames[found!.matches[0]!.targetFramesIndex]![0],
  )
  const second = await report(after!.id)
  assert.deepEqual(second.recommendations, [])
  assert.deepEqual(second.gone, [
    { patternId: regex, name: found!.pattern.name, share: found!.samples / found!.of },
  ])
  // Nothing of a program is in the catalog in the clear.
  const kept = Buffer.from(services.database.serialize())
  assert.ok(!kept.includes('compiled_for_each'))
})

test('the API lists hourly reports or daily ones, newest first, page by page', async () => {
  for (const n of [0, 1, 2]) await post(problem, noon + n * hour)
  await run(noon + 3 * hour + 10 * minute)
  const midnight = noon + 12 * hour
  await run(midnight + hour)
  const all = (await listed(noon, noon + 3 * hour)).findingsReportSummaries
  assert.deepEqual(
    all.map(({ profileStartTime, profileEndTime }) => [profileStartTime, profileEndTime]),
    [2, 1, 0].map((n) => [formatTimestamp(noon + n * hour), formatTimestamp(noon + (n + 1) * hour)]),
  )
  assert.deepEqual(
    all.map(({ profilingGroupName, totalNumberOfFindings }) => [profilingGroupName, totalNumberOfFindings]),
    [2, 1, 0].map(() => ['orders', 1]),
  )
  const first = await listed(noon, noon + 3 * hour, { maxResults: 2 })
  assert.deepEqual(first.findingsReportSummaries, all.slice(0, 2))
  const rest = await listed(noon, noon + 3 * hour, { maxResults: 2, nextToken: first.nextToken })
  assert.deepEqual(rest, { findingsReportSummaries: all.slice(2) })
  await assert.rejects(
    listed(noon, noon + 2 * hour, { maxResults: 2, nextToken: first.nextToken }),
    apiError('ValidationException', /nextToken/),
  )
  assert.deepEqual((await listed(noon + minute, noon + 2 * minute)).findingsReportSummaries, all.slice(2))
  const days = await listed(noon, noon + minute, { dailyReportsOnly: true })
  assert.deepEqual(
    days.findingsReportSummaries.map(({ profileStartTime, profileEndTime }) => [
      profileStartTime,
      profileEndTime,
    ]),
    [[formatTimestamp(midnight - day), formatTimestamp(midnight)]],
  )
  // Ours tells both.
  const both = await reports(noon, noon + 3 * hour, '&maxResults=3')
  assert.deepEqual(
    both.reports.map(({ id }) => id),
    all.map(({ id }) => id),
  )
  const more = await reports(noon, noon + 3 * hour, `&maxResults=3&nextToken=${both.nextToken}`)
  assert.deepEqual(
    more.reports.map(({ id }) => id),
    days.findingsReportSummaries.map(({ id }) => id),
  )
  assert.equal(more.nextToken, undefined)
})

test('the account has the latest report of each group', async () => {
  await createGroup(services, { profilingGroupName: 'stock' })
  await createGroup(services, { profilingGroupName: 'silent' })
  await post(problem, noon)
  await post(harmless, noon + hour)
  await post(problem, noon, 'stock')
  await run(noon + 2 * hour + 10 * minute)
  const { reportSummaries } = await summary()
  assert.deepEqual(
    reportSummaries.map((one) => [one.profilingGroupName, one.profileStartTime, one.totalNumberOfFindings]),
    [
      ['orders', formatTimestamp(noon + hour), 0],
      ['stock', formatTimestamp(noon), 1],
    ],
  )
  const { nextToken, ...first } = await summary({ maxResults: 1 })
  assert.deepEqual(first.reportSummaries, reportSummaries.slice(0, 1))
  assert.deepEqual(await summary({ maxResults: 1, nextToken }), { reportSummaries: reportSummaries.slice(1) })
  assert.deepEqual(await summary({ dailyReportsOnly: true }), { reportSummaries: [] })
})

test('anomalies of the time count as findings, also those that are found after the report', async () => {
  await post(problem, noon)
  await post(harmless, noon + hour)
  await run(noon + 2 * hour + 10 * minute)
  const [group] = await services.catalog.allGroups()
  const anomaly = (since: number) => ({
    ...{ id: randomUUID(), since, document: new Uint8Array(1), announcement: null },
  })
  const [over, open] = [anomaly(noon + 30 * minute), anomaly(noon + hour)]
  const ended = [{ id: over.id, until: noon + hour, announcement: null }]
  await services.catalog.changeAnomalies({ groupId: group!.id, added: [over, open], ended: [] })
  await services.catalog.changeAnomalies({ groupId: group!.id, added: [], ended })
  const counts = (await listed(noon, noon + 2 * hour)).findingsReportSummaries
  assert.deepEqual(
    counts.map(({ totalNumberOfFindings }) => totalNumberOfFindings),
    [1, 2],
  )
  assert.equal((await summary()).reportSummaries[0]!.totalNumberOfFindings, 1)
})

test('after a downtime the missing hours have reports, a day back at most', async () => {
  await post(problem, noon)
  await run(noon + hour + 10 * minute)
  await post(problem, noon + 2 * hour)
  await post(problem, noon + 20 * hour)
  await run(noon + 28 * hour + 10 * minute)
  const { reports: hours } = await reports(noon, noon + 30 * hour, '&period=PT1H')
  assert.deepEqual(
    hours.map(({ startTime }) => (Date.parse(startTime) - noon) / hour),
    [20, 0],
  )
})

test('what is found is announced once, and once that it is over', async () => {
  for (let n = 0; n < 40; n++) {
    await post(n < 3 ? problem : harmless, noon + n * hour)
    await run(noon + (n + 1) * hour + 10 * minute)
  }
  const told = await services.catalog.announcementsAfter(0, 100)
  const [opened, closed, ...others] = told.map(({ announcement }) => announcement)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [opened!.topic, opened!.state, opened!.groupName, opened!.at],
    ['recommendation', 'OPEN', 'orders', noon + hour + 10 * minute],
  )
  assert.match(opened!.title, /^Regular expressions are compiled over and over: \d+\.\d % in orders$/)
  assert.match(opened!.text, /at \w+ places?\. Compile each pattern once/)
  assert.equal(opened!.path, '/groups/orders/recommendations')
  assert.ok(opened!.yearlyCost!.amount > 100 && opened!.yearlyCost!.currency === 'USD')
  const { share, ...detail } = opened!.detail as { share: number; patternId: string; since: string }
  assert.ok(share > 0.5 && share <= 1)
  assert.deepEqual([detail.patternId, detail.since], [regex, formatTimestamp(noon)])
  assert.deepEqual(
    [closed!.state, closed!.at, closed!.yearlyCost],
    // A day after the end of its last hour.
    ['CLOSED', noon + 27 * hour + 10 * minute, null],
  )
  assert.equal(new Set([opened!.key, closed!.key]).size, 2)
  // Names of functions stay where they are sealed.
  assert.ok(!JSON.stringify(told).includes('compiled_for_each'))
})

test('an hourly report is a measurement of the group, for alarms; what makes up for a downtime is none', async () => {
  await post(problem, noon)
  await run(noon + hour + 10 * minute)
  await post(problem, noon + 2 * hour)
  await run(noon + 7 * hour)
  const { accountId, region } = services.config
  const [series] = await services.catalog.metricSeries({
    ...{ accountId, region, namespace: 'AWS/CodeGuruProfiler', name: 'Recommendations', after: 0, limit: 9 },
    dimensions: { ProfilingGroupName: 'orders' },
  })
  const points = await services.catalog.metricPoints(series!.id, 0, Number.MAX_SAFE_INTEGER)
  assert.deepEqual(
    points.map(({ at, maximum }) => [at, maximum]),
    [[noon + hour + 10 * minute, 1]],
  )
})

test('reports of more than a month ago are forgotten', async () => {
  await post(problem, noon)
  await run(noon + hour + 10 * minute)
  await run(noon + 31 * day - hour)
  assert.equal((await reports()).reports.length, 1)
  // A clock that is wrong, or a silence, forgets nothing: it takes a newer report.
  await run(noon + 31 * day + hour)
  assert.equal((await reports()).reports.length, 1)
  await post(harmless, noon + 31 * day + hour)
  await run(noon + 31 * day + 3 * hour)
  assert.deepEqual(
    (await reports(noon - 30 * day, noon + 90 * day)).reports.map(({ startTime }) => startTime),
    [formatTimestamp(noon + 31 * day + hour)],
  )
})

test('a clock that was a year ahead for a while costs no report and makes none twice', async () => {
  await post(problem, noon)
  await run(noon + hour + 10 * minute)
  const before = (await reports()).reports
  await run(noon + 365 * day)
  services.now = noon + hour + 11 * minute
  await run()
  assert.deepEqual((await reports()).reports, before)
  await post(problem, noon + hour)
  await run(noon + 2 * hour + 10 * minute)
  await run(noon + 3 * hour + 10 * minute)
  assert.deepEqual(
    (await reports()).reports.map(({ startTime }) => startTime),
    [formatTimestamp(noon + hour), formatTimestamp(noon)],
  )
  assert.equal((await services.catalog.announcementsAfter(0, 9)).length, 1)
})

test('with the profiles of a period its reports are deleted, also that on the whole day', async () => {
  await post(problem, noon)
  await post(problem, noon + hour)
  await run(noon + 2 * hour + 10 * minute)
  await run(noon + 13 * hour)
  assert.equal((await reports()).reports.length, 3)
  await deleteProfiles(services.context(), requestParts({ query: times(noon, noon + 5 * minute) }))
  assert.deepEqual(
    (await reports()).reports.map(({ startTime }) => startTime),
    [formatTimestamp(noon + hour)],
  )
})

test('one group that cannot be looked at keeps no other from its report', async () => {
  await createGroup(services, { profilingGroupName: 'stock' })
  await post(problem, noon)
  await post(problem, noon, 'stock')
  services.database.exec("UPDATE profiling_groups SET sealed_data_key = x'00' WHERE name = 'orders'")
  await assert.rejects(run(noon + hour + 10 * minute), /sealed value/)
  assert.deepEqual(
    (await summary()).reportSummaries.map(({ profilingGroupName }) => profilingGroupName),
    ['stock'],
  )
})

test('what is found is open since its first hour; whoever mutes it is told nothing, and may change their mind', async () => {
  await post(problem, noon)
  await post(problem, noon + hour)
  await run(noon + 2 * hour + 10 * minute)
  const [state, ...others] = await states()
  assert.deepEqual(others, [])
  assert.deepEqual(state, {
    ...{ patternId: regex, name: state!.name, state: 'OPEN', isMuted: false },
    since: formatTimestamp(noon),
    lastSeen: formatTimestamp(noon + 2 * hour),
  })
  const parts = requestParts({ labels: { profilingGroupName: 'orders', patternId: regex } })
  await muteRecommendation(services.context(), parts)
  assert.equal((await states())[0]!.isMuted, true)
  await unmuteRecommendation(services.context(), parts)
  assert.equal((await states())[0]!.isMuted, false)
  const unknown = requestParts({ labels: { profilingGroupName: 'orders', patternId: 'other' } })
  await assert.rejects(
    muteRecommendation(services.context(), unknown),
    apiError('ResourceNotFoundException', /'other' was not found/),
  )
})

const own = {
  id: 'shop-compiles',
  name: 'The shop compiles what it searches for',
  why: 'It does.',
  resolutionSteps: 'Keep it.',
  targetFrames: [['python-regex-compile:compiled_for_each']],
  countersToAggregate: ['RUNNABLE'],
  thresholdPercent: 5,
}
const labels = { profilingGroupName: 'orders', patternId: own.id }
const span = { startTime: formatTimestamp(noon), endTime: formatTimestamp(noon + hour) }
const found = async () =>
  (
    await value<RecommendationsAnswer>(findRecommendations(services.context(), requestParts({ body: span })))
  ).recommendations.map(({ pattern, origin }) => `${pattern.id} of ${origin}`)

test('a pattern is tried without being kept', async () => {
  await post(problem, noon)
  const body = { ...span, pattern: own }
  const answer = await value<RecommendationsAnswer>(
    tryGroupPattern(services.context(), requestParts({ body })),
  )
  assert.deepEqual(
    answer.recommendations.map(({ pattern, origin }) => [pattern.id, origin]),
    [[own.id, 'group']],
  )
  assert.equal(answer.needed, null)
  assert.deepEqual(await found(), [`${regex} of wick`])
  const empty = { ...body, startTime: formatTimestamp(noon - hour), endTime: formatTimestamp(noon) }
  const nothing = await value<RecommendationsAnswer>(
    tryGroupPattern(services.context(), requestParts({ body: empty })),
  )
  assert.deepEqual([nothing.samples, nothing.recommendations], [0, []])
})

test("a group's pattern is tried on it, in place of the installation's with the same id", async () => {
  await createGroup(services, { profilingGroupName: 'stock' })
  await post(problem, noon)
  await putPattern(services.context(), requestParts({ labels: { patternId: own.id }, body: own }))
  assert.deepEqual((await found()).sort(), [`${regex} of wick`, `${own.id} of installation`])
  const strict = { ...own, countersToAggregate: ['BLOCKED'] }
  await putGroupPattern(services.context(), requestParts({ labels, body: strict }))
  assert.deepEqual(await found(), [`${regex} of wick`])
  const ofGroup = await value<PatternsAnswer>(listGroupPatterns(services.context(), requestParts()))
  assert.deepEqual(ofGroup.patterns[0], {
    ...strict,
    links: [],
    notUnder: [],
    language: null,
    origin: 'group',
  })
  assert.equal(ofGroup.patterns.filter(({ origin }) => origin !== 'wick').length, 1)
  await deleteGroupPattern(services.context(), requestParts({ labels }))
  assert.equal((await found()).length, 2)
  await deletePattern(services.context(), requestParts({ labels: { patternId: own.id } }))
  assert.deepEqual(await found(), [`${regex} of wick`])
  const ofAll = await value<PatternsAnswer>(listPatterns(services.context()))
  assert.ok(ofAll.patterns.every(({ origin }) => origin === 'wick'))
})

test('a pattern that cannot be used is refused with the field and the reason', async () => {
  const put = (body: object, patternId = own.id) =>
    putGroupPattern(services.context(), requestParts({ labels: { ...labels, patternId }, body }))
  const refused = (message: RegExp) => apiError('ValidationException', message)
  await assert.rejects(put({ ...own, targetFrames: [['*']] }), refused(/targetFrames\[0\]: is too broad/))
  await assert.rejects(put({ ...own, threshold: 1 }), refused(/threshold: no such field/))
  await assert.rejects(put(own, 'other'), refused(/'shop-compiles', the one in the path 'other'/))
  await assert.rejects(put({ ...own, id: regex }, regex), refused(/comes with Wick/))
  const body = { ...span, pattern: { ...own, thresholdPercent: 0 } }
  await assert.rejects(
    tryGroupPattern(services.context(), requestParts({ body })),
    refused(/thresholdPercent: must be a number above 0/),
  )
  for (const patternId of [own.id, regex])
    await assert.rejects(
      deleteGroupPattern(services.context(), requestParts({ labels: { ...labels, patternId } })),
      apiError('ResourceNotFoundException', /has no pattern/),
    )
})

test('the patterns of a group have a thousand frames together at most', async () => {
  const sequences = Array.from({ length: 50 }, (_, i) => Array(8).fill(`shop.orders:step${i}`))
  const put = (id: string, targetFrames = sequences) =>
    putGroupPattern(
      services.context(),
      requestParts({ labels: { ...labels, patternId: id }, body: { ...own, id, targetFrames } }),
    )
  await put('one')
  await put('two')
  await assert.rejects(put('three'), apiError('ServiceQuotaExceededException', /1200 frames together/))
  await put('two')
  await put('three', sequences.slice(0, 25))
})

test('of patterns a group has a hundred at most', async () => {
  const put = (n: number) => {
    const id = `shop-${n}`
    return putGroupPattern(
      services.context(),
      requestParts({ labels: { ...labels, patternId: id }, body: { ...own, id } }),
    )
  }
  for (let n = 0; n < 100; n++) await put(n)
  await assert.rejects(put(100), apiError('ServiceQuotaExceededException', /100 patterns/))
  await put(99)
})
