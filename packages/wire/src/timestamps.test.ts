import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatTimestamp, parseTimestamp } from './timestamps.ts'

const written: readonly (readonly [string, string])[] = [
  ['2026-11-24T13:15:02Z', '2026-11-24T13:15:02.000Z'],
  ['2026-11-24T13:15:02.5Z', '2026-11-24T13:15:02.500Z'],
  ['2026-11-24T13:15:02.001000Z', '2026-11-24T13:15:02.001Z'],
  ['2026-11-24T13:15:02.123456789Z', '2026-11-24T13:15:02.123Z'],
  ['2026-11-24T13:15:02.999999999Z', '2026-11-24T13:15:02.999Z'],
  ['2026-11-24T13:15:02+02:00', '2026-11-24T11:15:02.000Z'],
  ['2026-11-24T13:15:02-0530', '2026-11-24T18:45:02.000Z'],
  ['2026-01-01T00:00:00+23:59', '2025-12-31T00:01:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2000-02-29T23:59:59Z', '2000-02-29T23:59:59.000Z'],
  ['1970-01-01T00:00:00-00:00', '1970-01-01T00:00:00.000Z'],
  ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
]
for (const [text, instant] of written) {
  test(`${text} is ${instant}`, () => assert.equal(parseTimestamp(text), Date.parse(instant)))
}

const refused = [
  '',
  '0',
  '1590930902',
  '1590930902.5',
  'now',
  '2026-11-24',
  '2026-11-24T13:15Z',
  '2026-11-24T13:15:02',
  '2026-11-24 13:15:02Z',
  '2026-11-24t13:15:02z',
  '20261124T131502Z',
  '2026-11-24T13:15:02.Z',
  '2026-11-24T13:15:02.1234567890Z',
  '2026-11-24T13:15:02,5Z',
  '2026-11-24T13:15:02+2:00',
  '2026-11-24T13:15:02+24:00',
  '2026-11-24T13:15:02+00:60',
  '2026-11-24T13:15:02+02',
  '2026-00-24T13:15:02Z',
  '2026-13-24T13:15:02Z',
  '2026-11-00T13:15:02Z',
  '2026-02-30T13:15:02Z',
  '2026-02-29T13:15:02Z',
  '1900-02-29T13:15:02Z',
  '2026-11-31T13:15:02Z',
  '2026-11-24T24:00:00Z',
  '2026-11-24T13:60:00Z',
  '2026-11-24T13:15:60Z',
  '+02026-11-24T13:15:02Z',
  '-2026-11-24T13:15:02Z',
  ' 2026-11-24T13:15:02Z',
  '2026-11-24T13:15:02Z\n',
  '２０２６-11-24T13:15:02Z',
  'Tue, 24 Nov 2026 13:15:02 GMT',
  '9'.repeat(1_000_000),
]
for (const text of refused) {
  test(`'${text.slice(0, 40).replace('\n', '\\n')}' is no timestamp`, () =>
    assert.equal(parseTimestamp(text), null))
}

test('an instant that was written is read back', () => {
  const instants = fc.date({
    min: new Date('0100-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(instants, (date) => {
      assert.equal(parseTimestamp(formatTimestamp(date.getTime())), date.getTime())
    }),
  )
})

test('what is read is what Date.parse reads', () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'))
  const text = fc
    .tuple(fc.integer({ min: 100, max: 9999 }), two(13), two(32), two(24), two(60), two(60))
    .map(([year, month, day, hour, minute, second]) => {
      return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}Z`
    })
  fc.assert(
    fc.property(text, (text) => {
      const instant = Date.parse(text)
      const isReal = !Number.isNaN(instant) && new Date(instant).toISOString() === text.replace('Z', '.000Z')
      assert.equal(parseTimestamp(text), isReal ? instant : null)
    }),
    { numRuns: 2000 },
  )
})
