import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type Parameters, type TestIam, testIam } from '../testing/test-iam.ts'

const ann = `arn:aws:iam::${accountId}:user/ann`
const group = (name: string): string =>
  `arn:aws:codeguru-profiler:us-east-1:${accountId}:profilingGroup/${name}`

const allow = (Action: string, Resource = '*', more = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] })
const deny = (Action: string): string =>
  JSON.stringify({ Statement: { Effect: 'Deny', Action, Resource: '*' } })

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann', Tags: [{ Key: 'team', Value: 'red' }] })
  iam.call('CreateGroup', { GroupName: 'staff' })
  iam.call('AddUserToGroup', { GroupName: 'staff', UserName: 'ann' })
})

/** Decisions as `action resource decision`, for ann unless told otherwise. */
function decisions(actions: readonly string[], parameters: Parameters = {}): string[] {
  const input = { PolicySourceArn: ann, ActionNames: actions, ...parameters }
  return iam
    .call('SimulatePrincipalPolicy', input)
    .EvaluationResults!.map(({ EvalActionName, EvalResourceName, EvalDecision }) =>
      [EvalActionName, EvalResourceName, EvalDecision].join(' '),
    )
}

test('what a user could do follows from the own policies and those of the groups', () => {
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'read', PolicyDocument: allow('s3:Get*') })
  iam.call('PutGroupPolicy', { GroupName: 'staff', PolicyName: 'no', PolicyDocument: deny('s3:GetAcl') })
  assert.deepEqual(decisions(['s3:GetObject', 's3:GetAcl', 's3:PutObject']), [
    's3:GetObject * allowed',
    's3:GetAcl * explicitDeny',
    's3:PutObject * implicitDeny',
  ])
})

test('the statements that decide are named with their policies', () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  iam.call('AttachUserPolicy', { UserName: 'ann', PolicyArn })
  iam.call('PutGroupPolicy', { GroupName: 'staff', PolicyName: 'p', PolicyDocument: allow('s3:*') })
  const [result] = iam.call('SimulatePrincipalPolicy', {
    PolicySourceArn: ann,
    ActionNames: ['s3:GetObject'],
  }).EvaluationResults!
  assert.deepEqual(
    result!.MatchedStatements!.map(
      ({ SourcePolicyId, SourcePolicyType }) => `${SourcePolicyType} ${SourcePolicyId}`,
    ),
    [`aws-managed ${PolicyArn}`, 'group group_staff_p'],
  )
})

test('every action is asked on every resource, a page at a time', () => {
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: allow('a:B', group('x')) })
  const parameters = {
    PolicySourceArn: ann,
    ActionNames: ['a:B', 'a:C'],
    ResourceArns: [group('x'), group('y')],
  }
  const pages = iam.pages('SimulatePrincipalPolicy', 'EvaluationResults', 3, parameters)
  assert.deepEqual(
    pages.map(({ length }) => length),
    [3, 1],
  )
  assert.deepEqual(decisions(['a:B', 'a:C'], parameters), [
    `a:B ${group('x')} allowed`,
    `a:B ${group('y')} implicitDeny`,
    `a:C ${group('x')} implicitDeny`,
    `a:C ${group('y')} implicitDeny`,
  ])
})

test('what a user is known by is known; the rest of a call has to be told', () => {
  const own = allow('a:B', 'arn:aws:s3:::home/${aws:username}')
  const team = allow('a:C', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } })
  const address = allow('a:D', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })
  for (const [PolicyName, PolicyDocument] of Object.entries({ own, team, address }))
    iam.call('PutUserPolicy', { UserName: 'ann', PolicyName, PolicyDocument })
  assert.deepEqual(decisions(['a:B'], { ResourceArns: ['arn:aws:s3:::home/ann'] }), [
    'a:B arn:aws:s3:::home/ann allowed',
  ])
  assert.deepEqual(decisions(['a:C', 'a:D']), ['a:C * allowed', 'a:D * implicitDeny'])
  const input = { PolicySourceArn: ann, ActionNames: ['a:D'] }
  const [result] = iam.call('SimulatePrincipalPolicy', input).EvaluationResults!
  assert.deepEqual(result!.MissingContextValues, ['aws:SourceIp'])
  const from = (address: string): Parameters => ({
    ContextEntries: [{ ContextKeyName: 'aws:sourceIP', ContextKeyValues: [address], ContextKeyType: 'ip' }],
  })
  assert.deepEqual(decisions(['a:D'], from('10.1.2.3')), ['a:D * allowed'])
  assert.deepEqual(decisions(['a:D'], from('11.1.2.3')), ['a:D * implicitDeny'])
})

