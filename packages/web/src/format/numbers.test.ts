import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCount, formatPercent, formatShare, plural, spokenPercent } from './numbers.ts'

test('shares have one decimal, and small ones are not shown as nothing', () => {
  assert.equal(formatShare(0.1234), '12.3')
  assert.equal(formatShare(1), '100')
  assert.equal(formatShare(0), '0')
  assert.equal(formatShare(0.0001), '<0.1')
  assert.equal(formatShare(0.99999), '>99.9')
  assert.equal(formatShare(Number.NaN), '0')
})

test('percent stand with their sign, or in words', () => {
  assert.equal(formatPercent(0.5), '50.0\u202f%')
  assert.equal(spokenPercent(0.0001), 'less than 0.1 percent')
})

test('counts are grouped and have a noun', () => {
  assert.equal(formatCount(1234567), '1,234,567')
  assert.equal(plural(1, 'match'), '1 match')
  assert.equal(plural(2, 'frame'), '2 frames')
  assert.equal(plural(0, 'match', 'matches'), '0 matches')
})
