/** Administration with boto3, unmodified: every operation of IAM that there is, and what keys and policies then mean. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Answer, type Boto3, startBoto3 } from '../support/boto3.ts'
import { startWick, type Wick } from '../support/wick.ts'

const accountId = '000000000000'
const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
  ],
}
const allow = (Action: string, Resource = '*'): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const service = { service_name: 'iam' }

let directory: string
let wick: Wick
let boto3: Boto3
/** What was called, in boto3's names. */
const called = new Set<string>()

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-iam-'))
  wick = await startWick({ directory })
  boto3 = startBoto3(wick)
})

after(async () => {
  boto3?.close()
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

type Parameters = Readonly<Record<string, unknown>>

async function iam(operation: string, parameters: Parameters = {}): Promise<Answer> {
  called.add(operation)
  const { ResponseMetadata, ...answer } = await boto3.call(operation, parameters, service)
  assert.equal(ResponseMetadata.HTTPStatusCode, 200)
  assert.match(ResponseMetadata.RequestId, /^[0-9a-f-]{36}$/)
  return answer
}
const asText = (policy: object): string => JSON.stringify(policy)

function refuses(code: string, operation: string, parameters: Parameters, status: number): Promise<void> {
  const told = { code, status, isTyped: true }
  return assert.rejects(boto3.call(operation, parameters, service), told, operation)
}

test('users, groups and their tags', async () => {
  const { User } = await iam('create_user', {
    UserName: 'ann',
    Path: '/t<&>m/',
    Tags: [{ Key: 'team', Value: 'é = @' }],
  })
  assert.equal(User.Arn, `arn:aws:iam::${accountId}:user/t<&>m/ann`)
  assert.deepEqual((await iam('get_user', { UserName: 'ann' })).User, User)
  assert.equal((await iam('get_user')).User.UserName, 'wick-admin')
  await iam('tag_user', { UserName: 'ann', Tags: [{ Key: 'cost', Value: '' }] })
  await iam('untag_user', { UserName: 'ann', TagKeys: ['cost'] })
  assert.deepEqual((await iam('list_user_tags', { UserName: 'ann' })).Tags, [{ Key: 'team', Value: 'é = @' }])
  await iam('update_user', { UserName: 'ann', NewUserName: 'anna', NewPath: '/' })
  await iam('create_group', { GroupName: 'staff' })
  await iam('update_group', { GroupName: 'staff', NewGroupName: 'crew' })
  await iam('add_user_to_group', { GroupName: 'crew', UserName: 'anna' })
  const { Users, Group } = await iam('get_group', { GroupName: 'crew' })
  assert.deepEqual([Group.GroupName, Users[0].UserName], ['crew', 'anna'])
  assert.equal((await iam('list_groups_for_user', { UserName: 'anna' })).Groups[0].GroupName, 'crew')
  assert.equal((await iam('list_groups')).Groups.length, 1)
  assert.equal((await iam('list_users', { PathPrefix: '/' })).Users.length, 2)
})

test('inline policies come back as they were given', async () => {
  for (const kind of ['user', 'group', 'role']) {
    if (kind === 'role')
      await iam('create_role', { RoleName: 'crew', AssumeRolePolicyDocument: asText(trust) })
    const holder = { [`${kind[0]!.toUpperCase()}${kind.slice(1)}Name`]: kind === 'user' ? 'anna' : 'crew' }
    const document = asText(allow('s3:Get*', `arn:aws:s3:::home/\${aws:username}/é+ %25`))
    await iam(`put_${kind}_policy`, { ...holder, PolicyName: 'p', PolicyDocument: document })
    const { PolicyDocument } = await iam(`get_${kind}_policy`, { ...holder, PolicyName: 'p' })
    assert.deepEqual(PolicyDocument, JSON.parse(document), kind)
    assert.deepEqual((await iam(`list_${kind}_policies`, holder)).PolicyNames, ['p'])
    await iam(`delete_${kind}_policy`, { ...holder, PolicyName: 'p' })
  }
})

test('roles, with their trust policies, tags and boundaries', async () => {
  const named = { RoleName: 'crew' }
  const { Role } = await iam('get_role', named)
  assert.deepEqual(Role.AssumeRolePolicyDocument, trust)
  const trustsAnna = asText(trust).replace(':root', ':user/anna')
  await iam('update_assume_role_policy', { ...named, PolicyDocument: trustsAnna })
  assert.deepEqual((await iam('get_role', named)).Role.AssumeRolePolicyDocument, JSON.parse(trustsAnna))
  await iam('update_role', { ...named, Description: 'one', MaxSessionDuration: 7200 })
  const described = await iam('update_role_description', { ...named, Description: 'two' })
  assert.deepEqual([described.Role.Description, described.Role.MaxSessionDuration], ['two', 7200])
  await iam('tag_role', { ...named, Tags: [{ Key: 'a', Value: 'b' }] })
  assert.deepEqual((await iam('list_role_tags', named)).Tags, [{ Key: 'a', Value: 'b' }])
  await iam('untag_role', { ...named, TagKeys: ['a'] })
  await iam('put_role_permissions_boundary', { ...named, PermissionsBoundary: administrator })
  const boundary = (await iam('get_role', named)).Role.PermissionsBoundary
  assert.equal(boundary.PermissionsBoundaryArn, administrator)
  await iam('delete_role_permissions_boundary', named)
  await iam('put_user_permissions_boundary', { UserName: 'anna', PermissionsBoundary: administrator })
  await iam('delete_user_permissions_boundary', { UserName: 'anna' })
  assert.deepEqual((await iam('list_instance_profiles_for_role', named)).InstanceProfiles, [])
  assert.ok((await iam('list_roles')).Roles.some(({ RoleName }: Answer) => RoleName === 'crew'))
})

test('managed policies with versions, attached to everything', async () => {
  const made = await iam('create_policy', {
    PolicyName: 'own',
    PolicyDocument: asText(allow('s3:*')),
    Description: 'd',
  })
  const PolicyArn = made.Policy.Arn
  const version = await iam('create_policy_version', { PolicyArn, PolicyDocument: asText(allow('sns:*')) })
  assert.equal(version.PolicyVersion.VersionId, 'v2')
  await iam('set_default_policy_version', { PolicyArn, VersionId: 'v2' })
  const { PolicyVersion } = await iam('get_policy_version', { PolicyArn, VersionId: 'v2' })
  assert.deepEqual([PolicyVersion.Document, PolicyVersion.IsDefaultVersion], [allow('sns:*'), true])
  assert.equal((await iam('list_policy_versions', { PolicyArn })).Versions.length, 2)
  await iam('delete_policy_version', { PolicyArn, VersionId: 'v1' })
  await iam('tag_policy', { PolicyArn, Tags: [{ Key: 'a', Value: 'b' }] })
  assert.equal((await iam('list_policy_tags', { PolicyArn })).Tags.length, 1)
  await iam('untag_policy', { PolicyArn, TagKeys: ['a'] })
  const holders = { user: { UserName: 'anna' }, group: { GroupName: 'crew' }, role: { RoleName: 'crew' } }
  for (const [kind, holder] of Object.entries(holders)) {
    await iam(`attach_${kind}_policy`, { ...holder, PolicyArn })
    const { AttachedPolicies } = await iam(`list_attached_${kind}_policies`, holder)
    assert.deepEqual(AttachedPolicies, [{ PolicyName: 'own', PolicyArn }])
  }
  assert.equal((await iam('get_policy', { PolicyArn })).Policy.AttachmentCount, 3)
  assert.deepEqual((await iam('list_policies', { OnlyAttached: true, Scope: 'Local' })).Policies.length, 1)
  const entities = await iam('list_entities_for_policy', { PolicyArn })
  assert.deepEqual(
    [entities.PolicyUsers.length, entities.PolicyGroups.length, entities.PolicyRoles.length],
    [1, 1, 1],
  )
  for (const [kind, holder] of Object.entries(holders))
    await iam(`detach_${kind}_policy`, { ...holder, PolicyArn })
  await iam('delete_policy', { PolicyArn })
})

test('a MFA device, from its seed to its end', async () => {
  const { VirtualMFADevice } = await iam('create_virtual_mfa_device', { VirtualMFADeviceName: 'phone' })
  const { SerialNumber, Base32StringSeed, QRCodePNG } = VirtualMFADevice
  assert.equal(Buffer.from(QRCodePNG.base64, 'base64').toString('latin1', 1, 4), 'PNG')
  const seed = base32(Buffer.from(Base32StringSeed.base64, 'base64').toString())
  const step = Math.floor(Date.now() / 30_000)
  const device = { UserName: 'anna', SerialNumber }
  const codes = (last: number): Parameters => ({
    ...device,
    AuthenticationCode1: code(seed, last - 1),
    AuthenticationCode2: code(seed, last),
  })
  await refuses('InvalidAuthenticationCode', 'enable_mfa_device', codes(step + 100), 403)
  await iam('enable_mfa_device', codes(step - 2))
  assert.equal((await iam('list_mfa_devices', { UserName: 'anna' })).MFADevices[0].SerialNumber, SerialNumber)
  assert.equal((await iam('list_virtual_mfa_devices')).VirtualMFADevices[0].User.UserName, 'anna')
  await refuses('InvalidAuthenticationCode', 'resync_mfa_device', codes(step - 2), 403)
  await iam('resync_mfa_device', codes(step + 1))
  await iam('deactivate_mfa_device', device)
  await iam('delete_virtual_mfa_device', { SerialNumber })
})

test('the service-linked role', async () => {
  const { Role } = await iam('create_service_linked_role', {
    AWSServiceName: 'codeguru-profiler.amazonaws.com',
  })
  const { DeletionTaskId } = await iam('delete_service_linked_role', { RoleName: Role.RoleName })
  assert.equal((await iam('get_service_linked_role_deletion_status', { DeletionTaskId })).Status, 'SUCCEEDED')
})

test('simulations and reports', async () => {
  const PolicySourceArn = `arn:aws:iam::${accountId}:user/wick-admin`
  const own = await iam('simulate_principal_policy', { PolicySourceArn, ActionNames: ['s3:GetObject'] })
  const [{ EvalDecision, MatchedStatements }] = own.EvaluationResults
  assert.deepEqual([EvalDecision, MatchedStatements[0].SourcePolicyId], ['allowed', administrator])
  const PolicyInputList = [
    asText({
      ...allow('a:B'),
      Statement: [
        {
          Effect: 'Allow',
          Action: 'a:B',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'true' } },
        },
      ],
    }),
  ]
  const custom = await iam('simulate_custom_policy', {
    PolicyInputList,
    ActionNames: ['a:B', 'a:C'],
    ContextEntries: [
      { ContextKeyName: 'aws:SecureTransport', ContextKeyValues: ['true'], ContextKeyType: 'boolean' },
    ],
  })
  assert.deepEqual(
    custom.EvaluationResults.map((result: Answer) => result.EvalDecision),
    ['allowed', 'implicitDeny'],
  )
  const keys = { ContextKeyNames: ['aws:SecureTransport'] }
  assert.deepEqual(await iam('get_context_keys_for_custom_policy', { PolicyInputList }), keys)
  assert.deepEqual(
    await iam('get_context_keys_for_principal_policy', { PolicySourceArn, PolicyInputList }),
    keys,
  )
  assert.equal((await iam('get_account_summary')).SummaryMap.Users, 2)
  const details = await iam('get_account_authorization_details', { Filter: ['Role', 'User'] })
  assert.equal(details.UserDetailList.length, 2)
  assert.ok(details.RoleDetailList[0].AssumeRolePolicyDocument.Statement)
  assert.deepEqual((await iam('list_account_aliases')).AccountAliases, [])
})

