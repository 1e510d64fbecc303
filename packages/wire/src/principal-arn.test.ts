import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrincipalArn } from './principal-arn.ts'

const account = 'arn:aws:iam::123456789012'

test('users, roles and whole accounts are principals', () => {
  for (const text of [
    `${account}:user/agent`,
    `${account}:user/team/orders/agent`,
    `${account}:role/Agent_1+=,.@-`,
    `${account}:role/${'n'.repeat(64)}`,
    `${account}:role/${'p'.repeat(510)}/agent`,
    `${account}:root`,
    'arn:aws-us-gov:iam::123456789012:user/agent',
    'arn:aws-cn:iam::123456789012:role/service-role/agent',
  ])
    assert.ok(isPrincipalArn(text), text)
})

test('nothing else is', () => {
  for (const text of [
    '',
    '*',
    '123456789012',
    'agent',
    account,
    `${account}:`,
    `${account}:user`,
    `${account}:user/`,
    `${account}:user//agent`,
    `${account}:user/team//agent`,
    `${account}:user/team/`,
    `${account}:user/*`,
    `${account}:user/agent*`,
    `${account}:user/te?m/agent`,
    `${account}:user/te*m/agent`,
    `${account}:user/a b`,
    `${account}:user/a\nb`,
    `${account}:user/a"b`,
    `${account}:user/é`,
    `${account}:user/${'n'.repeat(65)}`,
    `${account}:user/${'p'.repeat(511)}/agent`,
    `${account}:user/agent:x`,
    `${account}:User/agent`,
    `${account}:group/agents`,
    `${account}:policy/agents`,
    `${account}:root/x`,
    'arn:aws:iam::123456789012:user/agent ',
    ' arn:aws:iam::123456789012:user/agent',
    'arn:aws:iam:us-east-1:123456789012:user/agent',
    'arn:aws:iam::12345678901:user/agent',
    'arn:aws:iam::*:user/agent',
    'arn:*:iam::123456789012:user/agent',
    'arn:aws-:iam::123456789012:user/agent'.replace('aws-', 'aws_cn'),
    'arn:aws:sts::123456789012:assumed-role/agent/session',
    'arn:aws:codeguru-profiler:us-east-1:123456789012:profilingGroup/g',
    `${account}:user/${'a/'.repeat(50_000)}a`,
  ])
    assert.ok(!isPrincipalArn(text), text.slice(0, 100))
})
