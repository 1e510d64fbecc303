import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { operations } from '@wick/wire'
import type { NamedPolicy } from './access-request.ts'
import { builtInPolicies } from './built-in-policies.ts'
import { evaluate } from './evaluate.ts'
import { account, agentSession, group, otherAccount, policy, request } from './testing/requests.ts'

const fixtures = new URL('../../../../fixtures/policies/', import.meta.url)
const all = operations.map(({ name }) => name)
const reads = all.filter((name) => /^(BatchGet|Describe|Get|List)/.test(name))

/** The profiler's operations that a policy allows on a resource. */
function allowed(one: NamedPolicy, resource: string): string[] {
  return all.filter((name) => {
    const action = `codeguru-profiler:${name}`
    return evaluate(request({ action, resource, identityPolicies: [one] })).kind === 'allow'
  })
}

function mayDo(
  one: NamedPolicy,
  action: string,
  resource: string,
  context = new Map<string, string>(),
): boolean {
  return evaluate(request({ action, resource, context, identityPolicies: [one] })).kind === 'allow'
}

function builtIn(name: string): NamedPolicy {
  const found = builtInPolicies.find((one) => one.name === name)
  assert.ok(found)
  return { name, policy: policy(found.document) }
}

async function fixture(name: string): Promise<NamedPolicy> {
  return { name, policy: policy(await readFile(new URL(name, fixtures), 'utf8')) }
}

const otherGroup = group.replace('orders', 'orders2')
const otherRegion = group.replace('eu-west-1', 'us-east-1')
const otherOwner = group.replace(account, otherAccount)

describe('policies that AWS manages', () => {
  test('have the ARNs, versions and dates that AWS gave them', () => {
    const shown = builtInPolicies.map(({ arn, path, versionId, createdAt, updatedAt, isAttachable }) =>
      [
        arn,
        path,
        versionId,
        ...[createdAt, updatedAt].map((at) => new Date(at).toISOString().slice(0, 16)),
        isAttachable,
      ].join(' '),
    )
    assert.deepEqual(shown, [
      'arn:aws:iam::aws:policy/AdministratorAccess / v1 2015-02-06T18:39 2015-02-06T18:39 true',
      'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerFullAccess / v4 2019-12-03T10:13 2020-07-15T03:23 true',
      'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess / v3 2019-12-03T10:30 2020-06-27T23:52 true',
      'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerAgentAccess / v3 2021-02-05T22:11 2022-05-05T18:11 true',
      'arn:aws:iam::aws:policy/aws-service-role/AWSServiceRoleForCodeGuru-Profiler /aws-service-role/ v1 2020-06-26T22:04 2020-06-26T22:04 false',
    ])
  })

  test('AdministratorAccess allows everything', () => {
    const administrator = builtIn('AdministratorAccess')
    assert.deepEqual(allowed(administrator, group), all)
    assert.ok(mayDo(administrator, 'iam:CreateUser', '*'))
    assert.ok(mayDo(administrator, 'wick:CreateSignInLink', '*'))
  })

  test('full access is all of the profiler, and only to make its role', () => {
    const full = builtIn('AmazonCodeGuruProfilerFullAccess')
    assert.deepEqual(allowed(full, group), all)
    assert.deepEqual(allowed(full, '*'), all)
    for (const action of ['iam:ListRoles', 'iam:ListUsers', 'sns:ListTopics'])
      assert.ok(mayDo(full, action, '*'))
    assert.ok(!mayDo(full, 'iam:CreateUser', '*'))

    const create = 'iam:CreateServiceLinkedRole'
    const role = `arn:aws:iam::${account}:role/aws-service-role/codeguru-profiler.amazonaws.com/AWSServiceRoleForCodeGuruProfiler`
    const context = new Map([['iam:awsservicename', 'codeguru-profiler.amazonaws.com']])
    assert.ok(mayDo(full, create, role, context))
    assert.ok(!mayDo(full, create, role))
    assert.ok(!mayDo(full, create, role, new Map([['iam:awsservicename', 'sns.amazonaws.com']])))
    assert.ok(!mayDo(full, create, `arn:aws:iam::${account}:role/admin`, context))
  })

  test('read-only access reads', () => {
    const read = builtIn('AmazonCodeGuruProfilerReadOnlyAccess')
    assert.deepEqual(allowed(read, group), reads)
    assert.deepEqual(allowed(read, '*'), reads)
    assert.ok(mayDo(read, 'iam:ListUsers', '*'))
    assert.ok(!mayDo(read, 'iam:CreateServiceLinkedRole', '*'))
  })

  test('agent access configures, creates and posts, in every group', () => {
    const agent = builtIn('AmazonCodeGuruProfilerAgentAccess')
    const wanted = ['ConfigureAgent', 'CreateProfilingGroup', 'PostAgentProfile']
    for (const resource of [group, otherGroup, otherRegion])
      assert.deepEqual(allowed(agent, resource).sort(), wanted)
    assert.deepEqual(allowed(agent, '*'), [])
  })

  test('the service-linked role publishes notifications', () => {
    const linked = builtIn('AWSServiceRoleForCodeGuru-Profiler')
    assert.ok(mayDo(linked, 'sns:Publish', `arn:aws:sns:eu-west-1:${account}:alarms`))
    assert.ok(!mayDo(linked, 'sns:CreateTopic', '*'))
    assert.deepEqual(allowed(linked, group), [])
  })
})

describe('least-privilege policies without a Version', () => {
  const templates = {
    'agent.json': ['ConfigureAgent', 'PostAgentProfile'],
    'viewer.json': ['DescribeProfilingGroup', 'GetProfile'],
    'notifications.json': [],
  }
  for (const [name, wanted] of Object.entries(templates))
    test(`${name} allows ${wanted.join(' and ') || 'nothing'} on one group`, async () => {
      const one = await fixture(name)
      assert.equal(one.policy.version, '2008-10-17')
      assert.deepEqual(allowed(one, group).sort(), wanted)
      for (const resource of [otherGroup, otherRegion, otherOwner, `${group}/x`, group.toUpperCase(), '*'])
        assert.deepEqual(allowed(one, resource), [], resource)
    })

  test('notifications.json allows sns:Publish', async () => {
    const one = await fixture('notifications.json')
    assert.ok(mayDo(one, 'sns:Publish', `arn:aws:sns:eu-west-1:${account}:alarms`))
    assert.ok(!mayDo(one, 'sns:Subscribe', '*'))
  })

  test('they work as session policies of wider roles', async () => {
    const narrowed = { principal: agentSession, identityPolicies: [builtIn('AdministratorAccess')] }
    const sessionPolicies = [await fixture('agent.json')]
    const may = (name: string): boolean =>
      evaluate(request({ ...narrowed, sessionPolicies, action: `codeguru-profiler:${name}` })).kind ===
      'allow'
    assert.deepEqual(all.filter(may).sort(), templates['agent.json'])
  })
})