test('a key of a user works as its policies say, until it is switched off', async () => {
  const { AccessKey } = await iam('create_access_key', { UserName: 'anna' })
  const client = {
    aws_access_key_id: AccessKey.AccessKeyId,
    aws_secret_access_key: AccessKey.SecretAccessKey,
  }
  const list = (): Promise<Answer> => boto3.call('list_profiling_groups', {}, client)
  await assert.rejects(list(), { code: 'AccessDeniedException', status: 403 })
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'
  await iam('attach_user_policy', { UserName: 'anna', PolicyArn })
  assert.deepEqual((await list()).profilingGroupNames, [])
  await assert.rejects(boto3.call('create_user', { UserName: 'x' }, { ...client, ...service }), {
    code: 'AccessDenied',
    status: 403,
  })
  const { AccessKeyLastUsed } = await iam('get_access_key_last_used', { AccessKeyId: AccessKey.AccessKeyId })
  assert.ok(AccessKeyLastUsed.LastUsedDate.datetime)
  const named = { UserName: 'anna', AccessKeyId: AccessKey.AccessKeyId }
  await iam('update_access_key', { ...named, Status: 'Inactive' })
  await assert.rejects(list(), { code: 'UnrecognizedClientException', status: 403 })
  assert.equal((await iam('list_access_keys', { UserName: 'anna' })).AccessKeyMetadata[0].Status, 'Inactive')
  await iam('delete_access_key', named)
  await iam('detach_user_policy', { UserName: 'anna', PolicyArn })
})

