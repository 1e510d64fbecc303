import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromLocalInput, relativeTime, timeSpan, toLocalInput } from './times.ts'

const now = new Date(2026, 10, 24, 14, 0).getTime()
const minute = 60_000

test('near instants are relative', () => {
  assert.equal(relativeTime(now - 10_000, now), 'just now')
  assert.equal(relativeTime(now - 2 * minute, now), '2 min ago')
  assert.equal(relativeTime(now - 60 * minute, now), '1 h ago')
  assert.equal(relativeTime(now - 25 * 60 * minute, now), '1 day ago')
  assert.equal(relativeTime(now - 72 * 60 * minute, now), '3 days ago')
  assert.equal(relativeTime(now + 5 * minute, now), 'in 5 min')
})

test('a span of today is shown without its date', () => {
  assert.equal(timeSpan(now - 60 * minute, now, now), '13:00–14:00')
  assert.equal(timeSpan(now - 1500 * minute, now - 1440 * minute, now), '23 Nov, 13:00–14:00')
  assert.equal(timeSpan(now - 1440 * minute, now, now), '23 Nov, 14:00 – 24 Nov, 14:00')
})

test('local inputs read back', () => {
  assert.equal(fromLocalInput(toLocalInput(now)), now)
  assert.equal(fromLocalInput(''), null)
})
