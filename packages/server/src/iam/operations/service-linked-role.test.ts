import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type TestIam, testIam } from '../testing/test-iam.ts'

const AWSServiceName = 'codeguru-profiler.amazonaws.com'
const RoleName = 'AWSServiceRoleForCodeGuruProfiler'
const group = `arn:aws:codeguru-profiler:us-east-1:${accountId}:profilingGroup/orders`

let iam: TestIam
beforeEach(() => {
  iam = testIam()
})

test('the role of the one service that has one is made, once', () => {
  const { Role } = iam.call('CreateServiceLinkedRole', { AWSServiceName, Description: 'd' })
  assert.equal(Role!.Arn, `arn:aws:iam::${accountId}:role/aws-service-role/${AWSServiceName}/${RoleName}`)
  assert.equal(Role!.Description, 'd')
  assert.deepEqual(JSON.parse(Role!.AssumeRolePolicyDocument!).Statement, [
    { Effect: 'Allow', Principal: { Service: AWSServiceName }, Action: 'sts:AssumeRole' },
  ])
  assert.deepEqual(iam.call('ListAttachedRolePolicies', { RoleName }).AttachedPolicies, [
    {
      PolicyName: 'AWSServiceRoleForCodeGuru-Profiler',
      PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AWSServiceRoleForCodeGuru-Profiler',
    },
  ])
  iam.refuses('InvalidInput', 'CreateServiceLinkedRole', { AWSServiceName }, /has been taken/)
})

test('other services have none, and ours has no suffix', () => {
  iam.refuses('InvalidInput', 'CreateServiceLinkedRole', { AWSServiceName: 'ec2.amazonaws.com' }, /not found/)
  iam.refuses('InvalidInput', 'CreateServiceLinkedRole', { AWSServiceName, CustomSuffix: 'x' }, /suffix/)
})

test('nobody but the service changes it', () => {
  iam.call('CreateServiceLinkedRole', { AWSServiceName })
  const document = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  for (const [action, input] of [
    ['DeleteRole', {}],
    ['UpdateRole', { Description: 'x' }],
    ['UpdateAssumeRolePolicy', { PolicyDocument: document }],
    ['PutRolePolicy', { PolicyName: 'p', PolicyDocument: document }],
    ['DeleteRolePolicy', { PolicyName: 'p' }],
    ['AttachRolePolicy', { PolicyArn }],
    ['DetachRolePolicy', { PolicyArn }],
    ['PutRolePermissionsBoundary', { PermissionsBoundary: PolicyArn }],
    ['DeleteRolePermissionsBoundary', {}],
  ] as const)
    iam.refuses('UnmodifiableEntity', action, { RoleName, ...input }, /protected role/)
  iam.refuses('InvalidInput', 'CreateRole', {
    RoleName: 'mine',
    Path: '/aws-service-role/x/',
    AssumeRolePolicyDocument: document,
  })
})

test('it goes when nothing needs it, and the task says so', () => {
  iam.call('CreateServiceLinkedRole', { AWSServiceName })
  const { DeletionTaskId } = iam.call('DeleteServiceLinkedRole', { RoleName })
  assert.match(DeletionTaskId, /^task\/aws-service-role\/codeguru-profiler\.amazonaws\.com\/AWSServiceRole/)
  iam.refuses('NoSuchEntity', 'GetRole', { RoleName })
  assert.deepEqual(iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }), {
    Status: 'SUCCEEDED',
  })
  // Made again, it is another: the task is about the one before.
  iam.call('CreateServiceLinkedRole', { AWSServiceName })
  assert.equal(iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }).Status, 'SUCCEEDED')
})

test('it stays while notification channels need it, and the task names them', () => {
  iam.call('CreateServiceLinkedRole', { AWSServiceName })
  iam.serviceRoleUses = [group]
  const { DeletionTaskId } = iam.call('DeleteServiceLinkedRole', { RoleName })
  assert.equal(iam.call('GetRole', { RoleName }).Role.RoleName, RoleName)
  const { Status, Reason } = iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
  assert.equal(Status, 'FAILED')
  assert.deepEqual(Reason!.RoleUsageList, [{ Resources: [group] }])
})

test('only a service-linked role goes this way, and only a task that was given has a state', () => {
  const AssumeRolePolicyDocument =
    '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
  iam.call('CreateRole', { RoleName: 'mine', AssumeRolePolicyDocument })
  iam.refuses('InvalidInput', 'DeleteServiceLinkedRole', { RoleName: 'mine' })
  iam.refuses('NoSuchEntity', 'DeleteServiceLinkedRole', { RoleName })
  for (const DeletionTaskId of [
    'x',
    'task/aws-service-role/x/y/AROAX',
    `task/aws-service-role/${AWSServiceName}/${RoleName}/x`,
  ])
    iam.refuses('NoSuchEntity', 'GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
})
