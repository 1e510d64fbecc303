import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  boundsOf,
  latestProfile,
  type PageRange,
  pageSpans,
  parseRange,
  rangeProblem,
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

test('one profile covers the last year of a time at most', () => {
  const month = { from: noon - 30 * day, to: noon }
  assert.deepEqual(latestProfile(month), month)
  assert.deepEqual(latestProfile({ from: noon - 900 * day, to: noon }), { from: noon - 365 * day, to: noon })
})

test('a custom range needs two ends in order, and a length that can be shown', () => {
  assert.equal(rangeProblem(0, 900 * day), null)
  assert.equal(rangeProblem(0, 365 * day, 365 * day), null)
  assert.match(rangeProblem(0, 365 * day + 1, 365 * day)!, /at most 365 days/)
  assert.match(rangeProblem(5, 5)!, /before/)
  assert.match(rangeProblem(null, 5)!, /both/)
})
