import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '@wick/wire'
import { decide } from './decide.ts'

const administrator = {
  arn: 'arn:aws:iam::000000000000:user/wick-admin',
  isAdministrator: true,
}
const guest = {
  arn: 'arn:aws:iam::000000000000:user/guest',
  isAdministrator: false,
}
const resource = 'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders'
const actions = [...operations.map(({ name }) => `codeguru-profiler:${name}`), 'wick:CreateSignInLink', 'a:B']

test('the administrator may do everything', () => {
  for (const action of actions)
    assert.deepEqual(decide({ principal: administrator, action, resource }), { kind: 'allow' })
})

test('nobody else may do anything, until policies say so', () => {
  for (const action of actions)
    assert.equal(decide({ principal: guest, action, resource }).kind, 'deny', action)
})

test('a denial names who, what and on what, as IAM words it', () => {
  assert.deepEqual(decide({ principal: guest, action: 'codeguru-profiler:GetProfile', resource }), {
    kind: 'deny',
    message:
      'User: arn:aws:iam::000000000000:user/guest is not authorized to perform: codeguru-profiler:GetProfile ' +
      'on resource: arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders ' +
      'because no identity-based policy allows the codeguru-profiler:GetProfile action',
  })
})
