import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type TestIam, testIam } from '../testing/test-iam.ts'

const document = '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'

let iam: TestIam
let own: string
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann', Tags: [{ Key: 'a', Value: 'b' }] })
  iam.call('CreateGroup', { GroupName: 'staff' })
  iam.call('AddUserToGroup', { GroupName: 'staff', UserName: 'ann' })
  iam.call('PutUserPolicy', { UserName: 'ann', PolicyName: 'inline', PolicyDocument: document })
  own = iam.call('CreatePolicy', { PolicyName: 'own', PolicyDocument: document, Description: 'd' }).Policy!
    .Arn!
  iam.call('CreatePolicyVersion', { PolicyArn: own, PolicyDocument: document })
  iam.call('AttachGroupPolicy', { GroupName: 'staff', PolicyArn: own })
  const trust = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:user/ann` }, Action: 'sts:AssumeRole' },
    ],
  })
  iam.call('CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: trust })
  iam.call('PutRolePermissionsBoundary', { RoleName: 'deploy', PermissionsBoundary: own })
})

test('the summary counts what there is, beside what there may be', () => {
  iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' })
  const summary = iam.call('GetAccountSummary').SummaryMap!
  for (const [key, value] of Object.entries({
    Users: 2,
    UsersQuota: 5000,
    Groups: 1,
    Roles: 1,
    Policies: 1,
    PolicyVersionsInUse: 2,
    MFADevices: 1,
    MFADevicesInUse: 0,
    AccessKeysPerUserQuota: 2,
  }))
    assert.equal(summary[key], value, key)
})

test('the details tell everything about users, groups, roles and policies', () => {
  const details = iam.call('GetAccountAuthorizationDetails')
  assert.equal(details.IsTruncated, false)
  const ann = details.UserDetailList!.find(({ UserName }) => UserName === 'ann')!
  assert.deepEqual(ann.UserPolicyList, [{ PolicyName: 'inline', PolicyDocument: document }])
  assert.deepEqual([ann.GroupList, ann.Tags], [['staff'], [{ Key: 'a', Value: 'b' }]])
  const [group] = details.GroupDetailList!
  assert.deepEqual(group!.AttachedManagedPolicies, [{ PolicyName: 'own', PolicyArn: own }])
  const [role] = details.RoleDetailList!
  assert.equal(role!.PermissionsBoundary!.PermissionsBoundaryArn, own)
  assert.match(role!.AssumeRolePolicyDocument!, /:user\/ann/)
  const policy = details.Policies!.find(({ Arn }) => Arn === own)!
  assert.deepEqual(
    [policy.AttachmentCount, policy.PermissionsBoundaryUsageCount, policy.Description],
    [1, 1, 'd'],
  )
  assert.deepEqual(
    policy.PolicyVersionList!.map(({ VersionId }) => VersionId),
    ['v1', 'v2'],
  )
  assert.ok(details.Policies!.some(({ PolicyName }) => PolicyName === 'AdministratorAccess'))
})

test('the details can be of some kinds only, and come a page at a time', () => {
  const counts = (parameters: Parameters<TestIam['call']>[1]): number[] => {
    const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = iam.call(
      'GetAccountAuthorizationDetails',
      parameters,
    )
    return [UserDetailList, GroupDetailList, RoleDetailList, Policies].map((list) => list!.length)
  }
  assert.deepEqual(counts({ Filter: ['User', 'Role'] }), [2, 0, 1, 0])
  assert.deepEqual(counts({ Filter: ['LocalManagedPolicy'] }), [0, 0, 0, 1])
  const [users, groups, roles, policies] = counts({})
  assert.deepEqual(counts({ Filter: [] }), [users, groups, roles, policies])
  const pages = iam.pages('GetAccountAuthorizationDetails', 'UserDetailList', 1)
  assert.equal(pages.length, users! + groups! + roles! + policies!)
  assert.equal(pages.flat().length, 2)
})

test('an account has no aliases', () => {
  assert.deepEqual(iam.call('ListAccountAliases'), { AccountAliases: [], IsTruncated: false })
})