test('a boundary limits, and it is told whether it is the boundary', () => {
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: allow('a:*') })
  const PermissionsBoundary = iam.call('CreatePolicy', { PolicyName: 'b', PolicyDocument: allow('a:B') })
    .Policy!.Arn!
  iam.call('PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary })
  const results = iam.call('SimulatePrincipalPolicy', {
    PolicySourceArn: ann,
    ActionNames: ['a:B', 'a:C', 'b:B'],
  })
  assert.deepEqual(
    results.EvaluationResults!.map((result) => [
      result.EvalDecision,
      result.PermissionsBoundaryDecisionDetail!.AllowedByPermissionsBoundary,
    ]),
    [
      ['allowed', true],
      ['implicitDeny', false],
      ['implicitDeny', false],
    ],
  )
  assert.deepEqual(decisions(['a:C'], { PermissionsBoundaryPolicyInputList: [allow('a:C')] }), [
    'a:C * allowed',
  ])
  iam.refuses('InvalidInput', 'SimulatePrincipalPolicy', {
    PolicySourceArn: ann,
    ActionNames: ['a:C'],
    PermissionsBoundaryPolicyInputList: [allow('a:C'), allow('a:D')],
  })
})

test('policies can be tried before anybody has them', () => {
  assert.deepEqual(decisions(['a:B'], { PolicyInputList: [allow('a:B')] }), ['a:B * allowed'])
  const custom = (parameters: Parameters): unknown =>
    iam.call('SimulateCustomPolicy', { ActionNames: ['a:B'], ...parameters }).EvaluationResults![0]!
      .EvalDecision
  assert.equal(custom({ PolicyInputList: [allow('a:B')] }), 'allowed')
  assert.equal(custom({ PolicyInputList: [allow('a:B'), deny('a:B')] }), 'explicitDeny')
  assert.equal(custom({ PolicyInputList: [allow('a:C')] }), 'implicitDeny')
})

test('a resource policy allows in the own account, and does not suffice from another', () => {
  const ResourcePolicy = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS: ann }, Action: 'a:B', Resource: group('x') }],
  })
  const parameters = { ResourcePolicy, ResourceArns: [group('x')] }
  assert.deepEqual(decisions(['a:B'], parameters), [`a:B ${group('x')} allowed`])
  const elsewhere = { ...parameters, ResourceOwner: 'arn:aws:iam::999999999999:root' }
  assert.deepEqual(decisions(['a:B'], elsewhere), [`a:B ${group('x')} implicitDeny`])
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: allow('a:B') })
  assert.deepEqual(decisions(['a:B'], elsewhere), [`a:B ${group('x')} allowed`])
  iam.refuses(
    'InvalidInput',
    'SimulateCustomPolicy',
    { PolicyInputList: [], ActionNames: ['a:B'], ResourcePolicy },
    /CallerArn/,
  )
})

