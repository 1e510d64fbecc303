import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { iamService, parseQueryRequest, readQueryInput } from '@wick/wire/query'
import { iamAccess } from './iam-access.ts'
import type { IamOperationName } from './operations/handler.ts'
import { accountId, formOf, type Parameters, type TestIam, testIam } from './testing/test-iam.ts'

let iam: TestIam
beforeEach(() => {
  iam = testIam()
  iam.call('CreateUser', { UserName: 'Ann', Path: '/team/', Tags: [{ Key: 'Team', Value: 'red' }] })
  iam.call('CreateGroup', { GroupName: 'Staff', Path: '/g/' })
  const trust = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
  iam.call('CreateRole', { RoleName: 'Deploy', Path: '/r/', AssumeRolePolicyDocument: trust })
})

type Asked = ReturnType<typeof iamAccess>

function asked(action: IamOperationName, parameters: Parameters = {}): Asked {
  const body = formOf({ Action: action, Version: '2010-05-08', ...parameters })
  const { form } = parseQueryRequest(iamService, Buffer.from(body))
  return iamAccess(iam.account, action, readQueryInput(iamService.operations[action], form), iam.caller)
}
const resource = (action: IamOperationName, parameters: Parameters = {}): string => {
  const [{ resource: arn }] = asked(action, parameters) as [Asked[number]]
  return arn.replace(`arn:aws:iam::${accountId}:`, '')
}
const policy = `arn:aws:iam::${accountId}:policy/x/p`
const document = '{"Statement":[]}'
const codes = { AuthenticationCode1: '000000', AuthenticationCode2: '000000' }
const phone = `arn:aws:iam::${accountId}:mfa/phone`
const AWSServiceName = 'codeguru-profiler.amazonaws.com'
const slr = `role/aws-service-role/${AWSServiceName}/AWSServiceRoleForCodeGuruProfiler`
const provider = { OpenIDConnectProviderArn: `arn:aws:iam::${accountId}:oidc-provider/issuer.example` }
const user = { UserName: 'ann' }
const group = { GroupName: 'staff' }
const role = { RoleName: 'deploy' }

