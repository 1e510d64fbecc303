import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { accountId, type Parameters, type TestIam, testIam, testStart } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann' })
  iam.call('CreateGroup', { GroupName: 'staff' })
  const trust = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
  iam.call('CreateRole', { RoleName: 'deploy', AssumeRolePolicyDocument: trust })
})

const documentOf = (action: string): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

function create(PolicyName: string, more: Parameters = {}): string {
  return iam.call('CreatePolicy', { PolicyName, PolicyDocument: documentOf('s3:*'), ...more }).Policy!.Arn!
}
function listed(parameters: Parameters): (string | null | undefined)[] {
  return iam.call('ListPolicies', parameters).Policies!.map(({ PolicyName }) => PolicyName)
}

test('a policy is made with its first version', () => {
  const PolicyArn = create('Read', { Path: '/team/', Description: 'd', Tags: [{ Key: 'a', Value: 'b' }] })
  assert.equal(PolicyArn, `arn:aws:iam::${accountId}:policy/team/Read`)
  const { Policy } = iam.call('GetPolicy', { PolicyArn })
  assert.match(Policy!.PolicyId!, /^ANPA[A-Z2-7]{17}$/)
  assert.deepEqual(
    { ...Policy, PolicyId: null },
    {
      PolicyName: 'Read',
      PolicyId: null,
      Arn: PolicyArn,
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: testStart,
      UpdateDate: testStart,
      Description: 'd',
      Tags: [{ Key: 'a', Value: 'b' }],
    },
  )
  assert.deepEqual(iam.call('GetPolicyVersion', { PolicyArn, VersionId: 'v1' }).PolicyVersion, {
    Document: documentOf('s3:*'),
    VersionId: 'v1',
    IsDefaultVersion: true,
    CreateDate: testStart,
  })
})

test('a name is taken whatever its case and path', () => {
  create('Read', { Path: '/a/' })
  iam.refuses(
    'EntityAlreadyExists',
    'CreatePolicy',
    { PolicyName: 'READ', PolicyDocument: documentOf('s3:*') },
    /^A policy called READ already exists\. Duplicate names are not allowed\.$/,
  )
})

test('an ARN is exact: another path, spelling or account is another policy', () => {
  create('Read', { Path: '/a/' })
  for (const PolicyArn of [
    `arn:aws:iam::${accountId}:policy/Read`,
    `arn:aws:iam::${accountId}:policy/a/read`,
    'arn:aws:iam::999999999999:policy/a/Read',
    'arn:aws:iam::aws:policy/a/Read',
  ])
    iam.refuses('NoSuchEntity', 'GetPolicy', { PolicyArn }, /was not found/)
})

test('versions are counted on, at most five at a time, and one of them is the default', () => {
  const PolicyArn = create('p')
  iam.now += 1000
  const version = (action: string, more: Parameters = {}): string =>
    iam.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: documentOf(action), ...more }).PolicyVersion!
      .VersionId!
  assert.equal(version('a:2'), 'v2')
  assert.equal(iam.call('GetPolicy', { PolicyArn }).Policy!.DefaultVersionId, 'v1')
  assert.equal(version('a:3', { SetAsDefault: true }), 'v3')
  const { Policy } = iam.call('GetPolicy', { PolicyArn })
  assert.deepEqual([Policy!.DefaultVersionId, Policy!.UpdateDate], ['v3', testStart + 1000])
  version('a:4')
  version('a:5')
  const sixth = { PolicyArn, PolicyDocument: documentOf('a:6') }
  iam.refuses('LimitExceeded', 'CreatePolicyVersion', sixth, /up to 5 versions/)
  const ids = (): unknown =>
    iam.call('ListPolicyVersions', { PolicyArn }).Versions!.map(({ VersionId }) => VersionId)
  assert.deepEqual(ids(), ['v5', 'v4', 'v3', 'v2', 'v1'])
  iam.refuses('DeleteConflict', 'DeletePolicyVersion', { PolicyArn, VersionId: 'v3' }, /default version/)
  iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })
  assert.equal(version('a:6'), 'v6', 'no number is used again')
  iam.call('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' })
  assert.deepEqual(
    iam.pages('ListPolicyVersions', 'Versions', 2, { PolicyArn }).map((page) => page.length),
    [2, 2, 1],
  )
  assert.equal(iam.call('GetPolicy', { PolicyArn }).Policy!.DefaultVersionId, 'v1')
  for (const action of ['GetPolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'] as const)
    iam.refuses('NoSuchEntity', action, { PolicyArn, VersionId: 'v5' })
})

