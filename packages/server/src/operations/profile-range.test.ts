import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bucketOf,
  bucketsWithData,
  ceilTo,
  checkPeriod,
  floorTo,
  latestBucket,
  longestOfPaths,
  type WindowRange,
  week,
  widen,
} from './profile-range.ts'
import { apiError } from './testing/test-services.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day
/** A Thursday; midday, so that hours and days have begun. */
const now = Date.UTC(2026, 10, 26, 12, 34, 56, 789)

/** 15 days of windows, 60 days of hours. */
const kept = {
  windows: floorTo(now - 15 * day, hour),
  hours: floorTo(now - 60 * day, day),
  days: floorTo(now - 3 * year, day),
}

function instant(text: string): number {
  return Date.parse(`${text}Z`)
}

function shown({ from, to }: WindowRange): string {
  const text = (at: number): string => new Date(at).toISOString().replace(':00.000Z', '')
  return `${text(from)} – ${text(to)}`
}

test('a range on window borders stays as it is', () => {
  const [start, end] = [instant('2026-11-26T10:00'), instant('2026-11-26T10:05')]
  assert.deepEqual(widen(start, end, kept, week), { from: start, to: end })
})

test('a recent range is widened to whole 5-minute windows', () => {
  assert.equal(
    shown(widen(instant('2026-11-26T10:04:59.999'), instant('2026-11-26T10:10:00.001'), kept, week)),
    '2026-11-26T10:00 – 2026-11-26T10:15',
  )
  assert.equal(
    shown(widen(instant('2026-11-26T10:01'), instant('2026-11-26T10:02'), kept, week)),
    '2026-11-26T10:00 – 2026-11-26T10:05',
  )
})

test('beyond 15 days it is widened to hours, beyond 60 days to days', () => {
  assert.equal(
    shown(widen(instant('2026-11-01T10:20'), instant('2026-11-01T10:25'), kept, week)),
    '2026-11-01T10:00 – 2026-11-01T11:00',
  )
  assert.equal(
    shown(widen(instant('2026-09-01T10:20'), instant('2026-09-01T10:25'), kept, week)),
    '2026-09-01T00:00 – 2026-09-02T00:00',
  )
})

test('an instant decides by what is kept from it on, to the millisecond', () => {
  const width = (start: number): number => {
    const { from, to } = widen(start, start + 1, kept, week)
    return to - from
  }
  assert.deepEqual([width(kept.windows), width(kept.windows - 1)], [5 * minute, hour])
  assert.deepEqual([width(kept.hours), width(kept.hours - 1)], [hour, day])
  assert.equal(width(kept.days - 1), day)
})

test('where everything is kept, nothing is widened to more than windows', () => {
  assert.equal(
    shown(
      widen(
        instant('2001-01-01T10:20'),
        instant('2001-01-01T10:21'),
        { windows: 0, hours: 0, days: 0 },
        week,
      ),
    ),
    '2001-01-01T10:20 – 2001-01-01T10:25',
  )
})

test('the oldest instant of a range decides the resolution for all of it', () => {
  const start = floorTo(now - 15 * day, day) - 3 * day + 90 * minute + 1
  const { from, to } = widen(start, start + 4 * day, kept, week)
  assert.deepEqual([from % hour, to % hour], [0, 0])
  assert.deepEqual([from, to], [floorTo(start, hour), ceilTo(start + 4 * day, hour)])
})

test('what is older than everything kept is a range of days', () => {
  assert.equal(
    shown(widen(instant('2023-11-01T10:20'), instant('2023-11-01T10:25'), kept, week)),
    '2023-11-01T00:00 – 2023-11-02T00:00',
  )
  assert.equal(
    shown(widen(instant('1969-12-31T23:59'), instant('1970-01-01T00:01'), kept, week)),
    '1969-12-31T00:00 – 1970-01-02T00:00',
  )
})

test('seven days are the most, counted after widening', () => {
  const end = floorTo(now, day)
  assert.equal(widen(end - 7 * day, end, kept, week).to, end)
  const tooLong = (start: number, stop: number, message: RegExp): void =>
    assert.throws(() => widen(start, stop, kept, week), apiError('ValidationException', message))
  tooLong(end - 7 * day, end + 1, /7 days once widened to whole 5-minute windows/)
  tooLong(end - 7 * day - 1, end, /5-minute windows/)
  const hours = end - 30 * day
  assert.equal(widen(hours - 7 * day, hours, kept, week).from, hours - 7 * day)
  tooLong(hours - 7 * day + minute, hours + minute, /whole hours/)
  const days = end - 100 * day
  assert.equal(widen(days - 7 * day, days, kept, week).from, days - 7 * day)
  tooLong(days - 7 * day + minute, days + minute, /whole days/)
})

