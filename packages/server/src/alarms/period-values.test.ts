import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { statistics } from './alarm.ts'
import { everyPeriod, statisticOf, sumPeriods } from './period-values.ts'

const one = (at: number, value: number) => ({ at, samples: 1, sum: value, minimum: value, maximum: value })

test('points are added up by period, from the start of the range on', () => {
  const points = [one(9, 100), one(10, 1), one(14, 3), one(15, -2), one(25, 5), one(30, 100)]
  assert.deepEqual(sumPeriods(points, 10, 30, 5), [
    { at: 10, samples: 2, sum: 4, minimum: 1, maximum: 3 },
    { at: 15, samples: 1, sum: -2, minimum: -2, maximum: -2 },
    { at: 25, samples: 1, sum: 5, minimum: 5, maximum: 5 },
  ])
  const values = everyPeriod(points, 'Maximum', 10, 30, 5)
  assert.deepEqual(values, [{ at: 10, value: 3 }, { at: 15, value: -2 }, null, { at: 25, value: 5 }])
})

test('what was added up before counts as what it was made of', () => {
  const value = fc.integer({ min: -1000, max: 1000 })
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), value), { maxLength: 40 })
  fc.assert(
    fc.property(points, (pairs) => {
      const whole = pairs.map(([at, value]) => one(at, value))
      const tens = sumPeriods(whole, 0, 100, 10)
      for (const statistic of statistics) {
        const values = (some: typeof whole) => everyPeriod(some, statistic, 0, 100, 50)
        assert.deepEqual(values(tens), values(whole))
      }
    }),
  )
})

test('statistics are what their names say', () => {
  const [sum] = sumPeriods([one(0, 1), one(1, 2), one(2, 6)], 0, 10, 10)
  const values = statistics.map((statistic) => [statistic, statisticOf(sum!, statistic)])
  assert.deepEqual(Object.fromEntries(values), { SampleCount: 3, Average: 3, Sum: 9, Minimum: 1, Maximum: 6 })
})
