import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { inOwnContext } from './own-context.ts'

test("what is begun in a request of the program carries nothing of it; the request's own goes on", async () => {
  const storage = new AsyncLocalStorage<string>()
  await storage.run('request', async () => {
    const seen = await inOwnContext(async () => {
      const first = storage.getStore()
      await new Promise((resolve) => setTimeout(resolve, 1))
      return [first, storage.getStore()]
    })
    assert.deepEqual(seen, [undefined, undefined])
    assert.equal(storage.getStore(), 'request')
  })
})
