/** From profiles over two weeks to an anomaly through the API: the real store, the real analyst, the job as it runs. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { AnomaliesAnswer } from '@wick/wire'
import { analyst } from '../anomalies/analyst.ts'
import { anomalyJob } from '../anomalies/find-anomalies.ts'
import type { KeptAnnouncement } from '../storage/announcements.ts'
import { minute, noon } from '../store/testing/store-bench.ts'
import { listAnomalies } from './anomalies.ts'
import { getRecommendations } from './get-recommendations.ts'
import { submitFeedback } from './submit-feedback.ts'
import {
  apiError,
  createGroup,
  postProfile,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

const hour = 60 * minute
const day = 24 * hour
/** A Thursday, noon; profiles begin sixteen days before. */
const start = noon - 16 * day
/** When `json:parse` begins to cost more, by a new version. */
const changeAt = noon - 10 * hour
const backAt = noon + 20 * hour

let services: TestServices
let directory: string
let job: ReturnType<typeof anomalyJob>

before(async () => {
  services = await testServices({ config: { maxProfileAgeSeconds: 40 * 86_400 } })
  directory = await mkdtemp(join(tmpdir(), 'wick-anomalies-'))
  await createGroup(services)
  job = freshJob()
})
after(async () => {
  await services.close()
  await rm(directory, { recursive: true, force: true })
})

/** As a server has it that was just started. */
function freshJob(): ReturnType<typeof anomalyJob> {
  const { catalog, store, sealer, prices } = services.services
  return anomalyJob({ catalog, store, sealer, prices, analyst: analyst({ directory }), histories: directory })
}

/** The profiles of one hour: by night more is exported; a little noise. */
async function postHour(at: number): Promise<void> {
  services.now = at + hour
  const noise = (of: number): number => ((at / hour) * 7919 * of) % 11
  const isNight = at % day < 6 * hour
  const counts = (count: number, waiting = 0) => ({ counts: { RUNNABLE: count, WAITING: waiting } })
  const extra = at >= changeAt && at < backAt ? 900 : 0
  const parse = {
    ...counts(500 + noise(1) + extra),
    children: { 'json:string': counts(100 + noise(2)) },
  }
  const callgraph = {
    ...counts(0, 0),
    children: {
      'shop:serve': {
        ...counts(1000 + noise(3), 500),
        children: { 'json:parse': parse, 'shop:price': counts(4000 + noise(4)) },
      },
      'shop:export': counts((isNight ? 3000 : 1000) + noise(5)),
    },
  }
  const version = at >= changeAt ? '2.5' : '2.4'
  for (const quarter of [0, 1, 2, 3]) {
    const end = at + (quarter + 1) * 15 * minute
    const profile = {
      ...{ start: end - 5 * minute, end, callgraph },
      agentMetadata: {
        agentInfo: { type: 'test', version: '1' },
        labels: { version },
        fleetInfo: { id: 'host' },
      },
    }
    await postProfile(services, Buffer.from(JSON.stringify(profile)))
  }
}

async function runUntil(now: number): Promise<void> {
  services.now = now
  // A hundred hours at a time.
  for (let i = 0; i < 5; i++) await job.run({ now, signal: new AbortController().signal, isForced: false })
}

async function list(from = start, to = noon + 40 * day): Promise<AnomaliesAnswer> {
  const query = new Map([
    ['startTime', [new Date(from).toISOString()]],
    ['endTime', [new Date(to).toISOString()]],
  ])
  const parts = { labels: { profilingGroupName: 'orders' }, query, body: new Uint8Array(0) }
  const reply = await listAnomalies(
    services.context(),
    parts as unknown as Parameters<typeof listAnomalies>[1],
  )
  assert.ok(reply.kind === 'json')
  return reply.value as AnomaliesAnswer
}

const announced = async (): Promise<string[]> =>
  (await services.catalog.announcementsAfter(0, 100)).map(
    ({ announcement: { state, title } }) => `${state} ${title}`,
  )

test('before there is enough to compare with, it is said how much is missing', async () => {
  for (let at = start; at < start + 2 * day; at += hour) await postHour(at)
  await runUntil(start + 2 * day + 11 * minute)
  assert.deepEqual(await list(), { anomalies: [], history: { hours: 48, needed: 240 } })
})

test('two weeks of rhythm and noise are no news, also to a server that was restarted in between', async () => {
  for (let at = start + 2 * day; at < changeAt; at += hour) await postHour(at)
  await runUntil(changeAt - 5 * day)
  job = freshJob()
  await runUntil(changeAt + 5 * minute)
  assert.deepEqual((await list()).anomalies, [])
})

