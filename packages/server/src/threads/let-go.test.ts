import assert from 'node:assert/strict'
import { test } from 'node:test'
import { letGo } from './let-go.ts'

test('bytes that fill their buffer are gone at once, a second time is no harm', () => {
  const bytes = new Uint8Array(100)
  letGo(bytes)
  assert.equal(bytes.length, 0)
  assert.ok(bytes.buffer.detached)
  letGo(bytes)
})

test('a view of more leaves the whole alone', () => {
  const whole = new Uint8Array(100).fill(7)
  letGo(whole.subarray(10, 20))
  assert.equal(whole[15], 7)
})
