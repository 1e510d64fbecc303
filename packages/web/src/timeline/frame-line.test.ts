import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Series } from '../api/group.ts'
import { frameLines } from './frame-line.ts'

const start = Date.parse('2026-11-25T12:00:00Z')
const iso = (hours: number) => new Date(start + hours * 3_600_000).toISOString()

const series: Series = {
  startTime: iso(0),
  endTime: iso(4),
  resolution: 'PT1H',
  endTimes: [iso(1), iso(2), iso(3), iso(4)],
  totals: [100, 0, 100, 300],
  frames: [
    { frameName: 'main', samples: [100, 0, 100, 300] },
    { frameName: 'price', samples: [10, 0, 30, 90] },
  ],
}

test('a share is of the samples of its step, the whole share of all', () => {
  const [main, price] = frameLines(series)
  assert.deepEqual(main!.shares, [1, null, 1, 1])
  assert.deepEqual(price!.shares, [0.1, null, 0.3, 0.3])
  assert.equal(price!.share, 130 / 500)
})

test('what takes more in the second half than in the first has grown', () => {
  const [main, price] = frameLines(series)
  assert.equal(main!.change, 0)
  assert.ok(Math.abs(price!.change! - 0.2) < 1e-12)
  const late = { ...series, totals: [0, 0, 100, 300] }
  assert.equal(frameLines(late)[1]!.change, null)
})
