import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RetentionClock } from './manifest.ts'
import { firstClock, nextClock, trustedTime } from './retention-clock.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day
const start = Date.UTC(2026, 10, 24)

/** Looks at a clock that runs on from `from`, every ten minutes. */
function standing(clock: RetentionClock, from: number, length: number): RetentionClock {
  let last = clock
  for (let at = from; at <= from + length; at += 10 * minute) last = nextClock(last, at)
  return last
}

test('a clock that runs is believed', () => {
  const clock = standing(firstClock(start), start, 40 * day)
  assert.deepEqual(clock, firstClock(start + 40 * day))
})

test('after a stop of up to a day it is believed at once', () => {
  assert.equal(nextClock(firstClock(start), start + day).trusted, start + day)
})

test('a clock that jumps ahead is believed once it has stood for a day', () => {
  const ahead = start + 5 * year
  let clock = standing(firstClock(start), ahead, day - 10 * minute)
  assert.equal(clock.trusted, start)
  clock = standing(clock, ahead + day, 10 * minute)
  assert.equal(clock.trusted, ahead + day + 10 * minute)
})

test('set right again, it is believed at once, as if nothing had been', () => {
  const clock = standing(firstClock(start), start + 5 * year, 20 * hour)
  assert.deepEqual(nextClock(clock, start + 21 * hour), firstClock(start + 21 * hour))
  // Also back from a time that was believed.
  assert.deepEqual(nextClock(firstClock(start + 5 * year), start), firstClock(start))
})

test('a second jump begins anew, in either direction', () => {
  for (const second of [start + 9 * year, start + 2 * year]) {
    let clock = standing(firstClock(start), start + 5 * year, 20 * hour)
    clock = standing(clock, second, 20 * hour)
    assert.equal(clock.trusted, start)
    assert.equal(standing(clock, second + 20 * hour, 5 * hour).trusted, second + 25 * hour)
  }
})

test('time in which the server did not look counts for little', () => {
  let clock = firstClock(start)
  let at = start + year
  // A look every ten hours: each counts for 20 minutes.
  for (let looks = 0; looks <= 71; looks++, at += 10 * hour) clock = nextClock(clock, at)
  assert.equal(clock.trusted, start)
  assert.equal(nextClock(clock, at).trusted, at)
})

test('who only reads the clock measures ages by the same time, and nothing is old before there is one', () => {
  assert.equal(trustedTime(null, start), 0)
  assert.equal(trustedTime(firstClock(start), start + day), start + day)
  assert.equal(trustedTime(firstClock(start), start + 2 * day), start)
  assert.equal(trustedTime(firstClock(start), start - year), start - year)
})