test('a password of a user, which only that user can change', async () => {
  const anna = { UserName: 'anna' }
  const first = 'correct horse battery staple 1'
  await refuses('PasswordPolicyViolation', 'create_login_profile', { ...anna, Password: 'short' }, 400)
  const made = await iam('create_login_profile', { ...anna, Password: first, PasswordResetRequired: true })
  assert.equal(made.LoginProfile.PasswordResetRequired, true)
  await iam('update_login_profile', { ...anna, Password: `${first}2`, PasswordResetRequired: false })
  assert.equal((await iam('get_login_profile', anna)).LoginProfile.UserName, 'anna')
  await iam('put_user_policy', {
    ...anna,
    PolicyName: 'p',
    PolicyDocument: asText(allow('iam:ChangePassword')),
  })
  const { AccessKey } = await iam('create_access_key', anna)
  const client = {
    aws_access_key_id: AccessKey.AccessKeyId,
    aws_secret_access_key: AccessKey.SecretAccessKey,
  }
  const change = (OldPassword: string): Promise<Answer> =>
    boto3.call('change_password', { OldPassword, NewPassword: `${first}3` }, { ...client, ...service })
  await assert.rejects(change(first), { code: 'InvalidInput', status: 400 })
  await change(`${first}2`)
  called.add('change_password')
  await iam('delete_login_profile', anna)
  await iam('delete_access_key', { ...anna, AccessKeyId: AccessKey.AccessKeyId })
  await iam('delete_user_policy', { ...anna, PolicyName: 'p' })
})

