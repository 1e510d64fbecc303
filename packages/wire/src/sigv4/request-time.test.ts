import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refuses } from '../testing/refuses.ts'
import { formatBasic, requestTime } from './request-time.ts'
import { collectHeaders } from './signed-request.ts'

const instant = Date.parse('2026-11-24T13:15:00Z')
const basic = '20261124T131500Z'
const http = 'Tue, 24 Nov 2026 13:15:00 GMT'

const time = (...rawHeaders: readonly string[]) => requestTime(collectHeaders(rawHeaders))

test('the time is that of X-Amz-Date', () => {
  assert.deepEqual(time('X-Amz-Date', basic), { timestamp: basic, instant, header: 'x-amz-date' })
  assert.deepEqual(time('x-amz-date', ` ${basic} `), { timestamp: basic, instant, header: 'x-amz-date' })
})

test('where there is no X-Amz-Date, the time is that of Date, in either form', () => {
  assert.deepEqual(time('Date', http), { timestamp: basic, instant, header: 'date' })
  assert.deepEqual(time('Date', basic), { timestamp: basic, instant, header: 'date' })
})

test('X-Amz-Date comes before Date, whichever stands first', () => {
  assert.equal(time('Date', 'Wed, 25 Nov 2026 13:15:00 GMT', 'X-Amz-Date', basic).timestamp, basic)
  assert.equal(time('X-Amz-Date', basic, 'Date', 'no date').timestamp, basic)
})

test('a wrong X-Amz-Date is not made good by Date', () => {
  refuses('IncompleteSignatureException', () => time('X-Amz-Date', 'x', 'Date', http), /YYYYMMDDTHHMMSSZ/)
})

for (const name of ['X-Amz-Date', 'Date']) {
  test(`${name} given twice is refused, even with equal values`, () =>
    refuses('IncompleteSignatureException', () => time(name, basic, name, basic), /given more than once/))
}

test('a request without a date is refused', () =>
  refuses('IncompleteSignatureException', () => time('Host', 'wick.example'), /'X-Amz-Date' or a 'Date'/))

const noBasicDates = [
  '',
  '20261124',
  '20261124T131500',
  '20261124T1315Z',
  '20261124T131500z',
  '20261124t131500Z',
  '20261124 131500Z',
  '2026-11-24T13:15:00Z',
  '20261124T131500.0Z',
  '20261124T131500+0000',
  '20261124T131500ZZ',
  '20261324T131500Z',
  '20260024T131500Z',
  '20261100T131500Z',
  '20261131T131500Z',
  '20260229T131500Z',
  '19000229T131500Z',
  '20261124T240000Z',
  '20261124T136000Z',
  '20261124T131560Z',
  '00010101T000000Z',
  '２０２６1124T131500Z',
  '1795526100',
  '9'.repeat(100_000),
]
for (const text of [...noBasicDates, http]) {
  test(`X-Amz-Date: ${text.slice(0, 40)} is refused`, () =>
    refuses('IncompleteSignatureException', () => time('X-Amz-Date', text), /YYYYMMDDTHHMMSSZ/))
}

const noHttpDates = [
  'Wed, 24 Nov 2026 13:15:00 GMT',
  'Tue, 24 Nov 2026 13:15:00 UTC',
  'Tue, 24 Nov 2026 13:15:00 +00',
  'Tue, 24 nov 2026 13:15:00 GMT',
  'Tue, 31 Nov 2026 13:15:00 GMT',
  'Tue, 24 Nov 2026 24:15:00 GMT',
  'Tuesday, 24-Nov-26 13:15:00 GMT',
  'Tue Nov 24 13:15:00 2026',
  '24 Nov 2026 13:15:00 GMT',
]
for (const text of [...noBasicDates, ...noHttpDates]) {
  test(`Date: ${text.slice(0, 40)} is refused`, () =>
    refuses('IncompleteSignatureException', () => time('Date', text), /YYYYMMDDTHHMMSSZ/))
}

test('a time is read back as it was written, to the second', () => {
  const dates = fc.date({
    min: new Date('0100-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(dates, (date) => {
      const second = Math.floor(date.getTime() / 1000) * 1000
      const timestamp = formatBasic(date.getTime())
      assert.deepEqual(time('X-Amz-Date', timestamp), { timestamp, instant: second, header: 'x-amz-date' })
      assert.deepEqual(time('Date', date.toUTCString()), { timestamp, instant: second, header: 'date' })
    }),
  )
})
