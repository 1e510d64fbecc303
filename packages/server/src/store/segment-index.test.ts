import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SegmentIndex } from './segment-index.ts'

const window = 300_000
const id = new Uint8Array(16)

interface Added {
  readonly group?: string
  readonly segment: string
  /** Number of the window. */
  readonly at: number
  readonly receivedAt?: number
}

function indexOf(...records: readonly Added[]): SegmentIndex {
  const index = new SegmentIndex()
  for (const [i, { group = 'g', segment, at, receivedAt = 1000 + i }] of records.entries())
    index.add(group, segment, id, { offset: 100 * i, length: 100, window: at * window }, receivedAt)
  return index
}

function windows(index: SegmentIndex, from: number, to: number, group = 'g'): number[] {
  return [...index.windows(group, from * window, to * window)].map((start) => start / window)
}

function covering(index: SegmentIndex, from: number, to: number): string[] {
  return index.covering('g', from * window, to * window).map(({ segment }) => segment)
}

test('windows with data are listed once, ascending, the end of the range not included', () => {
  const index = indexOf(
    { segment: 'a', at: 10 },
    { segment: 'a', at: 9 },
    { segment: 'b', at: 10 },
    { segment: 'b', at: 100 },
    { segment: 'b', at: 2 },
  )
  assert.deepEqual(windows(index, 0, 1000), [2, 9, 10, 100])
  assert.deepEqual(windows(index, 2, 10), [2, 9])
  assert.deepEqual(windows(index, 3, 9), [])
  assert.deepEqual(windows(index, 0, 1000, 'other'), [])
})

test('the segments of a range are those with a record in it, oldest first', () => {
  const index = indexOf(
    { segment: 'a', at: 1 },
    { segment: 'a', at: 5 },
    { segment: 'b', at: 3 },
    { segment: 'c', at: 5 },
  )
  assert.deepEqual(covering(index, 0, 10), ['a', 'b', 'c'])
  assert.deepEqual(covering(index, 5, 6), ['a', 'c'])
  assert.deepEqual(covering(index, 2, 5), ['b'])
  assert.deepEqual(covering(index, 6, 10), [])
})

test('records of a segment keep their order, also where another segment came between', () => {
  const index = indexOf({ segment: 'a', at: 1 }, { segment: 'b', at: 1 }, { segment: 'a', at: 2 })
  assert.deepEqual(
    index.at('g', 'a', id).records.map(({ offset }) => offset),
    [0, 200],
  )
  assert.deepEqual(covering(index, 0, 10), ['a', 'b'])
})

test('the status tells of the latest window and the latest post, whatever order they came in', () => {
  const index = indexOf(
    { segment: 'a', at: 7, receivedAt: 50 },
    { segment: 'a', at: 9, receivedAt: 90 },
    { segment: 'b', at: 3, receivedAt: 70 },
  )
  assert.deepEqual(index.status('g'), { lastReportedAt: 90, latestWindow: 9 * window })
  assert.deepEqual(index.status('other'), { lastReportedAt: null, latestWindow: null })
})

test('a group of which only a place was made has no data', () => {
  const index = new SegmentIndex()
  index.at('g', 'a', id)
  assert.deepEqual(index.status('g'), { lastReportedAt: null, latestWindow: null })
  assert.deepEqual(windows(index, 0, 1000), [])
  assert.deepEqual(covering(index, 0, 1000), [])
})

test('what is sealed of segments is gone from them, and what is left of groups is not', () => {
  const index = indexOf(
    { segment: 'a', at: 1 },
    { group: 'h', segment: 'a', at: 1 },
    { segment: 'b', at: 1 },
    { segment: 'b', at: 2 },
    { group: 'h', segment: 'b', at: 2 },
    { segment: 'c', at: 3 },
  )
  index.removeSealed([
    { name: 'a', left: [] },
    { name: 'b', left: ['h', 'of before'] },
  ])
  assert.deepEqual(covering(index, 0, 10), ['c'])
  assert.deepEqual(windows(index, 0, 10), [3])
  assert.deepEqual(windows(index, 0, 10, 'h'), [2])
  assert.deepEqual(
    ['a', 'b', 'c'].map((segment) => index.isUsed(segment)),
    [false, true, true],
  )
  assert.deepEqual([index.usage('g').profiles, index.usage('h').profiles], [1, 1])
})

test('removing a group tells where its records were, and which segments are still used', () => {
  const index = indexOf({ segment: 'a', at: 1 }, { segment: 'b', at: 1 }, { group: 'h', segment: 'b', at: 1 })
  assert.deepEqual(index.remove('g'), ['a', 'b'])
  assert.deepEqual(windows(index, 0, 10), [])
  assert.deepEqual(windows(index, 0, 10, 'h'), [1])
  assert.deepEqual([index.isUsed('a'), index.isUsed('b')], [false, true])
  assert.deepEqual(index.remove('g'), [])
})