test('groups and roles can be asked about', () => {
  iam.call('PutGroupPolicy', { GroupName: 'staff', PolicyName: 'p', PolicyDocument: allow('a:B') })
  const staff = `arn:aws:iam::${accountId}:group/staff`
  assert.deepEqual(decisions(['a:B'], { PolicySourceArn: staff }), ['a:B * allowed'])
  const trust = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
  iam.call('CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: trust })
  iam.call('PutRolePolicy', { RoleName: 'deploy', PolicyName: 'p', PolicyDocument: allow('a:C') })
  const deploy = `arn:aws:iam::${accountId}:role/deploy`
  assert.deepEqual(decisions(['a:B', 'a:C'], { PolicySourceArn: deploy }), [
    'a:B * implicitDeny',
    'a:C * allowed',
  ])
  iam.refuses('NoSuchEntity', 'SimulatePrincipalPolicy', { PolicySourceArn: `${ann}a`, ActionNames: ['a:B'] })
})

test('the keys that policies ask about can be asked for', () => {
  const text = allow('a:B', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: text })
  const keys = { ContextKeyNames: ['aws:SecureTransport'] }
  assert.deepEqual(iam.call('GetContextKeysForPrincipalPolicy', { PolicySourceArn: ann }), keys)
  assert.deepEqual(iam.call('GetContextKeysForCustomPolicy', { PolicyInputList: [text] }), keys)
})

test('many statements make short pages, and no long answer keeps the others waiting', () => {
  const Statement = Array.from({ length: 800 }, () => ({ Effect: 'Deny', Action: '*', Resource: '*' }))
  const parameters = {
    PolicyInputList: [JSON.stringify({ Statement })],
    ActionNames: Array.from({ length: 60 }, (_, i) => `a:B${i}`),
  }
  const pages = iam.pages('SimulateCustomPolicy', 'EvaluationResults', 1000, parameters)
  assert.deepEqual(
    pages.map(({ length }) => length),
    [25, 25, 10],
  )
})

test('threat 12: long texts make short pages too, and no value of a call is longer than a name of a resource', () => {
  const Resource = Array.from({ length: 3000 }, () => 'arn:*:s3:*:*:*a*')
  const parameters = {
    PolicyInputList: [JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource } })],
    ActionNames: Array.from({ length: 3 }, (_, i) => `a:B${i}`),
    ResourceArns: [`arn:aws:s3:::${'b'.repeat(2000)}`],
  }
  const pages = iam.pages('SimulateCustomPolicy', 'EvaluationResults', 1000, parameters)
  assert.deepEqual(
    pages.map(({ length }) => length),
    [1, 1, 1],
  )
  const entry = {
    ContextKeyName: 'aws:Referer',
    ContextKeyValues: ['x'.repeat(2049)],
    ContextKeyType: 'string',
  }
  iam.refuses('InvalidInput', 'SimulateCustomPolicy', { ...parameters, ContextEntries: [entry] }, /2048/)
})

test('what cannot be asked is refused', () => {
  const ask = { PolicySourceArn: ann, ActionNames: ['a:B'] }
  iam.refuses(
    'MalformedPolicyDocument',
    'SimulatePrincipalPolicy',
    { ...ask, PolicyInputList: ['{}'] },
    /line 1/,
  )
  iam.refuses(
    'InvalidInput',
    'SimulatePrincipalPolicy',
    { ...ask, ActionNames: ['a:*'] },
    /Invalid action name/,
  )
  iam.refuses('InvalidInput', 'SimulatePrincipalPolicy', { ...ask, ResourceOwner: 'nobody' }, /ResourceOwner/)
  const many = Array.from({ length: 101 }, (_, i) => `a:B${i}`)
  iam.refuses(
    'InvalidInput',
    'SimulatePrincipalPolicy',
    { ...ask, ActionNames: many, ResourceArns: many },
    /10000/,
  )
  const long = allow('a:B', `arn:aws:s3:::${'x'.repeat(1500)}`)
  const texts = Array.from({ length: 50 }, () => long)
  iam.refuses('InvalidInput', 'SimulatePrincipalPolicy', { ...ask, PolicyInputList: texts }, /65536/)
  const entry = { ContextKeyName: 'aws:SourceIp', ContextKeyValues: ['a', 'b'], ContextKeyType: 'ip' }
  iam.refuses('InvalidInput', 'SimulatePrincipalPolicy', { ...ask, ContextEntries: [entry] }, /single value/)
})
