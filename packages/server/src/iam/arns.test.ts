import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupArn, mfaArn, policyArn, roleArn, sessionArn, userArn } from './arns.ts'

test('identities are named as IAM names them: the path is part of the name, of a session it is not', () => {
  const [account, named] = ['000000000000', { name: 'orders', path: '/team/' }]
  assert.deepEqual(
    [userArn, groupArn, roleArn, policyArn, mfaArn].map((arn) => arn(account, named)),
    ['user', 'group', 'role', 'policy', 'mfa'].map((kind) => `arn:aws:iam::000000000000:${kind}/team/orders`),
  )
  assert.equal(userArn(account, { name: 'alice', path: '/' }), 'arn:aws:iam::000000000000:user/alice')
  assert.equal(sessionArn(account, 'orders', 's'), 'arn:aws:sts::000000000000:assumed-role/orders/s')
})
