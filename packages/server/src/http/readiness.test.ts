import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, readinessOf } from './readiness.ts'

const silent = () => new Promise<never>(() => {})
const failing = async () => {
  throw new Error('gone')
}
const well: Asked = {
  isStopping: () => false,
  askCatalog: async () => null,
  askStore: async () => ({ isWritable: true, reason: null }),
}

test('ready where the catalog answers and the store can write', async () => {
  assert.deepEqual(await readinessOf(well), { isReady: true, reason: null })
})

test('why not is what the store says', async () => {
  const askStore = async () => ({ isWritable: false, reason: 'writing failed: ENOSPC' })
  assert.deepEqual(await readinessOf({ ...well, askStore }), {
    isReady: false,
    reason: 'writing failed: ENOSPC',
  })
})

test('who is stopping asks nobody', async () => {
  const asked = { isStopping: () => true, askCatalog: failing, askStore: silent }
  assert.deepEqual(await readinessOf(asked), { isReady: false, reason: 'the server is stopping' })
})

for (const [how, ask] of [
  ['fails', failing],
  ['hangs', silent],
] as const)
  test(`a part that ${how} is named, whatever the other says`, async () => {
    const notReady = (reason: string) => ({ isReady: false, reason })
    const catalogGone = await readinessOf({ ...well, askCatalog: ask }, 10)
    assert.deepEqual(catalogGone, notReady('the catalog does not answer'))
    const storeGone = await readinessOf({ ...well, askStore: ask }, 10)
    assert.deepEqual(storeGone, notReady('the store does not answer'))
  })