test('a policy is deleted when nothing uses it and one version is left', () => {
  const PolicyArn = create('p')
  iam.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: documentOf('a:2') })
  iam.refuses('DeleteConflict', 'DeletePolicy', { PolicyArn }, /more than one version/)
  iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })
  iam.call('AttachUserPolicy', { UserName: 'ann', PolicyArn })
  iam.refuses('DeleteConflict', 'DeletePolicy', { PolicyArn }, /attached to entities/)
  iam.call('DetachUserPolicy', { UserName: 'ann', PolicyArn })
  iam.call('PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: PolicyArn })
  iam.refuses('DeleteConflict', 'DeletePolicy', { PolicyArn }, /attached to entities/)
  iam.call('DeleteUserPermissionsBoundary', { UserName: 'ann' })
  iam.call('DeletePolicy', { PolicyArn })
  iam.refuses('NoSuchEntity', 'GetPolicy', { PolicyArn })
})

test('a policy that is none or too long is refused', () => {
  const long = documentOf(`s3:${'x'.repeat(6144)}`)
  for (const [action, parameters] of [
    ['CreatePolicy', { PolicyName: 'x' }],
    ['CreatePolicyVersion', { PolicyArn: create('p') }],
  ] as const) {
    iam.refuses('MalformedPolicyDocument', action, { ...parameters, PolicyDocument: '{}' }, /line 1/)
    iam.refuses('LimitExceeded', action, { ...parameters, PolicyDocument: long }, /PolicySize: 6144/)
  }
})

test('what ships with Wick is there for everybody, and stays as it is', () => {
  assert.equal(iam.call('GetPolicy', { PolicyArn: administrator }).Policy!.PolicyName, 'AdministratorAccess')
  const { DefaultVersionId } = iam.call('GetPolicy', { PolicyArn: administrator }).Policy!
  const { PolicyVersion } = iam.call('GetPolicyVersion', {
    PolicyArn: administrator,
    VersionId: DefaultVersionId!,
  })
  assert.deepEqual(JSON.parse(PolicyVersion!.Document!).Statement, [
    { Effect: 'Allow', Action: '*', Resource: '*' },
  ])
  for (const [action, more] of [
    ['DeletePolicy', {}],
    ['CreatePolicyVersion', { PolicyDocument: documentOf('a:b') }],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['TagPolicy', { Tags: [{ Key: 'a', Value: '' }] }],
  ] as const)
    iam.refuses('InvalidInput', action, { PolicyArn: administrator, ...more }, /ships with Wick/)
})

test('policies are listed by scope, path and use', () => {
  const PolicyArn = create('mine', { Path: '/x/' })
  create('other')
  assert.deepEqual(listed({ Scope: 'Local' }), ['mine', 'other'])
  assert.deepEqual(listed({ Scope: 'Local', PathPrefix: '/x/' }), ['mine'])
  assert.ok(listed({ Scope: 'AWS' }).includes('AdministratorAccess'))
  assert.ok(!listed({ Scope: 'AWS' }).includes('mine'))
  assert.ok(listed({}).includes('AdministratorAccess') && listed({}).includes('mine'))
  assert.deepEqual(listed({ OnlyAttached: true }), [])
  iam.call('AttachGroupPolicy', { GroupName: 'staff', PolicyArn })
  iam.call('PutRolePermissionsBoundary', { RoleName: 'deploy', PermissionsBoundary: administrator })
  assert.deepEqual(listed({ OnlyAttached: true }), ['mine'])
  assert.deepEqual(listed({ PolicyUsageFilter: 'PermissionsPolicy' }), ['mine'])
  assert.deepEqual(listed({ PolicyUsageFilter: 'PermissionsBoundary' }), ['AdministratorAccess'])
  assert.deepEqual(iam.pages('ListPolicies', 'Policies', 1, { Scope: 'Local' }).length, 2)
})

test('tags of a policy are set, listed and taken away', () => {
  const PolicyArn = create('p')
  iam.call('TagPolicy', {
    PolicyArn,
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  })
  iam.call('UntagPolicy', { PolicyArn, TagKeys: ['A'] })
  assert.deepEqual(iam.call('ListPolicyTags', { PolicyArn }).Tags, [{ Key: 'b', Value: '2' }])
})
