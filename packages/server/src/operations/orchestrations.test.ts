import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { GroupRecord } from '../storage/catalog.ts'
import { orchestrations } from './orchestrations.ts'
import { createGroup, type TestServices, testServices } from './testing/test-services.ts'

let services: TestServices
beforeEach(async () => {
  services = await testServices()
  await createGroup(services)
})
afterEach(() => services.close())

async function group(): Promise<GroupRecord> {
  const { accountId, region } = services.config
  return (await services.catalog.findGroup({ accountId, region }, 'orders'))!
}

test('an instant is known at once and written with the next flush', async () => {
  const seen = orchestrations(services.catalog)
  assert.equal(seen.latest(await group()), null)
  seen.record((await group()).id, 100)
  assert.equal(seen.latest(await group()), 100)
  assert.equal((await group()).orchestratedAt, null)
  await seen.flush()
  assert.equal((await group()).orchestratedAt, 100)
  assert.equal(seen.latest(await group()), 100)
})

test('the latest instant counts, whatever order they come in', async () => {
  const seen = orchestrations(services.catalog)
  const { id } = await group()
  for (const at of [100, 300, 200]) seen.record(id, at)
  assert.equal(seen.latest(await group()), 300)
  await seen.flush()
  seen.record(id, 50)
  assert.equal(seen.latest(await group()), 300)
  await seen.flush()
  assert.equal((await group()).orchestratedAt, 300)
})

test('many groups are written together, once', async () => {
  const written: unknown[] = []
  const seen = orchestrations({ recordOrchestrations: async (batch) => void written.push(batch) })
  seen.record('a', 1)
  seen.record('b', 2)
  seen.record('a', 3)
  await seen.flush()
  await seen.flush()
  assert.deepEqual(written, [
    [
      { id: 'a', at: 3 },
      { id: 'b', at: 2 },
    ],
  ])
})

test('what cannot be written is kept for the next time', async () => {
  let fails = true
  const written: unknown[] = []
  const seen = orchestrations({
    recordOrchestrations: async (batch) => {
      if (fails) throw new Error('database or disk is full')
      written.push(...batch)
    },
  })
  seen.record('a', 1)
  await assert.rejects(seen.flush(), /disk is full/)
  fails = false
  await seen.flush()
  assert.deepEqual(written, [{ id: 'a', at: 1 }])
})

test('what comes in while it is written is written the next time', async () => {
  const written: unknown[] = []
  const seen = orchestrations({
    recordOrchestrations: async (batch) => {
      written.push(...batch)
      if (written.length === 1) seen.record('a', 2)
    },
  })
  seen.record('a', 1)
  await seen.flush()
  await seen.flush()
  assert.deepEqual(written, [
    { id: 'a', at: 1 },
    { id: 'a', at: 2 },
  ])
})

test('a group that is gone does not keep the others from being written', async () => {
  const seen = orchestrations(services.catalog)
  seen.record('gone', 5)
  seen.record((await group()).id, 6)
  await seen.flush()
  assert.equal((await group()).orchestratedAt, 6)
})
