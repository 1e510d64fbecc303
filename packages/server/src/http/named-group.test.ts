import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameGroup } from './named-group.ts'

const scope = { accountId: '111111111111', region: 'us-east-1' }
const arn = (accountId: string, region = 'us-east-1'): string =>
  `arn:aws:codeguru-profiler:${region}:${accountId}:profilingGroup/orders`

test('a name is that of a group in the account of the caller', () => {
  const labels = { profilingGroupName: 'orders', actionGroup: 'agentPermissions' }
  assert.deepEqual(nameGroup(labels, scope), { labels, scope })
})

test('an ARN in the place of a name is that of a group in its own account', () => {
  for (const accountId of ['111111111111', '222222222222'])
    assert.deepEqual(
      nameGroup({ profilingGroupName: arn(accountId), actionGroup: 'agentPermissions' }, scope),
      {
        labels: { profilingGroupName: 'orders', actionGroup: 'agentPermissions' },
        scope: { accountId, region: 'us-east-1' },
      },
    )
})

test('the ARN of a tagged resource names its group', () => {
  const { labels, scope: found } = nameGroup({ resourceArn: arn('222222222222') }, scope)
  assert.equal(labels.profilingGroupName, 'orders')
  assert.deepEqual(found, { ...scope, accountId: '222222222222' })
})

test('what is no ARN of a group in this region names none: its parser says so, once the caller may ask', () => {
  for (const text of [arn('111111111111', 'eu-west-1'), `${arn('111111111111')}/x`, 'arn:', '*', '../x'])
    for (const labels of [{ resourceArn: text }, { profilingGroupName: text }])
      assert.deepEqual(nameGroup(labels, scope), { labels, scope })
})

test('a path about no group leaves everything as it is', () => {
  assert.deepEqual(nameGroup({}, scope), { labels: {}, scope })
})
