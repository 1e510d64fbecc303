import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemsIn } from './policy-problems.ts'

const code = 'MalformedPolicyDocument'

test('what the server says of a policy is taken apart into lines and reasons', () => {
  const message = 'Syntax errors in policy: line 3: Effect must be Allow; or Deny; line 12: no Action'
  assert.deepEqual(problemsIn({ code, message }), [
    { line: 3, reason: 'Effect must be Allow; or Deny' },
    { line: 12, reason: 'no Action' },
  ])
})

test('other refusals are none of these', () => {
  assert.deepEqual(problemsIn({ code: 'LimitExceeded', message: 'line 3: no' }), [])
  assert.deepEqual(problemsIn({ code, message: 'This policy contains the following error' }), [])
})
