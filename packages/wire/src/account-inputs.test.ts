import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCreateAccount } from './account-inputs.ts'
import { parts } from './testing/parts.ts'

test('an account is named by twelve digits', () => {
  assert.deepEqual(parseCreateAccount(parts({ body: { accountId: '012345678901' } })), {
    accountId: '012345678901',
  })
  for (const accountId of [
    '',
    '1',
    '12345678901x',
    '1234567890123',
    '１２３４５６７８９０１２',
    ' 12345678901',
  ])
    assert.throws(() => parseCreateAccount(parts({ body: { accountId } })), /twelve digits/)
})

test('an account without a name, or with a number for one, is refused', () => {
  assert.throws(() => parseCreateAccount(parts({ body: {} })), /must not be null/)
  assert.throws(() => parseCreateAccount(parts({ body: { accountId: 123456789012 } })), /must be a string/)
})
