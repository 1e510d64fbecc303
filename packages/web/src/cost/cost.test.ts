import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cost } from '../api/group.ts'
import { costBasis, costWords, formatMoney, yearlyCost, yearlyWords } from './cost.ts'

const cost: Cost = {
  currency: 'USD',
  prices: 'test prices',
  perHour: 1,
  perMonth: 730.5,
  perYear: 8766,
  priced: 2.4,
  unpriced: 0,
  others: 0,
  types: [{ hostType: 'm5.large', instances: 2.4, hourPrice: 0.4166, by: 'type', perYear: 8766 }],
}
const unpriced: Cost = {
  ...cost,
  perHour: 0,
  perMonth: 0,
  perYear: 0,
  priced: 0,
  unpriced: 1,
  types: [{ hostType: '', instances: 1, hourPrice: null, by: 'nothing', perYear: 0 }],
}

test('a frame costs its share of the fleet', () => {
  assert.equal(yearlyCost(0.25, cost), 2191.5)
  assert.equal(yearlyWords(0.25, cost), '$2,190 a year')
  assert.deepEqual(costWords(0.25, cost), {
    year: '$2,190\u202f/\u202fyear',
    month: '$183\u202f/\u202fmonth',
  })
})

test('what has no price is not said to cost nothing', () => {
  assert.equal(yearlyCost(0.25, unpriced), null)
  assert.equal(yearlyWords(0.25, unpriced), 'no price')
  assert.equal(costWords(0.25, unpriced), null)
})

test('money is shown with three digits at most', () => {
  const shown = [0, 0.004, 0.05, 1, 1.234, 12.36, 999.9, 1234, 1_234_567, -42.5].map((n) =>
    formatMoney(n, 'USD'),
  )
  assert.deepEqual(shown, [
    '$0',
    '<$0.01',
    '$0.05',
    '$1',
    '$1.23',
    '$12.40',
    '$1,000',
    '$1,230',
    '$1,230,000',
    '-$42.50',
  ])
  assert.equal(formatMoney(1234, 'EUR'), '€1,230')
})

test('the basis says what was counted, at what price, and what was not', () => {
  assert.equal(costBasis(cost), '2.4 × m5.large at $0.42 an hour; prices: test prices.')
  assert.equal(costBasis(unpriced), '1 host without a price: not counted.')
  assert.equal(costBasis({ ...unpriced, unpriced: 0, types: [] }), 'No host reported in this time.')
})