/** The service authorization reference, for every operation there is. */
const reference: readonly (readonly [IamOperationName, Parameters, string])[] = [
  ['CreateUser', { UserName: 'new', Path: '/p/' }, 'user/p/new'],
  ['GetUser', {}, 'user/wick-admin'],
  ['GetUser', user, 'user/team/Ann'],
  ['GetUser', { UserName: 'nobody' }, 'user/nobody'],
  ['ListUsers', { PathPrefix: '/team/' }, 'user/team/'],
  ['ListUsers', {}, 'user/'],
  ['UpdateUser', user, 'user/team/Ann'],
  ['DeleteUser', user, 'user/team/Ann'],
  ['ListUserTags', user, 'user/team/Ann'],
  ['TagUser', { ...user, Tags: [] }, 'user/team/Ann'],
  ['UntagUser', { ...user, TagKeys: [] }, 'user/team/Ann'],
  ['PutUserPermissionsBoundary', { ...user, PermissionsBoundary: policy }, 'user/team/Ann'],
  ['DeleteUserPermissionsBoundary', user, 'user/team/Ann'],
  ['CreateLoginProfile', { ...user, Password: 'x' }, 'user/team/Ann'],
  ['GetLoginProfile', user, 'user/team/Ann'],
  ['UpdateLoginProfile', user, 'user/team/Ann'],
  ['DeleteLoginProfile', user, 'user/team/Ann'],
  ['ChangePassword', { OldPassword: 'x', NewPassword: 'y' }, 'user/wick-admin'],
  ['CreateGroup', { GroupName: 'new' }, 'group/new'],
  ['GetGroup', group, 'group/g/Staff'],
  ['ListGroups', {}, 'group/'],
  ['UpdateGroup', group, 'group/g/Staff'],
  ['DeleteGroup', group, 'group/g/Staff'],
  ['AddUserToGroup', { ...group, ...user }, 'group/g/Staff'],
  ['RemoveUserFromGroup', { ...group, ...user }, 'group/g/Staff'],
  ['ListGroupsForUser', user, 'user/team/Ann'],
  ['CreateAccessKey', {}, 'user/wick-admin'],
  ['CreateAccessKey', user, 'user/team/Ann'],
  ['ListAccessKeys', user, 'user/team/Ann'],
  ['UpdateAccessKey', { ...user, AccessKeyId: 'AKIAXXXXXXXXXXXXXXXX', Status: 'Active' }, 'user/team/Ann'],
  ['DeleteAccessKey', { ...user, AccessKeyId: 'AKIAXXXXXXXXXXXXXXXX' }, 'user/team/Ann'],
  ['GetAccessKeyLastUsed', { AccessKeyId: 'AKIAXXXXXXXXXXXXXXXX' }, '*'],
  ['CreateLoginProfile', { ...user, Password: 'x' }, 'user/team/Ann'],
  ['GetLoginProfile', {}, 'user/wick-admin'],
  ['UpdateLoginProfile', user, 'user/team/Ann'],
  ['DeleteLoginProfile', user, 'user/team/Ann'],
  ['ChangePassword', { OldPassword: 'x', NewPassword: 'y' }, 'user/wick-admin'],
  ['CreateRole', { RoleName: 'new', Path: '/p/', AssumeRolePolicyDocument: document }, 'role/p/new'],
  ['GetRole', role, 'role/r/Deploy'],
  ['ListRoles', {}, 'role/'],
  ['UpdateRole', role, 'role/r/Deploy'],
  ['UpdateRoleDescription', { ...role, Description: '' }, 'role/r/Deploy'],
  ['UpdateAssumeRolePolicy', { ...role, PolicyDocument: document }, 'role/r/Deploy'],
  ['DeleteRole', role, 'role/r/Deploy'],
  ['ListRoleTags', role, 'role/r/Deploy'],
  ['TagRole', { ...role, Tags: [] }, 'role/r/Deploy'],
  ['UntagRole', { ...role, TagKeys: [] }, 'role/r/Deploy'],
  ['PutRolePermissionsBoundary', { ...role, PermissionsBoundary: policy }, 'role/r/Deploy'],
  ['DeleteRolePermissionsBoundary', role, 'role/r/Deploy'],
  ['ListInstanceProfilesForRole', role, 'role/r/Deploy'],
  ['ListSSHPublicKeys', user, 'user/team/Ann'],
  ['ListSigningCertificates', user, 'user/team/Ann'],
  ['ListServiceSpecificCredentials', user, 'user/team/Ann'],
  ['CreateServiceLinkedRole', { AWSServiceName }, `role/aws-service-role/${AWSServiceName}/*`],
  ['DeleteServiceLinkedRole', { RoleName: 'x' }, 'role/x'],
  ['GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: `task/${slr.slice(5)}/AROAX` }, slr],
  ['PutUserPolicy', { ...user, PolicyName: 'p', PolicyDocument: document }, 'user/team/Ann'],
  ['GetUserPolicy', { ...user, PolicyName: 'p' }, 'user/team/Ann'],
  ['ListUserPolicies', user, 'user/team/Ann'],
  ['DeleteUserPolicy', { ...user, PolicyName: 'p' }, 'user/team/Ann'],
  ['PutGroupPolicy', { ...group, PolicyName: 'p', PolicyDocument: document }, 'group/g/Staff'],
  ['GetGroupPolicy', { ...group, PolicyName: 'p' }, 'group/g/Staff'],
  ['ListGroupPolicies', group, 'group/g/Staff'],
  ['DeleteGroupPolicy', { ...group, PolicyName: 'p' }, 'group/g/Staff'],
  ['PutRolePolicy', { ...role, PolicyName: 'p', PolicyDocument: document }, 'role/r/Deploy'],
  ['GetRolePolicy', { ...role, PolicyName: 'p' }, 'role/r/Deploy'],
  ['ListRolePolicies', role, 'role/r/Deploy'],
  ['DeleteRolePolicy', { ...role, PolicyName: 'p' }, 'role/r/Deploy'],
  ['CreatePolicy', { PolicyName: 'p', Path: '/x/', PolicyDocument: document }, 'policy/x/p'],
  ['GetPolicy', { PolicyArn: policy }, 'policy/x/p'],
  ['ListPolicies', {}, '*'],
  ['DeletePolicy', { PolicyArn: policy }, 'policy/x/p'],
  ['CreatePolicyVersion', { PolicyArn: policy, PolicyDocument: document }, 'policy/x/p'],
  ['GetPolicyVersion', { PolicyArn: policy, VersionId: 'v1' }, 'policy/x/p'],
  ['ListPolicyVersions', { PolicyArn: policy }, 'policy/x/p'],
  ['SetDefaultPolicyVersion', { PolicyArn: policy, VersionId: 'v1' }, 'policy/x/p'],
  ['DeletePolicyVersion', { PolicyArn: policy, VersionId: 'v1' }, 'policy/x/p'],
  ['ListPolicyTags', { PolicyArn: policy }, 'policy/x/p'],
  ['TagPolicy', { PolicyArn: policy, Tags: [] }, 'policy/x/p'],
  ['UntagPolicy', { PolicyArn: policy, TagKeys: [] }, 'policy/x/p'],
  ['AttachUserPolicy', { ...user, PolicyArn: policy }, 'user/team/Ann'],
  ['DetachUserPolicy', { ...user, PolicyArn: policy }, 'user/team/Ann'],
  ['ListAttachedUserPolicies', user, 'user/team/Ann'],
  ['AttachGroupPolicy', { ...group, PolicyArn: policy }, 'group/g/Staff'],
  ['DetachGroupPolicy', { ...group, PolicyArn: policy }, 'group/g/Staff'],
  ['ListAttachedGroupPolicies', group, 'group/g/Staff'],
  ['AttachRolePolicy', { ...role, PolicyArn: policy }, 'role/r/Deploy'],
  ['DetachRolePolicy', { ...role, PolicyArn: policy }, 'role/r/Deploy'],
  ['ListAttachedRolePolicies', role, 'role/r/Deploy'],
  ['ListEntitiesForPolicy', { PolicyArn: policy }, 'policy/x/p'],
  ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone', Path: '/p/' }, 'mfa/p/phone'],
  ['EnableMFADevice', { ...user, SerialNumber: phone, ...codes }, 'user/team/Ann'],
  ['ResyncMFADevice', { ...user, SerialNumber: phone, ...codes }, 'user/team/Ann'],
  ['ListMFADevices', user, 'user/team/Ann'],
  ['ListVirtualMFADevices', {}, '*'],
  ['DeactivateMFADevice', { ...user, SerialNumber: phone }, 'user/team/Ann'],
  ['DeleteVirtualMFADevice', { SerialNumber: phone }, 'mfa/phone'],
  ['CreateOpenIDConnectProvider', { Url: 'https://issuer.example/a' }, 'oidc-provider/issuer.example/a'],
  ['GetOpenIDConnectProvider', provider, 'oidc-provider/issuer.example'],
  ['ListOpenIDConnectProviders', {}, '*'],
  ['DeleteOpenIDConnectProvider', provider, 'oidc-provider/issuer.example'],
  ['AddClientIDToOpenIDConnectProvider', { ...provider, ClientID: 'x' }, 'oidc-provider/issuer.example'],
  ['RemoveClientIDFromOpenIDConnectProvider', { ...provider, ClientID: 'x' }, 'oidc-provider/issuer.example'],
  [
    'UpdateOpenIDConnectProviderThumbprint',
    { ...provider, ThumbprintList: [] },
    'oidc-provider/issuer.example',
  ],
  ['TagOpenIDConnectProvider', { ...provider, Tags: [] }, 'oidc-provider/issuer.example'],
  ['UntagOpenIDConnectProvider', { ...provider, TagKeys: [] }, 'oidc-provider/issuer.example'],
  ['ListOpenIDConnectProviderTags', provider, 'oidc-provider/issuer.example'],
  ['SimulateCustomPolicy', { PolicyInputList: [], ActionNames: [] }, '*'],
  ['SimulatePrincipalPolicy', { PolicySourceArn: policy, ActionNames: [] }, 'policy/x/p'],
  ['GetContextKeysForCustomPolicy', { PolicyInputList: [] }, '*'],
  ['GetContextKeysForPrincipalPolicy', { PolicySourceArn: policy }, 'policy/x/p'],
  ['GetAccountSummary', {}, '*'],
  ['GetAccountAuthorizationDetails', {}, '*'],
  ['ListAccountAliases', {}, '*'],
]

test('every operation is allowed by the action of its name, on what it is about', () => {
  for (const [action, parameters, expected] of reference) {
    assert.equal(resource(action, parameters), expected, action)
    assert.equal(asked(action, parameters)[0]!.action, `iam:${action}`)
  }
  const named = new Set(reference.map(([action]) => action))
  assert.deepEqual([...named].toSorted(), Object.keys(iamService.operations).toSorted(), 'none is left out')
})

const conditions = (action: IamOperationName, parameters: Parameters): unknown =>
  asked(action, parameters)[0]!.conditions

test('conditions can ask for the tags of what there is and of what is asked for', () => {
  assert.deepEqual(conditions('TagUser', { ...user, Tags: [{ Key: 'Cost', Value: '1' }] }), {
    'aws:resourcetag/team': 'red',
    'iam:resourcetag/team': 'red',
    'aws:requesttag/cost': '1',
    'aws:tagkeys': ['Cost'],
  })
  assert.deepEqual(conditions('UntagRole', { ...role, TagKeys: ['a'] }), { 'aws:tagkeys': ['a'] })
})

test('making something with tags takes the right to tag, too', () => {
  const tagged = { UserName: 'new', Tags: [{ Key: 'a', Value: 'b' }] }
  assert.deepEqual(
    asked('CreateUser', tagged).map(({ action }) => action),
    ['iam:CreateUser', 'iam:TagUser'],
  )
  assert.deepEqual(
    asked('CreateUser', { UserName: 'new' }).map(({ action }) => action),
    ['iam:CreateUser'],
  )
})

test('conditions can ask which policy, boundary or service it is about', () => {
  assert.deepEqual(conditions('AttachRolePolicy', { ...role, PolicyArn: policy }), {
    'iam:policyarn': policy,
  })
  assert.deepEqual(conditions('DeletePolicy', { PolicyArn: policy }), {})
  assert.deepEqual(conditions('CreateUser', { UserName: 'new', PermissionsBoundary: policy }), {
    'iam:permissionsboundary': policy,
  })
  assert.deepEqual(conditions('CreateServiceLinkedRole', { AWSServiceName }), {
    'iam:awsservicename': AWSServiceName,
  })
})

test('where permissions change, conditions can ask for the boundary that is there', () => {
  const boundary = 'arn:aws:iam::aws:policy/AdministratorAccess'
  iam.call('PutRolePermissionsBoundary', { ...role, PermissionsBoundary: boundary })
  const key = { 'iam:permissionsboundary': boundary }
  assert.deepEqual(conditions('PutRolePolicy', { ...role, PolicyName: 'p', PolicyDocument: document }), key)
  assert.deepEqual(conditions('DeleteRolePermissionsBoundary', role), key)
  assert.deepEqual(conditions('GetRole', role), {})
})
