import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTopicArn } from './topic-arn.ts'

test('topics of any partition are ARNs a channel may have', () => {
  for (const text of [
    'arn:aws:sns:us-east-1:123456789012:findings',
    'arn:aws-us-gov:sns:us-gov-west-1:123456789012:findings_2-x',
    'arn:aws:sns::123456789012:findings',
    'arn:aws:sns:us-east-1:123456789012:a:b',
    `arn:aws:sns:us-east-1:123456789012:${'n'.repeat(256)}`,
  ])
    assert.ok(isTopicArn(text), text)
})

test('nothing else is', () => {
  for (const text of [
    '',
    'findings',
    'https://example.com/hook',
    'arn:aws:sns:us-east-1:123456789012',
    'arn:aws:sns:us-east-1:123456789012:',
    'arn:aws:sns:us-east-1:12345678901:findings',
    'arn:aws:sns:us-east-1::findings',
    'arn:aws:SNS:us-east-1:123456789012:findings',
    'arn:aws::us-east-1:123456789012:findings',
    'arn:aws:sns:*:123456789012:findings',
    'arn:amazon:sns:us-east-1:123456789012:findings',
    'arn:aws:sns:us-east-1:123456789012:findings.fifo',
    'arn:aws:sns:us-east-1:123456789012:find ings',
    'arn:aws:sns:us-east-1:123456789012:findings\n',
    ' arn:aws:sns:us-east-1:123456789012:findings',
    'arn:aws:sns:us-east-1:123456789012:é',
    `arn:aws:sns:us-east-1:123456789012:${'n'.repeat(500)}`,
    `arn:aws:sns:us-east-1:123456789012:${':'.repeat(100_000)}`,
  ])
    assert.ok(!isTopicArn(text), text.slice(0, 80))
})
