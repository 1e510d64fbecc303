import assert from 'node:assert/strict'
import type { ProfileBody } from './call-paths.ts'
import { type Caller, startCaller } from './caller.ts'
import { startWick, temporaryDirectory, type WickOptions } from './wick.ts'

/** A directory that a server has used, and stopped: the group `shop` has a sealed profile and one that is not. */
export interface SomeData {
  readonly directory: string
  /** What the group holds. */
  readonly profile: ProfileBody
}

export async function someData(
  t: Parameters<typeof temporaryDirectory>[0],
  options: Pick<WickOptions, 'environment'> = {},
): Promise<SomeData> {
  const directory = await temporaryDirectory(t)
  const wick = await startWick({ directory, ...options })
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  await post(caller, Date.now() - 15 * 60_000)
  assert.equal((await caller.send({ method: 'POST', target: '/v1/store/seal' })).status, 204)
  await post(caller, Date.now())
  const profile = await caller.profile('shop')
  assert.equal(await wick.stop(), 0)
  assert.deepEqual(profile?.callgraph.counts, { RUNNABLE: 14 })
  return { directory, profile }
}

/** Seven samples more. */
export async function post(caller: Caller, end: number): Promise<void> {
  const body = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 7 } } })
  assert.equal((await caller.post('shop', body)).status, 204)
}