test('what costs more from one hour on is found two hours later, with its cause, numbers, version and price', async () => {
  for (let at = changeAt; at < noon; at += hour) await postHour(at)
  await runUntil(changeAt + 2 * hour + 5 * minute)
  assert.deepEqual((await list()).anomalies, [], 'the second hour has not settled')
  await runUntil(changeAt + 2 * hour + 11 * minute)
  const { anomalies } = await list()
  assert.equal(anomalies.length, 1)
  const [{ id, ...found }] = anomalies as [(typeof anomalies)[0]]
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const { frameName, metric, kind, startTime, endTime, appVersion, shownBy, before, after: now } = found
  assert.deepEqual(
    { frameName, metric, kind, endTime, appVersion, shownBy: shownBy.at(-1) },
    {
      frameName: 'json:parse',
      metric: 'CPU',
      kind: 'level',
      endTime: null,
      appVersion: '2.5',
      shownBy: 'json:parse',
    },
  )
  assert.equal(startTime, new Date(changeAt).toISOString())
  // By night: 600 of 8,600, then 1,500 of 9,500.
  assert.ok(Math.abs(before - 600 / 8600) < 0.005, `${before}`)
  assert.ok(Math.abs(now - 1500 / 9500) < 0.005, `${now}`)
  assert.match(found.reason, /^json:parse takes 15\.\d % of CPU time since \d{4}-\d\d-\d\d 02:00 UTC, where /)
  assert.match(found.reason, /It came with version 2\.5\./)
  assert.deepEqual(await announced(), [`OPEN ${found.title}`])
  const [{ announcement }] = (await services.catalog.announcementsAfter(0, 1)) as [KeptAnnouncement]
  assert.equal(announcement.path, `/groups/orders/anomalies?anomaly=${id}`)
})

test('it stays one finding, through every hour that it lasts and every restart', async () => {
  for (const hours of [3, 6, 10]) {
    job = freshJob()
    await runUntil(changeAt + hours * hour + 11 * minute)
  }
  assert.equal((await list()).anomalies.length, 1)
  assert.equal((await announced()).length, 1)
})

test('GetRecommendations has it as the API does', async () => {
  const ask = async (from: number, to: number) =>
    (
      await getRecommendations(services.context(), {
        ...{ profilingGroupName: 'orders', start: from, end: to, locale: 'en-US' },
      })
    ).anomalies
  const [anomaly] = await ask(noon - hour, noon)
  const { id, startTime } = (await list()).anomalies[0]!
  assert.deepEqual(anomaly, {
    metric: { frameName: 'json:parse', type: 'AggregatedRelativeTotalTime', threadStates: ['RUNNABLE'] },
    reason: anomaly!.reason,
    instances: [{ id, startTime }],
  })
  assert.deepEqual(await ask(changeAt - day, changeAt - 12 * hour), [])
})

test('what somebody thinks of it is kept and shown; of one that there is not, nothing can be thought', async () => {
  const { id } = (await list()).anomalies[0]!
  const say = (anomalyInstanceId: string, type: 'Positive' | 'Negative') =>
    submitFeedback(services.context(), {
      ...{ profilingGroupName: 'orders', anomalyInstanceId, type, comment: 'a “known” deploy' },
    })
  await say(id, 'Positive')
  await say(id, 'Negative')
  const { feedback } = (await list()).anomalies[0]!
  assert.deepEqual([feedback?.type, feedback?.comment], ['Negative', 'a “known” deploy'])
  await assert.rejects(
    say('00000000-0000-0000-0000-000000000000', 'Positive'),
    apiError('ResourceNotFoundException'),
  )
})

test('it ends when the cost is what it was, and that is told once', async () => {
  for (let at = noon; at < noon + day; at += hour) await postHour(at)
  await runUntil(noon + day + 11 * minute)
  const { anomalies } = await list()
  assert.equal(anomalies.length, 1)
  const end = Date.parse(anomalies[0]!.endTime!)
  assert.ok(end > backAt && end <= backAt + 3 * hour, anomalies[0]!.endTime!)
  assert.deepEqual(
    (await announced()).map((text) => text.slice(0, 6)),
    ['OPEN j', 'CLOSED'],
  )
})

test('histories go with their group', async () => {
  assert.equal((await readdir(directory)).length, 2)
  const { id } = (await services.catalog.allGroups())[0]!
  await services.services.store.removeGroup(id)
  await services.catalog.deleteGroup(id)
  await runUntil(noon + day + 15 * minute)
  assert.deepEqual(await readdir(directory), [])
})
