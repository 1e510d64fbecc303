import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from './durations.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const written: readonly (readonly [string, number])[] = [
  ['PT1S', second],
  ['PT5M', 5 * minute],
  ['PT1H', hour],
  ['PT24H', day],
  ['PT90M', 90 * minute],
  ['PT0H5M', 5 * minute],
  ['PT1H30M', 90 * minute],
  ['PT1H1S', hour + second],
  ['P1D', day],
  ['P1W', 7 * day],
  ['P1DT1H1M1S', day + hour + minute + second],
  ['P1W1D', 8 * day],
  ['P1M', 30 * day],
  ['P1Y', 365 * day],
  ['P1Y1M1W1DT1H1M1S', (365 + 30 + 7 + 1) * day + hour + minute + second],
  ['P01D', day],
]
for (const [text, milliseconds] of written) {
  test(`${text} is ${milliseconds} ms`, () => assert.equal(parseDuration(text), milliseconds))
}

const refused = [
  '',
  'P',
  'PT',
  'T',
  '1D',
  'PD',
  'P1',
  'PT1',
  'P1DT',
  'P1DT1',
  'P1TT1H',
  'P1T1H',
  'PTT1H',
  'PT1D',
  'PT1W',
  'P1H',
  'P1S',
  'P1D1D',
  'P1D1W',
  'PT1S1M',
  'PT1M1H',
  'PT1H1H',
  'PT0S',
  'P0D',
  'P-1D',
  '-P1D',
  '+P1D',
  'P+1D',
  'PT0.5S',
  'PT1,5H',
  'p1d',
  'PT5m',
  ' PT5M',
  'PT5M ',
  'PT 5M',
  'PT٥M',
  'P1D/P1D',
  'P99999999999999999999D',
  `P${'0'.repeat(62)}1D`,
]
for (const text of refused) {
  test(`'${text}' is no duration`, () => assert.equal(parseDuration(text), null))
}

test('any text is a whole number of milliseconds above zero, or null', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'PTYMWDHS0123456789.-'), maxLength: 70 })
  fc.assert(
    fc.property(
      fc.oneof(
        letters,
        letters.map((text) => `P${text}`),
        fc.string(),
      ),
      (text) => {
        const milliseconds = parseDuration(text)
        assert.ok(milliseconds === null || (Number.isSafeInteger(milliseconds) && milliseconds > 0))
      },
    ),
    { numRuns: 5000 },
  )
})
