import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameHistory, likeHours, median } from './frame-history.ts'
import { decodeColumn, encodeColumn } from './history-codec.ts'

/** Hours in which `f` has the given share of 10,000 samples; NaN leaves an hour out. */
function historyOf(shares: readonly number[]): FrameHistory {
  const history = new FrameHistory()
  for (const [hour, share] of shares.entries()) {
    if (Number.isNaN(share)) continue
    history.append({ hour, samples: 10_000, names: ['f'], counts: [share * 10_000] })
  }
  return history
}

const steady = (hours: number, share = 0.1) => Array.from({ length: hours }, () => share)
const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-6, `${value}`)

test('a share is what was appended, and unknown where an hour is missing', () => {
  const history = historyOf([...steady(3), Number.NaN, 0.2])
  near(history.share(0, 2), 0.1)
  near(history.share(0, 4), 0.2)
  assert.ok(Number.isNaN(history.share(0, 3)))
  assert.equal(history.samples(3), 0)
})

test('a step is the share minus the median of the day before, known once half a day is', () => {
  const history = historyOf([...steady(24), 0.13])
  near(history.step(0, 24), 0.03)
  assert.ok(Number.isNaN(history.step(0, 11)))
  near(history.step(0, 12), 0)
})

test('a step that comes every day at that hour is no surprise; one that does not is', () => {
  const rhythm: number[] = Array.from({ length: 14 * 24 }, (_, hour) => (hour % 24 === 9 ? 0.3 : 0.1))
  rhythm.push(...steady(9), 0.3, 0.3)
  const history = historyOf(rhythm)
  const nine = 14 * 24 + 9
  near(history.surprise(0, nine), 0)
  near(history.surprise(0, nine + 1), 0.2)
})

test('what lasts is the new normal after half a day', () => {
  const tuesday = 12 * 24
  const history = historyOf([...steady(tuesday), ...steady(20, 0.15)])
  near(history.surprise(0, tuesday), 0.05)
  near(history.surprise(0, tuesday + 14), 0)
})

test('Tuesday to Friday are alike; Saturday, Sunday and Monday only like themselves', () => {
  // 1970-01-01 was a Thursday: day 5 is a Tuesday, 9 a Saturday.
  const days = (hour: number, ago: number) => likeHours(hour, ago * 24).map((then) => then / 24)
  assert.deepEqual(days(13 * 24, 13), [12, 8, 7, 6, 5, 1, 0])
  assert.deepEqual(days(16 * 24, 16), [9, 2])
  assert.deepEqual(days(11 * 24, 11), [4])
})

test('a frame is followed from the hour on in which it reaches the floor; before it counts as nothing', () => {
  const history = new FrameHistory({ hours: 48, frames: 10, floor: 0.01 })
  history.append({ hour: 0, samples: 1_000, names: ['light', 'heavy'], counts: [9, 10] })
  assert.equal(history.rowOf('light'), undefined)
  history.append({ hour: 1, samples: 1_000, names: ['light'], counts: [20] })
  const row = history.rowOf('light')!
  near(history.share(row, 0), 0)
  near(history.share(row, 1), 0.02)
  near(history.share(history.rowOf('heavy')!, 1), 0)
})

test('where there is not room for all, the heaviest are followed, and what was light all day makes room', () => {
  const history = new FrameHistory({ hours: 48, frames: 2, floor: 0.01 })
  history.append({ hour: 0, samples: 1_000, names: ['a', 'b', 'c'], counts: [100, 300, 200] })
  assert.deepEqual([...history.names].sort(), ['b', 'c'])
  for (let hour = 1; hour <= 24; hour++) {
    history.append({ hour, samples: 1_000, names: ['c', 'a'], counts: [200, 100] })
  }
  assert.equal(history.rowOf('a'), undefined)
  history.append({ hour: 25, samples: 1_000, names: ['c', 'a'], counts: [200, 100] })
  assert.notEqual(history.rowOf('a'), undefined)
  assert.equal(history.rowOf('b'), undefined)
  near(history.share(history.rowOf('a')!, 24), 0)
})

test('more hours than are kept: the oldest are gone', () => {
  const history = new FrameHistory({ hours: 30, frames: 2, floor: 0 })
  for (let hour = 0; hour < 40; hour++)
    history.append({ hour, samples: 10, names: ['f'], counts: [hour % 10] })
  assert.equal(history.samples(9), 0)
  near(history.share(0, 10), 0)
  near(history.share(0, 39), 0.9)
})

test('hours come in order', () => {
  const history = historyOf(steady(3))
  assert.throws(() => history.append({ hour: 2, samples: 1, names: [], counts: [] }), RangeError)
})

test('a hostile name is a name', () => {
  const history = new FrameHistory()
  history.append({ hour: 0, samples: 10, names: ['__proto__', 'constructor', '\u0000'], counts: [5, 3, 2] })
  near(history.share(history.rowOf('__proto__')!, 0), 0.5)
  near(history.share(history.rowOf('constructor')!, 0), 0.3)
})

test('the median is the middle value, or the mean of the middle two', () => {
  assert.equal(median(Float64Array.of(3, 1, 2)), 2)
  assert.equal(median(Float64Array.of(4, 1, 2, 3)), 2.5)
})

test('a history put back hour by hour from what was kept is what it was, and goes on alike', () => {
  const limits = { hours: 60, frames: 5, floor: 0.01 }
  const random = mulberry(7)
  const hours = Array.from({ length: 150 }, (_, hour) => ({
    hour,
    samples: 1000,
    // Frames come and go: rows change hands.
    names: Array.from({ length: 6 }, (_, i) => `f${Math.floor(hour / 30) * 3 + i}`),
    counts: Array.from({ length: 6 }, () => Math.floor(random() * 200)),
  })).filter(({ hour }) => hour % 11 !== 3)
  const original = new FrameHistory(limits)
  const restored = new FrameHistory(limits)
  for (const [i, hour] of hours.entries()) {
    original.append(hour)
    const kept = encodeColumn(original.lastColumn())
    // At an odd place, as a file would have it.
    const moved = new Uint8Array(kept.length + 1)
    moved.set(kept, 1)
    if (i < 100) restored.restore(decodeColumn(i % 2 === 0 ? moved.subarray(1) : Buffer.from(kept)))
    else restored.append(hour)
    assert.deepEqual(restored, original)
  }
  assert.ok(original.names.length === 5 && original.rowOf('f0') === undefined)
  const rewritten = new FrameHistory(limits)
  for (const column of original.columns()) rewritten.restore(column)
  for (const history of [original, rewritten])
    history.append({ hour: 150, samples: 1000, names: ['f12'], counts: [123] })
  assert.deepEqual(rewritten.lastColumn(), original.lastColumn())
})

test('a column of another history, out of order, cut short or of a later version is refused', () => {
  const history = historyOf(steady(3))
  const column = history.lastColumn()
  assert.throws(() => history.restore(column), /not after/)
  assert.throws(() => new FrameHistory().restore({ ...column, followed: [] }), /other rows/)
  assert.throws(() => new FrameHistory().restore({ ...column, followed: [{ row: 3, name: 'f' }] }), /row 3/)
  const bytes = encodeColumn(column)
  assert.throws(() => decodeColumn(bytes.subarray(0, -4)), /cut short/)
  assert.throws(() => decodeColumn(Uint8Array.of(2, ...bytes.subarray(1))), /version 2/)
})

/** Numbers from 0 to 1, the same each time. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
