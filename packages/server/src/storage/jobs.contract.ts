/** Part of the catalog's contract: leases, and how jobs went. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from './catalog.ts'
import type { JobState } from './jobs.ts'

export function jobsContract(fresh: () => Promise<Catalog>): void {
  const lease = (holder: string, now: number, until: number) => ({ name: 'analyse', holder, now, until })

  test('a lease is one holder’s until it ends or is given up', async () => {
    const catalog = await fresh()
    assert.equal(await catalog.takeLease(lease('a', 1000, 2000)), true)
    assert.equal(await catalog.takeLease(lease('b', 1500, 2500)), false)
    assert.equal(await catalog.takeLease({ ...lease('b', 1500, 2500), name: 'another' }), true)
    assert.equal(await catalog.takeLease(lease('b', 2000, 3000)), true)
    await catalog.giveUpLease('analyse', 'a')
    assert.equal(await catalog.takeLease(lease('a', 2500, 3500)), false)
    await catalog.giveUpLease('analyse', 'b')
    assert.equal(await catalog.takeLease(lease('a', 2500, 3500)), true)
  })

  test('a holder prolongs its lease, but not one that somebody else took meanwhile', async () => {
    const catalog = await fresh()
    await catalog.takeLease(lease('a', 1000, 2000))
    assert.equal(await catalog.takeLease(lease('a', 1900, 2900)), true)
    assert.equal(await catalog.takeLease(lease('b', 2100, 3100)), false)
    assert.equal(await catalog.takeLease(lease('b', 2900, 3900)), true)
    assert.equal(await catalog.takeLease(lease('a', 2901, 3901)), false)
  })

  test('a lease that a clock ahead of time took is nobody’s: it is longer than leases are', async () => {
    const catalog = await fresh()
    await catalog.takeLease(lease('a', 1_000_000, 1_001_000))
    assert.equal(await catalog.takeLease(lease('b', 1000, 2000)), true)
    assert.equal(await catalog.takeLease(lease('a', 1500, 2500)), false)
  })

  test('of many who ask at one time one gets it', async () => {
    const catalog = await fresh()
    const asked = Array.from({ length: 20 }, (_, i) => catalog.takeLease(lease(`holder ${i}`, 1000, 2000)))
    assert.equal((await Promise.all(asked)).filter(Boolean).length, 1)
  })

  test('the state of a job is the last that was written', async () => {
    const catalog = await fresh()
    assert.deepEqual(await catalog.jobStates(), [])
    const state: JobState = {
      ...{ name: 'b', holder: 'x', startedAt: 1, endedAt: null, succeededAt: null },
      ...{ dueAt: 5, failures: 2, error: 'it’s "broken"\u0000' },
    }
    await catalog.writeJobState(state)
    await catalog.writeJobState({ ...state, name: 'a' })
    await catalog.writeJobState({ ...state, endedAt: 3, error: null })
    const states = await catalog.jobStates()
    assert.deepEqual(states, [
      { ...state, name: 'a' },
      { ...state, endedAt: 3, error: null },
    ])
  })
}
