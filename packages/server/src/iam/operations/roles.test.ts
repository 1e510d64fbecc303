import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { emptyAccount } from '../account.ts'
import { testUser } from '../testing/identities.ts'
import { accountId, type TestIam, testIam, testStart } from '../testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
})

function trusting(...principals: string[]): string {
  const AWS = principals.length === 1 ? principals[0] : principals
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
  })
}
const trustService = JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { Service: 'x.amazonaws.com' }, Action: 'sts:AssumeRole' },
})

function createRole(RoleName: string, AssumeRolePolicyDocument: string): void {
  iam.call('CreateRole', { RoleName, AssumeRolePolicyDocument })
}
/** Principals of a role, as they are shown. */
function shown(RoleName: string): unknown {
  return JSON.parse(iam.call('GetRole', { RoleName }).Role.AssumeRolePolicyDocument!).Statement[0].Principal
    .AWS
}

test('a role is made with what it is told, and AWS’s defaults for the rest', () => {
  const { Role } = iam.call('CreateRole', {
    RoleName: 'Deploy',
    Path: '/ci/',
    AssumeRolePolicyDocument: trustService,
    Description: 'é',
    MaxSessionDuration: 7200,
    Tags: [{ Key: 'a', Value: 'b' }],
  })
  assert.match(Role.RoleId, /^AROA[A-Z2-7]{17}$/)
  assert.deepEqual(
    { ...Role, RoleId: null },
    {
      Path: '/ci/',
      RoleName: 'Deploy',
      RoleId: null,
      Arn: `arn:aws:iam::${accountId}:role/ci/Deploy`,
      CreateDate: testStart,
      AssumeRolePolicyDocument: trustService,
      Description: 'é',
      MaxSessionDuration: 7200,
      PermissionsBoundary: null,
      Tags: [{ Key: 'a', Value: 'b' }],
    },
  )
  createRole('plain', trustService)
  const plain = iam.call('GetRole', { RoleName: 'PLAIN' }).Role
  assert.equal(plain.MaxSessionDuration, 3600)
  assert.deepEqual(plain.RoleLastUsed, { LastUsedDate: null, Region: null })
  iam.uses.set(plain.RoleId, { at: testStart, service: 'iam', region: 'eu-west-1' })
  const { RoleLastUsed } = iam.call('GetRole', { RoleName: 'plain' }).Role
  assert.deepEqual(RoleLastUsed, { LastUsedDate: testStart, Region: 'eu-west-1' })
  iam.refuses('EntityAlreadyExists', 'CreateRole', {
    RoleName: 'DEPLOY',
    AssumeRolePolicyDocument: trustService,
  })
})

test('a trust policy names users and roles; they are kept by id and shown by name', () => {
  const { User } = iam.call('CreateUser', { UserName: 'ann', Path: '/a/' })
  createRole('r', trusting(User!.Arn))
  assert.equal(shown('r'), User!.Arn)
  assert.ok(iam.account.roles.get('r')!.trustPolicy.includes(User!.UserId))
  assert.ok(!iam.account.roles.get('r')!.trustPolicy.includes(User!.Arn))
  iam.call('UpdateUser', { UserName: 'ann', NewUserName: 'anna' })
  assert.equal(shown('r'), `arn:aws:iam::${accountId}:user/a/anna`, 'the same one under another name')
})

test('one who is made again under the name of one that is gone is not trusted', () => {
  const { User } = iam.call('CreateUser', { UserName: 'ann' })
  createRole('r', trusting(User!.Arn, `arn:aws:iam::${accountId}:root`))
  iam.call('DeleteUser', { UserName: 'ann' })
  iam.call('CreateUser', { UserName: 'ann' })
  assert.deepEqual(shown('r'), [User!.UserId, `arn:aws:iam::${accountId}:root`])
})

test('whoever is named must be there, exactly so', () => {
  iam.call('CreateUser', { UserName: 'ann', Path: '/a/' })
  for (const arn of [
    `arn:aws:iam::${accountId}:user/nobody`,
    `arn:aws:iam::${accountId}:user/ann`,
    `arn:aws:iam::${accountId}:role/a/ann`,
    'arn:aws:iam::999999999999:user/ann',
  ])
    iam.refuses(
      'MalformedPolicyDocument',
      'CreateRole',
      { RoleName: 'r', AssumeRolePolicyDocument: trusting(arn) },
      /^Invalid principal in policy: "AWS":"arn:/,
    )
  createRole('r', trustService)
  iam.refuses('MalformedPolicyDocument', 'UpdateAssumeRolePolicy', {
    RoleName: 'r',
    PolicyDocument: trusting(`arn:aws:iam::${accountId}:user/nobody`),
  })
})

