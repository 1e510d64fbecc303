import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profilingGroupArn } from './arn.ts'

test('the ARN of a profiling group names region, account and group', () => {
  assert.equal(
    profilingGroupArn({ region: 'eu-west-1', accountId: '123456789012', name: 'g' }),
    'arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup/g',
  )
})
