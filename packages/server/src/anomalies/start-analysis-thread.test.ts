import assert from 'node:assert/strict'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { startAnalysisThread } from './start-analysis-thread.ts'

const group = { id: '11111111-0000-4000-8000-000000000000', keys: [new Uint8Array(32)] }
const options = { directory: join(tmpdir(), 'wick-no-such-directory') }

/** The threads that are started from now on. */
function startedThreads(t: TestContext): Worker[] {
  const threads: Worker[] = []
  const onWorker = (worker: Worker) => void threads.push(worker)
  process.on('worker', onWorker)
  t.after(() => process.off('worker', onWorker))
  return threads
}

test('there is no thread before somebody asks, one for all who ask meanwhile, and none once nobody asks', async (t) => {
  const threads = startedThreads(t)
  const { analyst, close } = startAnalysisThread(options, 200)
  t.after(close)
  assert.equal(threads.length, 0)
  assert.deepEqual(await Promise.all([analyst.lastHour(group), analyst.lastHour(group)]), [-1, -1])
  assert.equal(threads.length, 1)
  await once(threads[0]!, 'exit')
  assert.equal(await analyst.lastHour(group), -1)
  assert.equal(threads.length, 2)
})

test('it ends when it is closed, however soon it was asked', async (t) => {
  const threads = startedThreads(t)
  const { analyst, close } = startAnalysisThread(options)
  await analyst.lastHour(group)
  await close()
  assert.equal(threads[0]!.threadId, -1)
})
