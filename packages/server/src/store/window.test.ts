import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refusedEnd, windowMilliseconds, windowOf } from './window.ts'

const noon = Date.UTC(2026, 10, 24, 12)
const minute = 60_000
const day = 24 * 60 * minute

test('a profile belongs to the window that holds the instant just before its end', () => {
  assert.equal(windowOf(noon), noon - 5 * minute)
  assert.equal(windowOf(noon + 1), noon)
  assert.equal(windowOf(noon + 5 * minute), noon)
  assert.equal(windowOf(noon + 5 * minute + 1), noon + 5 * minute)
})

test('windows are five minutes of UTC, each instant in exactly one', () => {
  assert.equal(windowMilliseconds, 5 * minute)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8.64e15 }), (end) => {
      const start = windowOf(end)
      assert.equal(start % windowMilliseconds, 0)
      assert.ok(start < end && end <= start + windowMilliseconds)
    }),
  )
})

test('an end may be as old as the setting says and ten minutes ahead, not a millisecond more', () => {
  for (const age of [300_000, day, 7 * day]) {
    assert.equal(refusedEnd(noon - age, noon, age), null)
    assert.match(
      refusedEnd(noon - age - 1, noon, age)!,
      new RegExp(`2026-11-\\d\\dT.*, is more than ${age / 1000} seconds in the past`),
    )
  }
  assert.equal(refusedEnd(noon + 10 * minute, noon, day), null)
  assert.match(
    refusedEnd(noon + 10 * minute + 1, noon, day)!,
    /2026-11-24T12:10:00\.001Z, is more than 600 seconds ahead/,
  )
})

test('an instant beyond the calendar is refused, not tripped over', () => {
  for (const end of [9e15, Number.MAX_SAFE_INTEGER])
    assert.match(refusedEnd(end, noon, day)!, new RegExp(String(end)))
  assert.match(refusedEnd(0, noon, day)!, /1970-01-01T00:00:00\.000Z/)
})
