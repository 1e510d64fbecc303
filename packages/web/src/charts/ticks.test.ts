import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeTicks, valueTicks } from './ticks.ts'

test('values are marked at round numbers, from nothing to at least the greatest', () => {
  assert.deepEqual(valueTicks(1), [0, 0.5, 1])
  assert.deepEqual(valueTicks(7), [0, 2, 4, 6, 8])
  assert.deepEqual(valueTicks(1234), [0, 500, 1000, 1500])
  for (const max of [1e-7, 0.013, 0.3, 99, 1e9, 5e15]) {
    const ticks = valueTicks(max)
    assert.ok(ticks.at(-1)! >= max * (1 - 1e-9) && ticks.length <= 6, `${max}: ${ticks}`)
  }
})

test('bytes are marked at powers of two', () => {
  assert.deepEqual(
    valueTicks(100 * 1024, 1024),
    [0, 32, 64, 96, 128].map((kib) => kib * 1024),
  )
})

test('what is nothing, or no number, still has an axis', () => {
  for (const max of [0, Number.NaN, Number.POSITIVE_INFINITY, -1]) assert.deepEqual(valueTicks(max), [0, 1])
})

const start = Date.parse('2026-11-25T10:20:00Z')
const hour = 3_600_000

test('times are marked at round ones of the viewer, also where the zone is half an hour off', () => {
  // India: UTC is 330 minutes behind.
  const ticks = timeTicks(start, start + 6 * hour, 6, () => -330)
  assert.deepEqual(
    ticks.map(({ at }) => new Date(at + 330 * 60_000).toISOString().slice(11, 16)),
    ['16:00', '17:00', '18:00', '19:00', '20:00', '21:00'],
  )
})

test('a change of the zone moves the marks with the clock', () => {
  const change = Date.parse('2026-10-25T01:00:00Z')
  const offset = (at: number) => (at < change ? -120 : -60)
  const from = Date.parse('2026-10-24T22:00:00Z')
  const ticks = timeTicks(from, from + 49 * hour, 3, offset)
  assert.deepEqual(
    ticks.map(({ at, isDay }) => [new Date(at).toISOString(), isDay]),
    [
      ['2026-10-24T22:00:00.000Z', true],
      ['2026-10-25T23:00:00.000Z', true],
      ['2026-10-26T23:00:00.000Z', true],
    ],
  )
})
