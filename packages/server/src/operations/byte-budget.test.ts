import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteBudget } from './byte-budget.ts'
import { apiError } from './testing/test-services.ts'

test('the budget can be had to the last byte, and not one more', () => {
  const budget = byteBudget(10)
  budget.take(4)
  budget.take(6)
  assert.throws(() => budget.take(1), apiError('ServiceUnavailableException', /large requests/))
  budget.take(0)
})

test('what is given back can be had again', () => {
  const budget = byteBudget(10)
  budget.take(10)
  budget.giveBack(3)
  assert.throws(() => budget.take(4), apiError('ServiceUnavailableException'))
  budget.take(3)
})

test('a refused request takes nothing', () => {
  const budget = byteBudget(10)
  budget.take(5)
  assert.throws(() => budget.take(6))
  budget.take(5)
})
