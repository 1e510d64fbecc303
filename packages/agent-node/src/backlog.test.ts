import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backlog } from './backlog.ts'
import { Backoff, retryAfter } from './backoff.ts'

const profile = (token: string, bytes = 10) => ({ token, body: Buffer.alloc(bytes) })

test('twelve profiles are kept, the newest is sent first, the oldest is dropped', () => {
  const backlog = new Backlog()
  for (let i = 1; i <= 14; i++) backlog.add(profile(`t${i}`))
  assert.deepEqual([backlog.size, backlog.dropped, backlog.newest()?.token], [12, 2, 't14'])
  for (let i = 14; i >= 3; i--) backlog.remove(`t${i}`)
  assert.equal(backlog.newest(), null)
})

test('five megabytes are kept; one profile always is', () => {
  const backlog = new Backlog()
  for (let i = 1; i <= 4; i++) backlog.add(profile(`t${i}`, 2 * 1024 * 1024))
  assert.deepEqual([backlog.size, backlog.dropped], [2, 2])
  backlog.add(profile('huge', 20 * 1024 * 1024))
  assert.deepEqual([backlog.size, backlog.newest()?.token], [1, 'huge'])
})

test('waiting grows with each failure, up to five minutes, and never is none', () => {
  const backoff = new Backoff()
  const waits = Array.from({ length: 12 }, () => {
    backoff.failed(0, null, 1)
    return backoff.notBefore
  })
  assert.deepEqual(waits.slice(0, 4), [1100, 2100, 4100, 8100])
  assert.equal(waits.at(-1), 300_100)
  backoff.failed(0, null, 0)
  assert.ok(backoff.notBefore > 0)
  backoff.succeeded()
  assert.equal(backoff.notBefore, 0)
})

test('Retry-After counts at least, an hour at most', () => {
  const backoff = new Backoff()
  backoff.failed(0, 60_000, 0)
  assert.equal(backoff.notBefore, 60_000)
  backoff.failed(0, 1e12, 0)
  assert.equal(backoff.notBefore, 3_600_000)
})

test('Retry-After is seconds or a date', () => {
  assert.equal(retryAfter('120', 0), 120_000)
  assert.equal(retryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 0), 60_000)
  for (const nonsense of [undefined, 'soon', 'NaN']) assert.equal(retryAfter(nonsense, 0), null)
  assert.equal(retryAfter('-5', 0), 0)
})
