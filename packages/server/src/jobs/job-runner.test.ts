import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { JobState } from '../storage/jobs.ts'
import { openDatabase } from '../storage/sqlite/open-database.ts'
import { sqliteCatalog } from '../storage/sqlite/sqlite-catalog.ts'
import { type Job, type JobContext, type JobRunner, jobRunner } from './job-runner.ts'

const minute = 60_000
const hour = 60 * minute
let now = 0
let catalog = sqliteCatalog(openDatabase(':memory:'))
let failed: string[] = []

beforeEach(() => {
  now = Date.UTC(2026, 10, 26, 12)
  catalog = sqliteCatalog(openDatabase(':memory:'))
  failed = []
})

function server(holder: string, ...jobs: readonly Job[]): JobRunner {
  return jobRunner({
    ...{ jobs, states: catalog, holder, now: () => now },
    onFailure: (job, { message }) => failed.push(`${job}: ${message}`),
  })
}

/** Counts its runs. */
function counted(run: Job['run'] = async () => {}): Job & { readonly runs: JobContext[] } {
  const runs: JobContext[] = []
  return {
    ...{ name: 'count', everyMs: hour, runs },
    run: async (context) => {
      runs.push(context)
      await run(context)
    },
  }
}

async function state(): Promise<JobState> {
  const [only] = await catalog.jobStates()
  return only!
}

test('a job runs at the first look, and then once in its time', async () => {
  const job = counted()
  const { tick } = server('a', job)
  for (let i = 0; i < 3; i++) await tick()
  assert.equal(job.runs.length, 1)
  assert.equal(job.runs[0]!.now, now)
  now += hour - 1
  await tick()
  assert.equal(job.runs.length, 1)
  now += 1
  await tick()
  assert.equal(job.runs.length, 2)
})

test('its state tells who ran it, when, and when it is due again', async () => {
  await server('a', counted()).tick()
  assert.deepEqual(await state(), {
    ...{ name: 'count', holder: 'a', startedAt: now, endedAt: now, succeededAt: now },
    ...{ dueAt: now + hour, failures: 0, error: null },
  })
})

test('of several servers one runs it, whichever looks first', async () => {
  const job = counted()
  const servers = ['a', 'b', 'c'].map((holder) => server(holder, job))
  for (let i = 0; i < 4; i++) {
    await Promise.all(servers.map(({ tick }) => tick()))
    now += hour
  }
  assert.equal(job.runs.length, 4)
})

test('while one server is at it the others leave it alone, also when they are told to run it', async () => {
  const { promise: end, resolve } = Promise.withResolvers<void>()
  const slow = counted(() => end)
  const quick = counted()
  const [a, b] = [server('a', slow), server('b', quick)]
  const first = a.tick()
  while (slow.runs.length === 0) await Promise.resolve()
  await b.tick()
  assert.equal(await b.runNow('count'), 'elsewhere')
  resolve()
  await first
  assert.equal(quick.runs.length, 0)
  assert.notEqual(await b.runNow('count'), 'elsewhere')
  assert.equal(quick.runs.length, 1)
})

test('a server that is killed keeps its job from the others for a minute, no longer', async () => {
  const stuck = counted(() => new Promise(() => {}))
  void server('a', stuck).tick()
  while (stuck.runs.length === 0) await Promise.resolve()
  const job = counted()
  const { tick } = server('b', job)
  for (let seconds = 0; seconds < 59; seconds++, now += 1000) await tick()
  assert.equal(job.runs.length, 0)
  for (let seconds = 0; seconds < 12; seconds++, now += 1000) await tick()
  assert.equal(job.runs.length, 1)
})

test('after a time in which nothing ran it runs once, and not once for each time that was missed', async () => {
  const job = counted()
  const { tick } = server('a', job)
  await tick()
  now += 1000 * hour
  for (let i = 0; i < 10; i++) await tick()
  assert.equal(job.runs.length, 2)
})

test('what throws is told and tried again, later and later, and its success is as good as any', async () => {
  let isBroken = true
  const job = counted(async () => {
    if (isBroken) throw new Error('no')
  })
  const { tick } = server('a', job)
  const pauses: number[] = []
  for (let i = 0; i < 9; i++) {
    await tick()
    const { dueAt, failures, error } = await state()
    assert.deepEqual([failures, error], [i + 1, 'no'])
    pauses.push((dueAt - now) / 1000)
    now = dueAt
  }
  assert.deepEqual(pauses, [15, 30, 60, 120, 240, 480, 900, 900, 900])
  assert.equal(failed.length, 9)
  isBroken = false
  await tick()
  assert.deepEqual(await state(), {
    ...{ name: 'count', holder: 'a', startedAt: now, endedAt: now, succeededAt: now },
    ...{ dueAt: now + hour, failures: 0, error: null },
  })
})

test('a clock that was ahead and is set back keeps no job waiting for it', async () => {
  const job = counted()
  now += 100 * hour
  const { tick } = server('a', job)
  await tick()
  now -= 100 * hour
  await tick()
  await server('b', job).tick()
  assert.equal(job.runs.length, 2, 'once by whoever looked first, then it is due in an hour')
})

test('a stop asks what runs to end and waits for it; that is no failure, and it is due again', async () => {
  const job = counted(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const { tick, stop } = server('a', job)
  void tick()
  while (job.runs.length === 0) await Promise.resolve()
  await stop()
  await tick()
  assert.equal(job.runs.length, 1)
  assert.deepEqual(failed, [])
  assert.equal((await state()).dueAt, now)
  await server('b', job.runs.length === 1 ? counted() : job).tick()
  assert.equal((await state()).holder, 'b')
})

test('it is run when somebody asks, and then not before its time', async () => {
  const job = counted()
  const { tick, runNow } = server('a', job)
  await tick()
  now += minute
  const after = await runNow('count')
  assert.ok(after !== 'elsewhere' && after.startedAt === now && after.dueAt === now + hour)
  await tick()
  assert.equal(job.runs.length, 2)
  await assert.rejects(runNow('nonesuch'), /There is no job nonesuch/)
})

test('a job that is broken keeps no other from running', async () => {
  const broken: Job = {
    ...{ name: 'broken', everyMs: hour },
    run: () => {
      throw new Error('at once')
    },
  }
  const job = counted()
  await server('a', broken, job).tick()
  assert.equal(job.runs.length, 1)
  assert.deepEqual(failed, ['broken: at once'])
})
