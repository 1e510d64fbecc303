import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excessSince } from './excess.ts'
import { FrameHistory } from './frame-history.ts'

const day = 24

/** Ten days of nights (hours 0 to 5) with a share of 0.3 and days of 0.1, then what follows. */
function rhythm(
  following: (hour: number) => number,
  hours: number,
): { history: FrameHistory; since: number } {
  const history = new FrameHistory()
  const usual = (hour: number): number => (hour % day < 6 ? 0.3 : 0.1)
  const since = 10 * day
  for (let hour = 0; hour < since + hours; hour++) {
    const share = usual(hour) + (hour < since ? 0 : following(hour - since))
    history.append({ hour, samples: 10_000, names: ['f'], counts: [share * 10_000] })
  }
  return { history, since }
}

const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-6, `${value}`)

test('what is still there is told from the rhythm of the day, however long ago it began', () => {
  for (const hours of [3, 8, 30, 100]) {
    const { history, since } = rhythm(() => 0.05, hours)
    near(excessSince(history, 'f', since), 0.05)
  }
})

test('what went away is none any more', () => {
  const { history, since } = rhythm((hours) => (hours < 20 ? 0.05 : 0), 24)
  near(excessSince(history, 'f', since), 0)
})

test('a frame that nobody sees any more is as gone as can be; without any history nothing is known', () => {
  const { history, since } = rhythm(() => 0.05, 5)
  assert.equal(excessSince(history, 'g', since), Number.NEGATIVE_INFINITY)
  assert.ok(Number.isNaN(excessSince(new FrameHistory(), 'f', 0)))
  assert.ok(Number.isNaN(excessSince(history, 'f', 0)), 'nothing from before')
})
