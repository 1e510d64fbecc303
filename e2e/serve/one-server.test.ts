/** One directory, one server: a second one would write over the first one's profiles. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCaller } from '../support/caller.ts'
import { ended, runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

test('a second server on a directory is refused by name of the first, which goes on undisturbed', async (t) => {
  const directory = await temporaryDirectory(t)
  const first = await startWick({ directory })
  t.after(() => first.stop())
  const caller = await startCaller(first)
  await caller.createGroup('shop')
  const config = await readFile(join(directory, 'config'), 'utf8')

  await assertRefused(first)
  // Not only the first time: a refused start must not take the lock's note with it.
  await assertRefused(first)

  assert.equal(await readFile(join(directory, 'config'), 'utf8'), config)
  const end = Date.now()
  const body = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 7 } } })
  assert.equal((await caller.post('shop', body)).status, 204)
  assert.deepEqual((await caller.profile('shop'))?.callgraph.counts, { RUNNABLE: 7 })
})

test('of many servers started at once on an empty directory, one runs', async (t) => {
  const directory = await temporaryDirectory(t)
  const starts = await Promise.allSettled(Array.from({ length: 4 }, () => startWick({ directory })))
  const running = starts.filter((start) => start.status === 'fulfilled').map(({ value }) => value)
  t.after(() => Promise.all(running.map((wick) => wick.stop())))
  assert.equal(running.length, 1)
  for (const start of starts)
    if (start.status === 'rejected')
      assert.match(start.reason.message, /ended with 1: wick: .* is in use by /)
  await (await startCaller(running[0]!)).createGroup('shop')
})

test('after kill -9 the directory is free at once', async (t) => {
  const directory = await temporaryDirectory(t)
  const first = await startWick({ directory })
  assert.equal(await first.stop('SIGKILL'), null)
  const second = await startWick({ directory })
  t.after(() => second.stop())
  assert.equal((await (await startCaller(second)).send({ target: '/profilingGroups' })).status, 200)
  await assertRefused(second)
})

async function assertRefused({ directory, process: holder }: Wick): Promise<void> {
  const { exitCode, stdout, stderr } = await ended(
    runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0']),
  )
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.equal(
    stderr,
    `wick: The data directory ${directory} is in use by another wick (process ${holder.pid}). Stop it first, or choose another directory.\n`,
  )
}
