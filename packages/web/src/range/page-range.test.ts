import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  boundsOf,
  latestProfile,
  type PageRange,
  pageSpans,
  parseRange,
  profileRange,
  rangeQuery,
  usualRange,
} from './page-range.ts'

const noon = Date.parse('2026-11-25T12:00:00Z')
const hour = 3_600_000
const day = 24 * hour

const ranges: readonly PageRange[] = [
  ...pageSpans.map(({ span }) => ({ kind: 'last', span }) as const),
  { kind: 'between', from: noon - hour, to: noon },
]

test('a range is found again in the address that it made', () => {
  for (const range of ranges)
    assert.deepEqual(parseRange(`?${new URLSearchParams(rangeQuery(range))}`), range)
})

test('what is no range is the usual one', () => {
  for (const search of [
    '',
    '?range=2y',
    '?from=x&to=y',
    '?from=2026-11-25T12:00:00Z&to=2026-11-25T11:00:00Z',
  ])
    assert.deepEqual(parseRange(search), usualRange)
})

test('a live range ends now, a fixed one does not move', () => {
  assert.deepEqual(boundsOf({ kind: 'last', span: '12h' }, noon), { from: noon - 12 * hour, to: noon })
  assert.deepEqual(boundsOf({ kind: 'between', from: 5, to: 9 }, noon), { from: 5, to: 9 })
})

test('the flame graph gets what it can show: at most the last seven days', () => {
  assert.deepEqual(profileRange({ kind: 'last', span: '1h' }, noon), { kind: 'last', span: '1h' })
  const month = profileRange({ kind: 'last', span: '30d' }, noon)
  assert.deepEqual(month, { kind: 'between', from: noon - 7 * day, to: noon })
})

test('seven days that end within an hour begin so late that whole hours around them are no more than seven days', () => {
  const to = noon + 61_000
  assert.deepEqual(latestProfile({ from: to - 7 * day, to }), { from: noon + 3_600_000 - 7 * day, to })
  assert.deepEqual(latestProfile({ from: to - day, to }), { from: to - day, to })
})