test('principals of another account of this installation are kept and shown alike', () => {
  const bob = testUser('bob')
  iam.others.push({ ...emptyAccount('999999999999'), users: new Map([['bob', bob]]) })
  createRole('r', trusting('arn:aws:iam::999999999999:user/bob'))
  assert.ok(iam.account.roles.get('r')!.trustPolicy.includes(bob.id))
  assert.equal(shown('r'), 'arn:aws:iam::999999999999:user/bob')
})

test('accounts, sessions, services and everybody stay as they are written', () => {
  const session = `arn:aws:sts::${accountId}:assumed-role/other/session`
  createRole('r', trusting(accountId, session))
  assert.deepEqual(shown('r'), [accountId, session])
  const everybody = trustService.replace('{"Service":"x.amazonaws.com"}', '"*"')
  iam.call('UpdateAssumeRolePolicy', { RoleName: 'r', PolicyDocument: everybody })
  assert.equal(iam.call('GetRole', { RoleName: 'r' }).Role.AssumeRolePolicyDocument, everybody)
})

test('a trust policy that is none is refused with line and reason, one that is too long by its quota', () => {
  for (const [document, message] of [
    ['{', /line 1/],
    [trustService.replace('"Principal"', '"Principals"'), /line 1: .*Principals/],
    [trustService.replace('"sts:AssumeRole"', '[]'), /line 1/],
    ['{\n"Statement": [{\n"Effect": "Perhaps"\n}]}', /line 3/],
  ] as const) {
    const parameters = { RoleName: 'r', AssumeRolePolicyDocument: document }
    iam.refuses('MalformedPolicyDocument', 'CreateRole', parameters, message)
  }
  const long = trusting(
    ...Array.from({ length: 60 }, (_, i) => `arn:aws:sts::${accountId}:assumed-role/r/s${i}`),
  )
  iam.refuses(
    'LimitExceeded',
    'CreateRole',
    { RoleName: 'r', AssumeRolePolicyDocument: long },
    /ACLSizePerRole: 2048/,
  )
})

test('roles are updated, described and deleted once they hold nothing', () => {
  createRole('r', trustService)
  assert.deepEqual(
    iam.call('UpdateRole', { RoleName: 'r', Description: 'one', MaxSessionDuration: 43200 }),
    {},
  )
  iam.call('UpdateRole', { RoleName: 'r', MaxSessionDuration: 3600 })
  const { Role } = iam.call('GetRole', { RoleName: 'r' })
  assert.deepEqual([Role.Description, Role.MaxSessionDuration], ['one', 3600])
  const described = iam.call('UpdateRoleDescription', { RoleName: 'r', Description: 'two' })
  assert.equal(described.Role!.Description, 'two')
  const document = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })
  iam.call('PutRolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument: document })
  iam.refuses('DeleteConflict', 'DeleteRole', { RoleName: 'r' }, /delete policies/)
  iam.call('DeleteRolePolicy', { RoleName: 'r', PolicyName: 'p' })
  iam.call('DeleteRole', { RoleName: 'r' })
  iam.refuses('NoSuchEntity', 'GetRole', { RoleName: 'r' }, /^The role with name r cannot be found\.$/)
})

test('roles come a page at a time, by path, and their tags too', () => {
  for (const [RoleName, Path] of [
    ['b', '/x/'],
    ['a', '/'],
    ['c', '/x/'],
  ] as const)
    iam.call('CreateRole', { RoleName, Path, AssumeRolePolicyDocument: trustService })
  const names = iam
    .pages('ListRoles', 'Roles', 1, { PathPrefix: '/x/' })
    .map((page) => page.map((role) => (role as { RoleName: string }).RoleName))
  assert.deepEqual(names, [['b'], ['c']])
  iam.call('TagRole', {
    RoleName: 'b',
    Tags: [
      { Key: 'k', Value: 'v' },
      { Key: 'l', Value: 'v' },
    ],
  })
  assert.equal(iam.pages('ListRoleTags', 'Tags', 1, { RoleName: 'b' }).length, 2)
  iam.call('UntagRole', { RoleName: 'b', TagKeys: ['k'] })
  assert.deepEqual(iam.call('ListRoleTags', { RoleName: 'b' }).Tags, [{ Key: 'l', Value: 'v' }])
})

test('there are no instance profiles, which tools ask before they delete a role', () => {
  createRole('r', trustService)
  assert.deepEqual(iam.call('ListInstanceProfilesForRole', { RoleName: 'r' }).InstanceProfiles, [])
  iam.refuses('NoSuchEntity', 'ListInstanceProfilesForRole', { RoleName: 'x' })
})
