import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '@wick/wire'
import { type Job, jobRunner } from '../jobs/job-runner.ts'
import { listJobs, runJob } from './jobs.ts'
import { testServices } from './testing/test-services.ts'

async function bench(...jobs: readonly Job[]) {
  const test = await testServices()
  const { now } = test.services
  const runner = (holder: string) =>
    jobRunner({ jobs, states: test.services.catalog, holder, now, onFailure: () => {} })
  const context = { ...test.context(), jobs: runner('here') }
  const parts = (name: string) => ({ labels: { name } }) as unknown as Parameters<typeof runJob>[1]
  const value = async (reply: ReturnType<typeof listJobs>): Promise<unknown> => {
    const answer = await reply
    assert.ok(answer.kind === 'json')
    return answer.value
  }
  return {
    runner,
    close: test.close,
    list: () => value(listJobs(context)),
    run: (name: string) => value(runJob(context, parts(name))),
    now: new Date(now()).toISOString(),
  }
}

const job = (name: string, run: Job['run'] = async () => {}): Job => ({ name, everyMs: 60_000, run })
const neverRan = {
  ...{ everySeconds: 60, startedAt: null, endedAt: null, succeededAt: null, dueAt: null },
  ...{ failures: 0, error: null },
}

test('jobs are listed with how they went, also before they ran', async (t) => {
  const { list, run, close, now } = await bench(job('one'), job('two'))
  t.after(close)
  assert.deepEqual(await list(), {
    jobs: [
      { name: 'one', ...neverRan },
      { name: 'two', ...neverRan },
    ],
  })
  const dueAt = new Date(Date.parse(now) + 60_000).toISOString()
  const ran = { name: 'one', ...neverRan, startedAt: now, endedAt: now, succeededAt: now, dueAt }
  assert.deepEqual(await run('one'), ran)
  assert.deepEqual(await list(), { jobs: [ran, { name: 'two', ...neverRan }] })
})

test('a job that fails says why', async (t) => {
  const { run, close } = await bench(job('one', () => Promise.reject(new Error('the disk is full'))))
  t.after(close)
  const { failures, error } = (await run('one')) as { failures: number; error: string }
  assert.deepEqual([failures, error], [1, 'the disk is full'])
})

test('a job that there is not, or that another server runs, is refused in words', async (t) => {
  const { promise: end, resolve } = Promise.withResolvers<void>()
  const { run, runner, close } = await bench(job('one', () => end))
  t.after(close)
  await assert.rejects(
    run('nonesuch'),
    (error) => error instanceof ApiError && error.message === "There is no job 'nonesuch'; there are: one.",
  )
  const elsewhere = runner('elsewhere').tick()
  await new Promise(setImmediate)
  await assert.rejects(run('one'), (error) => error instanceof ApiError && error.name === 'ConflictException')
  resolve()
  await elsewhere
})
