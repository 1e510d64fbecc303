import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProfilingGroupArn, profilingGroupArn } from './arn.ts'

const address = { region: 'eu-west-1', accountId: '123456789012', name: 'my_group-1' }
const arn = 'arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup/my_group-1'

test('the ARN of a group has its region, account and name', () => {
  assert.equal(profilingGroupArn(address), arn)
})

test('a group is found again by its ARN', () => {
  for (const name of ['g', '__proto__', '-', 'g'.repeat(255)])
    assert.deepEqual(parseProfilingGroupArn(profilingGroupArn({ ...address, name })), { ...address, name })
})

test('what is not wholly the ARN of a group is none', () => {
  for (const text of [
    '',
    'my_group-1',
    ` ${arn}`,
    `${arn} `,
    `${arn}/x`,
    `${arn}:x`,
    `${arn}\n`,
    arn.replace('arn', 'ARN'),
    arn.replace('aws', 'aws-cn'),
    arn.replace('codeguru-profiler', 'codeguru'),
    arn.replace('eu-west-1', ''),
    arn.replace('eu-west-1', '*'),
    arn.replace('123456789012', ''),
    arn.replace('123456789012', '12345678901'),
    arn.replace('123456789012', '1234567890123'),
    arn.replace('123456789012', '１23456789012'),
    arn.replace('profilingGroup/', 'profilingGroup:'),
    arn.replace('profilingGroup/', 'profilinggroup/'),
    arn.replace('my_group-1', ''),
    arn.replace('my_group-1', '*'),
    arn.replace('my_group-1', '../x'),
    arn.replace('my_group-1', 'g'.repeat(256)),
    'arn:aws:iam::123456789012:user/profilingGroup/x',
    ':'.repeat(100_000),
  ])
    assert.equal(parseProfilingGroupArn(text), null, text.slice(0, 100))
})
