import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { accountId, type TestIam, testIam } from '../testing/test-iam.ts'

const PolicyDocument = '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const servicePolicy = 'arn:aws:iam::aws:policy/aws-service-role/AWSServiceRoleForCodeGuru-Profiler'

let iam: TestIam
let own: string
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'ann', Path: '/p/' })
  iam.call('CreateGroup', { GroupName: 'ann' })
  const trust = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
  iam.call('CreateRole', { RoleName: 'ann', AssumeRolePolicyDocument: trust })
  own = iam.call('CreatePolicy', { PolicyName: 'own', Path: '/x/', PolicyDocument }).Policy!.Arn!
})

for (const kind of ['User', 'Group', 'Role'] as const) {
  describe(`policies of a ${kind.toLowerCase()}`, () => {
    const holder = { [`${kind}Name`]: 'ann' }
    const names = (more = {}): unknown =>
      iam
        .call(`ListAttached${kind}Policies`, { ...holder, ...more })
        .AttachedPolicies!.map(({ PolicyName, PolicyArn }) => `${PolicyName} ${PolicyArn}`)

    test('are attached once, listed and detached', () => {
      iam.call(`Attach${kind}Policy`, { ...holder, PolicyArn: own })
      iam.call(`Attach${kind}Policy`, { ...holder, PolicyArn: administrator })
      iam.call(`Attach${kind}Policy`, { ...holder, PolicyArn: own })
      assert.deepEqual(names(), [`AdministratorAccess ${administrator}`, `own ${own}`])
      assert.deepEqual(names({ PathPrefix: '/x/' }), [`own ${own}`])
      assert.equal(iam.pages(`ListAttached${kind}Policies`, 'AttachedPolicies', 1, holder).length, 2)
      iam.call(`Detach${kind}Policy`, { ...holder, PolicyArn: own })
      iam.refuses('NoSuchEntity', `Detach${kind}Policy`, { ...holder, PolicyArn: own }, /was not found/)
      assert.deepEqual(names(), [`AdministratorAccess ${administrator}`])
    })

    test('must be there and attachable', () => {
      for (const PolicyArn of [`arn:aws:iam::${accountId}:policy/own`, 'arn:aws:iam::aws:policy/Nothing'])
        iam.refuses('NoSuchEntity', `Attach${kind}Policy`, { ...holder, PolicyArn }, /does not exist/)
      iam.refuses('PolicyNotAttachable', `Attach${kind}Policy`, { ...holder, PolicyArn: servicePolicy })
    })

    test('are ten at most', () => {
      for (let i = 0; i <= 10; i++) {
        const { Arn } = iam.call('CreatePolicy', { PolicyName: `p${i}`, PolicyDocument }).Policy!
        const parameters = { ...holder, PolicyArn: Arn! }
        if (i < 10) iam.call(`Attach${kind}Policy`, parameters)
        else
          iam.refuses(
            'LimitExceeded',
            `Attach${kind}Policy`,
            parameters,
            new RegExp(`PoliciesPer${kind}: 10`),
          )
      }
    })
  })
}

test('a boundary is a policy that is there, and shown with whom it bounds', () => {
  for (const kind of ['User', 'Role'] as const) {
    const holder = { [`${kind}Name`]: 'ann' }
    const boundary = (): unknown => {
      const output = iam.call(`Get${kind}`, holder) as unknown as Record<
        string,
        { PermissionsBoundary: unknown }
      >
      return output[kind]!.PermissionsBoundary
    }
    iam.call(`Put${kind}PermissionsBoundary`, { ...holder, PermissionsBoundary: own })
    assert.deepEqual(boundary(), {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: own,
    })
    for (const [code, PermissionsBoundary] of [
      ['NoSuchEntity', 'arn:aws:iam::aws:policy/Nothing'],
      ['PolicyNotAttachable', servicePolicy],
    ] as const)
      iam.refuses(code, `Put${kind}PermissionsBoundary`, { ...holder, PermissionsBoundary })
    iam.call(`Delete${kind}PermissionsBoundary`, holder)
    assert.equal(boundary(), null)
  }
  iam.refuses('NoSuchEntity', 'CreateUser', {
    UserName: 'bob',
    PermissionsBoundary: 'arn:aws:iam::aws:policy/Nothing',
  })
  const { User } = iam.call('CreateUser', { UserName: 'bob', PermissionsBoundary: own })
  assert.equal(User!.PermissionsBoundary!.PermissionsBoundaryArn, own)
})

test('whoever has a policy is listed by kind, use and path, a page at a time', () => {
  iam.call('AttachUserPolicy', { UserName: 'ann', PolicyArn: own })
  iam.call('AttachGroupPolicy', { GroupName: 'ann', PolicyArn: own })
  iam.call('PutRolePermissionsBoundary', { RoleName: 'ann', PermissionsBoundary: own })
  iam.call('AttachUserPolicy', { UserName: 'wick-admin', PolicyArn: administrator })
  const entities = (more = {}): string => {
    const output = iam.call('ListEntitiesForPolicy', { PolicyArn: own, ...more })
    const { PolicyGroups, PolicyUsers, PolicyRoles } = output
    return [
      ...PolicyGroups!.map(({ GroupName, GroupId }) => `${GroupId!.slice(0, 4)} ${GroupName}`),
      ...PolicyUsers!.map(({ UserName, UserId }) => `${UserId!.slice(0, 4)} ${UserName}`),
      ...PolicyRoles!.map(({ RoleName, RoleId }) => `${RoleId!.slice(0, 4)} ${RoleName}`),
      ...(output.IsTruncated ? ['…'] : []),
    ].join(', ')
  }
  assert.equal(entities(), 'AGPA ann, AIDA ann, AROA ann')
  assert.equal(entities({ EntityFilter: 'User' }), 'AIDA ann')
  assert.equal(entities({ PathPrefix: '/p/' }), 'AIDA ann')
  assert.equal(entities({ PolicyUsageFilter: 'PermissionsPolicy' }), 'AGPA ann, AIDA ann')
  assert.equal(entities({ PolicyUsageFilter: 'PermissionsBoundary' }), 'AROA ann')
  assert.equal(entities({ MaxItems: 1 }), 'AGPA ann, …')
  assert.equal(iam.pages('ListEntitiesForPolicy', 'PolicyUsers', 1, { PolicyArn: own }).flat().length, 1)
  iam.refuses('NoSuchEntity', 'ListEntitiesForPolicy', { PolicyArn: `arn:aws:iam::${accountId}:policy/none` })
})
