import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PrintNumbers } from './print-numbers.ts'

/** Few different halves, so that many fingerprints share a slot and a half. */
const half = fc.constantFrom(0, 1, -1, 7, 0x7fffffff, -0x80000000)
const prints = fc.array(fc.oneof(fc.tuple(half, half), fc.tuple(fc.integer(), fc.integer())), {
  maxLength: 400,
})

test('fingerprints get numbers in order of appearance, and are found by them whatever order they come in', () => {
  fc.assert(
    fc.property(prints, prints, (ours, theirs) => {
      const numbers = new PrintNumbers()
      const order = [...new Set(ours.map(String))]
      for (const [first, second] of ours)
        assert.equal(numbers.number(first, second), order.indexOf(`${first},${second}`))
      assert.equal(numbers.length, order.length)
      const expected = theirs.map((print) => order.indexOf(String(print)))
      assert.deepEqual([...numbers.findAll(Int32Array.from(theirs.flat()))], expected)
      // Looking leaves nothing behind.
      assert.equal(numbers.length, order.length)
    }),
  )
})

test('a great many are kept, in memory that is counted', () => {
  const numbers = new PrintNumbers()
  for (let i = 0; i < 50_000; i++) assert.equal(numbers.number(Math.imul(i, 0x9e3779b1), i), i)
  const all = Int32Array.from({ length: 100_000 }, (_, i) =>
    i % 2 === 0 ? Math.imul(i >> 1, 0x9e3779b1) : i >> 1,
  )
  assert.deepEqual(
    numbers.findAll(all),
    Int32Array.from({ length: 50_000 }, (_, i) => i),
  )
  assert.ok(numbers.byteLength >= 50_000 * 12)
})
