/** How long a group is kept, and what is deleted of it, by `wick` and over the wire. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCaller } from '../support/caller.ts'
import { post } from '../support/some-data.ts'
import { type Ended, ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

const minute = 60_000

test('a rule is set, shown and taken back', async (t) => {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory })
  t.after(() => wick.stop())
  await (await startCaller(wick)).createGroup('shop')
  const retention = (...flags: string[]): Promise<Ended> =>
    ended(runWick(['store', 'retention', '--data', directory, '--group', 'shop', ...flags]))
  const kept = { fiveMinute: null, hourly: null, daily: null }
  const standard = { fiveMinuteDays: 15, hourlyDays: 60, dailyDays: 1095 }
  assert.match(
    (await retention()).stdout,
    /^shop, as the settings of the server say:\n {2}5 minutes 15 days\n/,
  )
  const set = await retention('--5min', '2w', '--hourly', '30d', '--daily', '1y', '--json')
  const own = {
    group: 'shop',
    fiveMinuteDays: 14,
    hourlyDays: 30,
    dailyDays: 365,
    isDefault: false,
    keptSince: kept,
  }
  assert.deepEqual(JSON.parse(set.stdout), own)
  assert.deepEqual(JSON.parse((await retention('--json')).stdout), own)
  assert.match((await retention()).stdout, /^shop, by a rule of its own:\n/)
  const back = await retention('--default', '--json')
  assert.deepEqual(JSON.parse(back.stdout), { group: 'shop', ...standard, isDefault: true, keptSince: kept })

  const refused = await retention('--5min', '3y', '--hourly', '1d', '--daily', '1d')
  assert.deepEqual([refused.exitCode, refused.stdout], [1, ''])
  assert.match(refused.stderr, /The server refused: .*must not become smaller/)
  for (const flags of [
    ['--5min', '15d'],
    ['--5min', '15', '--hourly', '60d', '--daily', '3y'],
  ]) {
    const misread = await retention(...flags)
    assert.equal(misread.exitCode, 2)
    assert.match(misread.stderr, /needed together/)
  }
  const both = await retention('--default', '--5min', '1d', '--hourly', '1d', '--daily', '1d')
  assert.equal(both.exitCode, 2)
})

test('a period is deleted for good, whole windows at a time', async (t) => {
  const directory = await temporaryDirectory(t)
  let wick = await startWick({ directory })
  t.after(() => wick.stop())
  let caller = await startCaller(wick)
  await caller.createGroup('shop')
  const window = Math.floor(Date.now() / (5 * minute)) * 5 * minute
  await post(caller, window - 21 * minute)
  await post(caller, window - 11 * minute)
  const remove = (from: number, to: number, ...more: string[]): Promise<Ended> =>
    ended(
      runWick([
        ...['store', 'delete', '--data', directory, '--group', 'shop'],
        ...['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString(), ...more],
      ]),
    )
  const unaligned = await remove(window - 16 * minute, window - 10 * minute)
  assert.equal(unaligned.exitCode, 1)
  assert.match(unaligned.stderr, /Nothing was deleted: .* whole 5-minute windows/)
  assert.match(
    (await remove(window - 15 * minute, window - 10 * minute)).stdout,
    /^wick: 1 profile deleted\.\n$/,
  )
  assert.deepEqual((await caller.profile('shop'))?.callgraph.counts, { RUNNABLE: 7 })
  await wick.stop()
  wick = await startWick({ directory })
  caller = await startCaller(wick)
  assert.deepEqual((await caller.profile('shop'))?.callgraph.counts, { RUNNABLE: 7 })
  const rest = await remove(window - 60 * minute, window, '--json')
  assert.deepEqual(JSON.parse(rest.stdout), { group: 'shop', profiles: 1 })
  assert.equal(await caller.profile('shop'), null)
})
