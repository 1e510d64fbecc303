import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyBuffer, isAlone } from './body-buffer.ts'
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

test('a body with its room behind is alone in its buffer, any other part of one is not', () => {
  const body = bodyBuffer(20_000)
  assert.equal(body.length, 20_000)
  assert.ok(isAlone(body))
  letGo(body)
  assert.equal(body.length, 0)
  const whole = new Uint8Array(20_000)
  for (const part of [whole.subarray(1), whole.subarray(0, 19_000)]) assert.ok(!isAlone(part))
  whole[19_992] = 1
  assert.ok(!isAlone(whole.subarray(0, 19_992)), 'the start of something else is behind it')
})