test('an identity provider, whose tokens roles may trust', async () => {
  const { OpenIDConnectProviderArn } = await iam('create_open_id_connect_provider', {
    Url: 'https://ci.example.com',
    ClientIDList: ['wick'],
  })
  const provider = { OpenIDConnectProviderArn }
  assert.equal(OpenIDConnectProviderArn, `arn:aws:iam::${accountId}:oidc-provider/ci.example.com`)
  await iam('add_client_id_to_open_id_connect_provider', { ...provider, ClientID: 'other' })
  await iam('remove_client_id_from_open_id_connect_provider', { ...provider, ClientID: 'wick' })
  const ThumbprintList = ['0'.repeat(40)]
  await iam('update_open_id_connect_provider_thumbprint', { ...provider, ThumbprintList })
  const { Url, ClientIDList } = await iam('get_open_id_connect_provider', provider)
  assert.deepEqual([Url, ClientIDList], ['ci.example.com', ['other']])
  await iam('tag_open_id_connect_provider', { ...provider, Tags: [{ Key: 'a', Value: 'b' }] })
  assert.equal((await iam('list_open_id_connect_provider_tags', provider)).Tags.length, 1)
  await iam('untag_open_id_connect_provider', { ...provider, TagKeys: ['a'] })
  const { OpenIDConnectProviderList } = await iam('list_open_id_connect_providers')
  assert.deepEqual(OpenIDConnectProviderList, [{ Arn: OpenIDConnectProviderArn }])
  await iam('delete_open_id_connect_provider', provider)
})

test('errors are raised as boto3 knows them', async () => {
  await refuses('NoSuchEntity', 'get_user', { UserName: 'nobody' }, 404)
  await refuses('EntityAlreadyExists', 'create_user', { UserName: 'ANNA' }, 409)
  await refuses('DeleteConflict', 'delete_user', { UserName: 'anna' }, 409)
  await refuses(
    'MalformedPolicyDocument',
    'create_policy',
    { PolicyName: 'x', PolicyDocument: '{"Statement": 1}' },
    400,
  )
  await refuses(
    'NoSuchEntity',
    'attach_user_policy',
    { UserName: 'anna', PolicyArn: `${administrator}2` },
    404,
  )
  await refuses('InvalidInput', 'delete_policy', { PolicyArn: administrator }, 400)
  // Not in the service model: raised by code alone.
  await assert.rejects(boto3.call('create_user', { UserName: 'not good' }, service), {
    code: 'ValidationError',
    status: 400,
    message: /'userName' failed to satisfy constraint/,
  })
  await assert.rejects(boto3.call('list_server_certificates', {}, service), {
    code: 'InvalidAction',
    status: 400,
  })
  const wrong = {
    ...service,
    aws_secret_access_key: 'x'.repeat(40),
    aws_access_key_id: wick.credentials.accessKeyId,
  }
  await assert.rejects(boto3.call('get_user', {}, wrong), { code: 'SignatureDoesNotMatch', status: 403 })
})

