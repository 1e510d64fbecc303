import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeIon, ProfileDecoder } from '@wick/profile'
import { analyst } from './analyst.ts'
import { keepHistories } from './history-file.ts'

const callgraph = { children: { 'shop:serve': { counts: { RUNNABLE: 100 } } } }
const { tree } = new ProfileDecoder().decode(
  Buffer.from(JSON.stringify({ start: 0, end: 3_600_000, callgraph })),
)
const group = (digit: string) => ({
  id: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
  keys: [new Uint8Array(32).fill(Number(digit))],
})
const nothing = { CPU: [], LATENCY: [] }
const judged = (hour: number) => ({
  ...{ hour, keenness: nothing, open: nothing },
  body: Uint8Array.from(encodeIon({ start: 0, end: 3_600_000, tree })),
})

test('which hour of a group was the last is read from its files, whatever groups were asked for between', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'wick-analyst-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const [first, second] = [group('1'), group('2')]
  const before = analyst({ directory })
  await before.addHour(first, judged(10))
  await before.addHour(second, judged(20))
  await before.addHour(first, judged(11))
  for (const one of [before, analyst({ directory })])
    assert.deepEqual([await one.lastHour(first), await one.lastHour(second)], [11, 20])
  await keepHistories(directory, [second.id])
  assert.deepEqual([await before.lastHour(second), await before.lastHour(first)], [20, -1])
  assert.deepEqual(
    (await readdir(directory)).filter((name) => !name.startsWith(second.id)),
    [],
  )
})

test('where there are no histories yet there is nothing to remove', async () => {
  await keepHistories(join(tmpdir(), 'wick-no-such-directory'), [])
})
