import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseInstant } from './instant.ts'

test('a date that JavaScript writes is read back, in any zone', () => {
  const between = { min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }
  fc.assert(
    fc.property(fc.date(between), fc.integer({ min: -23 * 60, max: 23 * 60 }), (date, minutes) => {
      assert.equal(parseInstant(date.toISOString()), date.getTime())
      const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1)
      const [hour, minute] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
      const zone = `${minutes < 0 ? '-' : '+'}${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
      assert.equal(parseInstant(local + zone), date.getTime())
      assert.equal(parseInstant(date.toISOString().slice(0, 10)), Date.parse(date.toISOString().slice(0, 10)))
    }),
  )
})

test('every text is a date or none', () => {
  const pieces = fc.array(fc.constantFrom('2024', '-', ':', 'T', 'Z', '01', '31', '.', '5', '+', ' '), {
    maxLength: 14,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((all) => all.join('')),
      ),
      (text) => {
        const found = parseInstant(text)
        assert.ok(found === null || Number.isInteger(found), text)
      },
    ),
    { numRuns: 5000 },
  )
})
