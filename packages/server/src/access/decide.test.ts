import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '@wick/wire'
import { decide } from './decide.ts'

const administrator = {
  arn: 'arn:aws:iam::000000000000:user/wick-admin',
  accountId: '000000000000',
  isAdministrator: true,
}
const guest = {
  arn: 'arn:aws:iam::000000000000:user/guest',
  accountId: '000000000000',
  isAdministrator: false,
}
const resource = 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders'
const resourceAccountId = '000000000000'
const actions = [...operations.map(({ name }) => `codeguru-profiler:${name}`), 'wick:CreateSignInLink', 'a:B']

test('the administrator may do everything', () => {
  for (const action of actions)
    assert.deepEqual(decide({ principal: administrator, action, resource, resourceAccountId }), {
      kind: 'allow',
    })
})

test('nobody else may do anything, until policies say so', () => {
  for (const action of actions)
    assert.equal(decide({ principal: guest, action, resource, resourceAccountId }).kind, 'deny', action)
})

test('not even the administrator may do anything to what belongs to another account', () => {
  const request = { principal: administrator, resource, resourceAccountId: '111111111111' }
  for (const action of actions) assert.equal(decide({ ...request, action }).kind, 'deny', action)
})

test('a denial names who, what and on what, as IAM words it', () => {
  assert.deepEqual(
    decide({ principal: guest, action: 'codeguru-profiler:GetProfile', resource, resourceAccountId }),
    {
      kind: 'deny',
      message:
        'User: arn:aws:iam::000000000000:user/guest is not authorized to perform: codeguru-profiler:GetProfile ' +
        'on resource: arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders ' +
        'because no identity-based policy allows the codeguru-profiler:GetProfile action',
    },
  )
})