test('call paths are added up of at most 366 days, and of a week where profiles have to be told apart', () => {
  const everything = { instances: [], hostTypes: [], agents: [], labels: {}, counters: ['RUNNABLE'] }
  const ofHost = longestOfPaths({ ...everything, instances: ['web-1'] })
  const end = floorTo(now, day)
  for (const longest of [longestOfPaths(), longestOfPaths(everything)]) {
    assert.deepEqual(widen(end - 366 * day, end, kept, longest), { from: end - 366 * day, to: end })
    const tooLong = apiError(
      'ValidationException',
      /longer than 366 days once widened to whole days: ask for less/,
    )
    assert.throws(() => widen(end - 366 * day - 1, end, kept, longest), tooLong)
    checkPeriod(366 * day, longest)
  }
  assert.deepEqual(widen(end - 7 * day, end, kept, ofHost), { from: end - 7 * day, to: end })
  const message =
    /7 days once widened to whole 5-minute windows: ask for less at a time, or without a filter by instance/
  assert.throws(() => widen(end - 7 * day - 1, end, kept, ofHost), apiError('ValidationException', message))
  assert.throws(
    () => checkPeriod(8 * day, ofHost),
    apiError('ValidationException', /longer than 7 days: ask for less at a time, or without a filter/),
  )
})

test('whatever is asked lies inside what is answered for, by less than one window at each end', () => {
  const ages = fc.integer({ min: -hour, max: 4 * year })
  const lengths = fc.integer({ min: 1, max: 5 * day })
  fc.assert(
    fc.property(ages, lengths, (age, length) => {
      const start = now - age
      const { from, to } = widen(start, start + length, kept, week)
      assert.ok(from <= start && to >= start + length)
      const window = [5 * minute, hour, day].find(
        (candidate) => start - from < candidate && to - (start + length) < candidate,
      )
      assert.ok(window !== undefined && from % (5 * minute) === 0 && to % (5 * minute) === 0)
    }),
  )
})

test('ranges of a length are aligned since 1970, so hours and days are those of UTC', () => {
  assert.equal(shown(bucketOf(instant('2026-11-26T12:34:56'), hour)), '2026-11-26T12:00 – 2026-11-26T13:00')
  assert.equal(shown(bucketOf(instant('2026-11-26T12:34'), day)), '2026-11-26T00:00 – 2026-11-27T00:00')
  const border = instant('2026-11-26T13:00')
  assert.equal(bucketOf(border, hour).from, border)
  assert.equal(bucketOf(border - 1, hour).from, border - hour)
})

test('a period of more than 7 days is refused', () => {
  checkPeriod(7 * day, week)
  assert.throws(() => checkPeriod(7 * day + 1, week), apiError('ValidationException', /longer than 7 days/))
})

const windows = (...starts: string[]): Float64Array => Float64Array.from(starts, instant)

test('period alone means the latest complete period with data', () => {
  const data = windows('2026-11-26T08:05', '2026-11-26T10:00', '2026-11-26T10:55', '2026-11-26T12:30')
  assert.equal(shown(latestBucket(data, hour, now)!), '2026-11-26T10:00 – 2026-11-26T11:00')
  assert.equal(shown(latestBucket(data, 5 * minute, now)!), '2026-11-26T10:55 – 2026-11-26T11:00')
})

test('a period is complete at its end, not a millisecond earlier', () => {
  const data = windows('2026-11-26T10:00', '2026-11-26T11:00')
  const end = instant('2026-11-26T12:00')
  assert.equal(latestBucket(data, hour, end - 1)!.from, instant('2026-11-26T10:00'))
  assert.equal(latestBucket(data, hour, end)!.from, instant('2026-11-26T11:00'))
})

test('where none is complete it means the one in progress', () => {
  assert.equal(
    shown(latestBucket(windows('2026-11-26T12:00', '2026-11-26T12:30'), hour, now)!),
    '2026-11-26T12:00 – 2026-11-26T13:00',
  )
})

test('where only clocks ahead of ours have reported it means the next period with data', () => {
  const data = windows('2026-11-26T13:05', '2026-11-26T15:00')
  assert.equal(latestBucket(data, hour, now)!.from, instant('2026-11-26T13:00'))
})

test('without data no period is meant', () => {
  assert.equal(latestBucket(new Float64Array(0), hour, now), null)
})

test('periods with data are listed once, ascending', () => {
  const data = windows(
    '2026-11-25T23:55',
    '2026-11-26T00:00',
    '2026-11-26T00:05',
    '2026-11-26T00:55',
    '2026-11-26T05:00',
  )
  const texts = (length: number): string[] =>
    bucketsWithData(data, length).map((at) => new Date(at).toISOString().slice(5, 16))
  assert.deepEqual(texts(5 * minute), [
    '11-25T23:55',
    '11-26T00:00',
    '11-26T00:05',
    '11-26T00:55',
    '11-26T05:00',
  ])
  assert.deepEqual(texts(hour), ['11-25T23:00', '11-26T00:00', '11-26T05:00'])
  assert.deepEqual(texts(day), ['11-25T00:00', '11-26T00:00'])
  assert.deepEqual(bucketsWithData(new Float64Array(0), day), [])
})

test('rounding leaves multiples alone and goes the same way before 1970', () => {
  assert.deepEqual([floorTo(10, 5), ceilTo(10, 5)], [10, 10])
  assert.deepEqual([floorTo(11, 5), ceilTo(11, 5)], [10, 15])
  assert.deepEqual([floorTo(-1, 5), ceilTo(-6, 5)], [-5, -5])
})