test("boto3's paginators go through every list", async () => {
  for (let i = 0; i < 5; i++) await iam('create_user', { UserName: `many${i}` })
  const names = async (PageSize: number): Promise<string[]> => {
    const pages = await boto3.paginate('list_users', { PaginationConfig: { PageSize } }, service)
    return pages.flatMap(({ Users }) => Users.map(({ UserName }: Answer) => UserName))
  }
  const all = ['anna', 'many0', 'many1', 'many2', 'many3', 'many4', 'wick-admin']
  for (const size of [1, 3, 100]) assert.deepEqual(await names(size), all)
  const anna = { UserName: 'anna' }
  for (const [operation, parameters] of [
    ['list_groups', {}],
    ['get_group', { GroupName: 'crew' }],
    ['list_groups_for_user', anna],
    ['list_access_keys', anna],
    ['list_roles', {}],
    ['list_policies', {}],
    ['list_policy_versions', { PolicyArn: administrator }],
    ['list_attached_user_policies', anna],
    ['list_attached_group_policies', { GroupName: 'crew' }],
    ['list_attached_role_policies', { RoleName: 'crew' }],
    ['list_user_policies', anna],
    ['list_group_policies', { GroupName: 'crew' }],
    ['list_role_policies', { RoleName: 'crew' }],
    ['list_entities_for_policy', { PolicyArn: administrator }],
    ['list_mfa_devices', anna],
    ['list_virtual_mfa_devices', {}],
    ['list_user_tags', anna],
    ['list_account_aliases', {}],
    ['list_instance_profiles_for_role', { RoleName: 'crew' }],
    ['get_account_authorization_details', {}],
    ['simulate_custom_policy', { PolicyInputList: [asText(allow('a:B'))], ActionNames: ['a:B', 'a:C'] }],
    [
      'simulate_principal_policy',
      { PolicySourceArn: `arn:aws:iam::${accountId}:user/anna`, ActionNames: ['a:B', 'a:C'] },
    ],
  ] as const) {
    const pages = await boto3.paginate(
      operation,
      { ...parameters, PaginationConfig: { PageSize: 1 } },
      service,
    )
    assert.ok(pages.length > 0 && pages.at(-1).IsTruncated === false, operation)
  }
})

test('credentials that do not exist here are empty lists', async () => {
  const user = { UserName: 'anna' }
  assert.deepEqual((await iam('list_ssh_public_keys', user)).SSHPublicKeys, [])
  assert.deepEqual((await iam('list_signing_certificates', user)).Certificates, [])
  assert.deepEqual((await iam('list_service_specific_credentials', user)).ServiceSpecificCredentials, [])
})

test('what was made is deleted, and no operation is left that was not called', async () => {
  await iam('remove_user_from_group', { GroupName: 'crew', UserName: 'anna' })
  await iam('delete_user', { UserName: 'anna' })
  await iam('delete_group', { GroupName: 'crew' })
  await iam('delete_role', { RoleName: 'crew' })
  const model = new URL('../../fixtures/service-models/iam-2010-05-08.json', import.meta.url)
  const { operations } = JSON.parse(await readFile(model, 'utf8'))
  const names = Object.keys(operations).map((name) =>
    name
      .replaceAll('MFA', 'Mfa')
      .replaceAll('ID', 'Id')
      .replaceAll('SSH', 'Ssh')
      .replaceAll(/[A-Z]/g, (letter, at) => `${at > 0 ? '_' : ''}${letter.toLowerCase()}`),
  )
  assert.deepEqual([...called].toSorted(), names.toSorted())
})

function base32(text: string): Uint8Array {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = Array.from(text, (letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2))
}

/** What an authenticator app shows in a step of 30 seconds. */
function code(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', seed).update(counter).digest()
  const number = hash.readUInt32BE(hash[19]! & 0xf) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}
