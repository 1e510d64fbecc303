import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOf, questionIn, resourceArn } from './question.ts'

const own = 'arn:aws:iam::000000000000:user/me'

test('a question reads back from the address', () => {
  const question = {
    principalArn: 'arn:aws:iam::000000000000:user/a&b=c',
    action: 'codeguru-profiler:GetProfile',
    resource: 'orders',
    context: { 'aws:SourceIp': '10.0.0.1', __proto: 'x' },
  }
  assert.deepEqual(questionIn(new URLSearchParams(queryOf(question)), own), question)
})

test('an empty address asks about oneself, and nothing yet', () => {
  assert.deepEqual(questionIn(new URLSearchParams(), own), {
    principalArn: own,
    action: '',
    resource: '*',
    context: {},
  })
})

test('a bare name is a profiling group’s', () => {
  const account = { accountId: '000000000000', region: 'us-east-1' }
  assert.equal(
    resourceArn('orders', account),
    'arn:aws:codeguru-profiler:us-east-1:000000000000:profilingGroup/orders',
  )
  assert.equal(resourceArn('*', account), '*')
  assert.equal(resourceArn('arn:aws:iam::1:user/x', account), 'arn:aws:iam::1:user/x')
})
