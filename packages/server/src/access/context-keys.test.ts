import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextKeysOf } from './context-keys.ts'
import { parsePolicy } from './parse-policy.ts'

function keysOf(statement: object): string[] {
  const parsed = parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', ...statement }],
    }),
    'identity',
  )
  assert.ok(parsed.kind === 'policy', JSON.stringify(parsed))
  return [...contextKeysOf(parsed.policy)].toSorted()
}

test('a policy without conditions and variables asks about nothing', () => {
  assert.deepEqual(keysOf({}), [])
})

test('keys of conditions are told once, as they are written', () => {
  const Condition = {
    StringEquals: { 'aws:PrincipalTag/Team': 'a' },
    StringNotEquals: { 'aws:principaltag/team': 'b' },
    Null: { 'aws:SourceIp': 'true' },
  }
  assert.equal(keysOf({ Condition }).length, 2)
  assert.ok(keysOf({ Condition }).includes('aws:SourceIp'))
})

test('variables of resources and of values are keys too', () => {
  assert.deepEqual(keysOf({ Resource: 'arn:aws:s3:::home/${aws:username}/*' }), ['aws:username'])
  const Condition = { StringLike: { 's3:prefix': '${aws:userid}/*' } }
  assert.deepEqual(keysOf({ Condition }), ['aws:userid', 's3:prefix'])
})
