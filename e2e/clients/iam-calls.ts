/**
 * Every operation of IAM and STS in a life of an account, as tables: what is called, with what, what it answers or how it is
 * refused, and what of the answer later calls need. Chapters know nothing of each other, and but the last leave nothing.
 */
import assert from 'node:assert/strict'
import { codeAt, seedIn } from '../../packages/server/src/sign-in/testing/codes.ts'
import type { Answer, Credentials, Parameters, ServiceName } from '../support/aws-clients.ts'

/** What was kept of answers, by the names that steps gave it. */
export type Kept = Record<string, Answer>

export interface Step {
  readonly service: ServiceName
  readonly operation: string
  readonly parameters: Parameters | ((kept: Kept) => Parameters)
  /** Part of the answer. */
  readonly answers?: object | ((kept: Kept) => object)
  /** What else must hold of it. */
  readonly holds?: (answer: Answer, kept: Kept) => void
  readonly keeps?: (answer: Answer) => Kept
  /** Code of the error that it is refused with. */
  readonly refused?: string
  /** Under which name the credentials are kept that it is called with; the administrator's unless it says so. */
  readonly as?: string
  /** The list of the answer, gone through by the client's own paginator, two at a time: `answers` is about its items. */
  readonly pages?: string
}

type More = Omit<Step, 'service' | 'operation' | 'parameters'>

export interface Chapter {
  readonly title: string
  readonly steps: readonly Step[]
}

const on =
  (service: ServiceName) =>
  (operation: string, parameters: Step['parameters'] = {}, more: More = {}): Step => ({
    ...{ service, operation, parameters },
    ...more,
  })
const iam = on('iam')
const sts = on('sts')
const profiler = on('codeguruprofiler')

const accountId = '000000000000'
const arn = (name: string): string => `arn:aws:iam::${accountId}:${name}`
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const readOnly = 'arn:aws:iam::aws:policy/AmazonCodeGuruProfilerReadOnlyAccess'

const policy = (...statements: object[]): object => ({ Version: '2012-10-17', Statement: statements })
const allow = (Action: string | readonly string[], Resource = '*'): object =>
  policy({ Effect: 'Allow', Action, Resource })
const trust = (more: object = {}, Action: string | readonly string[] = 'sts:AssumeRole'): object =>
  policy({ Effect: 'Allow', Principal: { AWS: arn('root') }, Action, ...more })
const text = (value: object): string => JSON.stringify(value)
const listProfiles = 'codeguru-profiler:ListProfilingGroups'

/** Credentials of an access key, or of a session. */
const credentials =
  (name: string) =>
  ({ AccessKey, Credentials: given = AccessKey }: Answer): Kept => ({
    [name]: {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken !== undefined && { sessionToken: given.SessionToken }),
    } satisfies Credentials,
  })

const ann = { UserName: 'ann' }
const anna = { UserName: 'anna' }
const crew = { GroupName: 'crew' }
const blank = { Key: 'team', Value: 'é = @' }

const users: Chapter = {
  title: 'users, groups of them, their tags, keys and boundaries',
  steps: [
    iam(
      'CreateUser',
      { ...ann, Path: '/t<&>m/', Tags: [blank] },
      {
        answers: { User: { ...ann, Path: '/t<&>m/', Arn: arn('user/t<&>m/ann'), Tags: [blank] } },
        holds: ({ User }) => assert.ok(Math.abs(Date.now() - Date.parse(User.CreateDate)) < 600_000),
        keeps: ({ User }) => ({ id: User.UserId }),
      },
    ),
    iam('CreateUser', { UserName: 'ANN' }, { refused: 'EntityAlreadyExists' }),
    iam('CreateUser', { UserName: 'not good' }, { refused: 'ValidationError' }),
    iam('GetUser', ann, { answers: ({ id }) => ({ User: { UserId: id } }) }),
    iam('GetUser', {}, { answers: { User: { UserName: 'wick-admin' } } }),
    iam('GetUser', { UserName: 'nobody' }, { refused: 'NoSuchEntity' }),
    iam('TagUser', { ...ann, Tags: [{ Key: 'cost', Value: '' }] }),
    iam('ListUserTags', ann, { answers: { Tags: [{ Key: 'cost', Value: '' }, blank] } }),
    iam('UntagUser', { ...ann, TagKeys: ['cost'] }),
    iam('ListUserTags', ann, { holds: ({ Tags }) => assert.deepEqual(Tags, [blank]) }),
    iam('UpdateUser', { ...ann, NewUserName: 'anna', NewPath: '/' }),
    iam('GetUser', ann, { refused: 'NoSuchEntity' }),
    iam('GetUser', anna, { answers: ({ id }) => ({ User: { UserId: id, Arn: arn('user/anna') } }) }),
    iam('PutUserPermissionsBoundary', { ...anna, PermissionsBoundary: readOnly }),
    iam('GetUser', anna, {
      answers: { User: { PermissionsBoundary: { PermissionsBoundaryArn: readOnly } } },
    }),
    iam('CreateGroup', { GroupName: 'staff' }, { answers: { Group: { Arn: arn('group/staff') } } }),
    iam('UpdateGroup', { GroupName: 'staff', NewGroupName: 'crew' }),
    iam('AddUserToGroup', { ...crew, ...anna }),
    iam('AddUserToGroup', { GroupName: 'staff', ...anna }, { refused: 'NoSuchEntity' }),
    iam('GetGroup', crew, { answers: { Group: crew, Users: [anna] } }),
    iam('ListGroupsForUser', anna, { answers: { Groups: [crew] } }),
    iam('PutGroupPolicy', { ...crew, PolicyName: 'all', PolicyDocument: text(allow('codeguru-profiler:*')) }),

    iam('CreateAccessKey', anna, { keeps: credentials('key') }),
    profiler('ListProfilingGroups', {}, { as: 'key', answers: { profilingGroupNames: [] } }),
    // The boundary only lets look.
    profiler(
      'DeleteProfilingGroup',
      { profilingGroupName: 'x' },
      { as: 'key', refused: 'AccessDeniedException' },
    ),
    iam('DeleteUserPermissionsBoundary', anna),
    profiler(
      'DeleteProfilingGroup',
      { profilingGroupName: 'x' },
      { as: 'key', refused: 'ResourceNotFoundException' },
    ),
    iam('DeleteUser', anna, { as: 'key', refused: 'AccessDenied' }),
    iam('GetAccessKeyLastUsed', ({ key }) => ({ AccessKeyId: key.accessKeyId }), { answers: anna }),
    iam('UpdateAccessKey', ({ key }) => ({ ...anna, AccessKeyId: key.accessKeyId, Status: 'Inactive' })),
    profiler('ListProfilingGroups', {}, { as: 'key', refused: 'UnrecognizedClientException' }),
    iam('GetUser', {}, { as: 'key', refused: 'InvalidClientTokenId' }),
    iam('ListAccessKeys', anna, { answers: { AccessKeyMetadata: [{ Status: 'Inactive' }] } }),
    iam('DeleteUser', anna, { refused: 'DeleteConflict' }),
    iam('DeleteAccessKey', ({ key }) => ({ ...anna, AccessKeyId: key.accessKeyId })),
    iam('DeleteGroupPolicy', { ...crew, PolicyName: 'all' }),
    iam('DeleteGroup', crew, { refused: 'DeleteConflict' }),
    iam('RemoveUserFromGroup', { ...crew, ...anna }),
    iam('GetGroup', crew, { holds: ({ Users }) => assert.deepEqual(Users, []) }),
    iam('DeleteGroup', crew),
    iam('DeleteUser', anna),
  ],
}

const worker = { RoleName: 'worker' }
const trustsEva = trust({ Principal: { AWS: arn('user/eva') } })
const roles: Chapter = {
  title: 'roles: their trust policies, tags and boundaries, and what trust then means',
  steps: [
    iam('CreateUser', { UserName: 'eva' }),
    iam('CreateAccessKey', { UserName: 'eva' }, { keeps: credentials('eva') }),
    iam(
      'CreateRole',
      { ...worker, AssumeRolePolicyDocument: '{"Statement":1}' },
      { refused: 'MalformedPolicyDocument' },
    ),
    iam(
      'CreateRole',
      { ...worker, Path: '/hosts/', AssumeRolePolicyDocument: text(trust()) },
      { answers: { Role: { Arn: arn('role/hosts/worker') } } },
    ),
    iam('GetRole', worker, {
      holds: ({ Role }) => assert.deepEqual(Role.AssumeRolePolicyDocument, trust()),
    }),
    // The account is trusted, and the account lets her do nothing.
    sts(
      'AssumeRole',
      { RoleArn: arn('role/hosts/worker'), RoleSessionName: 'eva' },
      { as: 'eva', refused: 'AccessDenied' },
    ),
    iam(
      'UpdateAssumeRolePolicy',
      { ...worker, PolicyDocument: text(trust({ Principal: '?' })) },
      { refused: 'MalformedPolicyDocument' },
    ),
    iam('UpdateAssumeRolePolicy', { ...worker, PolicyDocument: text(trustsEva) }),
    iam('GetRole', worker, {
      holds: ({ Role }) => assert.deepEqual(Role.AssumeRolePolicyDocument, trustsEva),
    }),
    sts(
      'AssumeRole',
      { RoleArn: arn('role/hosts/worker'), RoleSessionName: 'eva' },
      {
        as: 'eva',
        answers: { AssumedRoleUser: { Arn: `arn:aws:sts::${accountId}:assumed-role/worker/eva` } },
        keeps: credentials('session'),
      },
    ),
    iam('UpdateRole', { ...worker, Description: 'one', MaxSessionDuration: 7200 }),
    iam(
      'UpdateRoleDescription',
      { ...worker, Description: 'two' },
      { answers: { Role: { Description: 'two', MaxSessionDuration: 7200 } } },
    ),
    iam('TagRole', { ...worker, Tags: [{ Key: 'a', Value: 'b' }] }),
    iam('ListRoleTags', worker, { answers: { Tags: [{ Key: 'a', Value: 'b' }] } }),
    iam('UntagRole', { ...worker, TagKeys: ['a'] }),
    iam('PutRolePolicy', { ...worker, PolicyName: 'all', PolicyDocument: text(allow('*')) }),
    profiler('ListProfilingGroups', {}, { as: 'session', answers: { profilingGroupNames: [] } }),
    iam('PutRolePermissionsBoundary', { ...worker, PermissionsBoundary: readOnly }),
    iam('GetRole', worker, {
      answers: { Role: { PermissionsBoundary: { PermissionsBoundaryArn: readOnly } } },
    }),
    iam('ListGroups', {}, { as: 'session', refused: 'AccessDenied' }),
    iam('DeleteRolePermissionsBoundary', worker),
    iam('ListGroups', {}, { as: 'session' }),
    iam('ListInstanceProfilesForRole', worker, { answers: { InstanceProfiles: [] } }),
    iam(
      'ListRoles',
      { PathPrefix: '/hosts/' },
      { holds: ({ Roles }) => assert.deepEqual([Roles.length, Roles[0].RoleName], [1, 'worker']) },
    ),
    iam('DeleteRole', worker, { refused: 'DeleteConflict' }),
    iam('DeleteRolePolicy', { ...worker, PolicyName: 'all' }),
    iam('DeleteRole', worker),
    iam('ListGroups', {}, { as: 'session', refused: 'InvalidClientTokenId' }),
    iam('DeleteAccessKey', ({ eva }) => ({ UserName: 'eva', AccessKeyId: eva.accessKeyId })),
    iam('DeleteUser', { UserName: 'eva' }),
  ],
}

/** A user, a group and a role, to whom the same is done. */
const holders = {
  User: { UserName: 'polly' },
  Group: { GroupName: 'pollys' },
  Role: { RoleName: 'pollys-role' },
} as const
const eachHolder = (steps: (kind: keyof typeof holders, holder: Parameters) => readonly Step[]): Step[] =>
  Object.entries(holders).flatMap(([kind, holder]) => steps(kind as keyof typeof holders, holder))
const withVariables = allow('s3:Get*', `arn:aws:s3:::home/\${aws:username}/é+ %25`)
const own = arn('policy/own')

const policies: Chapter = {
  title: 'inline policies and managed ones with versions, of users, groups and roles',
  steps: [
    iam('CreateUser', holders.User),
    iam('CreateGroup', holders.Group),
    iam('CreateRole', { ...holders.Role, AssumeRolePolicyDocument: text(trust()) }),
    ...eachHolder((kind, holder) => [
      iam(`Put${kind}Policy`, { ...holder, PolicyName: 'p', PolicyDocument: text(withVariables) }),
      iam(
        `Get${kind}Policy`,
        { ...holder, PolicyName: 'p' },
        { holds: ({ PolicyDocument }) => assert.deepEqual(PolicyDocument, withVariables) },
      ),
      iam(`List${kind}Policies`, holder, { answers: { PolicyNames: ['p'] } }),
      iam(`Delete${kind}Policy`, { ...holder, PolicyName: 'p' }),
      iam(`Get${kind}Policy`, { ...holder, PolicyName: 'p' }, { refused: 'NoSuchEntity' }),
    ]),

    iam(
      'CreatePolicy',
      { PolicyName: 'own', PolicyDocument: '{"Statement":1}' },
      { refused: 'MalformedPolicyDocument' },
    ),
    iam(
      'CreatePolicy',
      { PolicyName: 'own', PolicyDocument: text(allow('s3:*')), Description: 'd' },
      { answers: { Policy: { Arn: own, DefaultVersionId: 'v1', AttachmentCount: 0 } } },
    ),
    iam(
      'CreatePolicyVersion',
      { PolicyArn: own, PolicyDocument: text(allow('sns:*')) },
      { answers: { PolicyVersion: { VersionId: 'v2', IsDefaultVersion: false } } },
    ),
    iam('DeletePolicyVersion', { PolicyArn: own, VersionId: 'v1' }, { refused: 'DeleteConflict' }),
    iam('SetDefaultPolicyVersion', { PolicyArn: own, VersionId: 'v2' }),
    iam('SetDefaultPolicyVersion', { PolicyArn: own, VersionId: 'v3' }, { refused: 'NoSuchEntity' }),
    iam(
      'GetPolicyVersion',
      { PolicyArn: own, VersionId: 'v2' },
      { answers: { PolicyVersion: { Document: allow('sns:*'), IsDefaultVersion: true } } },
    ),
    iam(
      'ListPolicyVersions',
      { PolicyArn: own },
      { holds: ({ Versions }) => assert.equal(Versions.length, 2) },
    ),
    iam('DeletePolicyVersion', { PolicyArn: own, VersionId: 'v1' }),
    iam('TagPolicy', { PolicyArn: own, Tags: [{ Key: 'a', Value: 'b' }] }),
    iam('ListPolicyTags', { PolicyArn: own }, { answers: { Tags: [{ Key: 'a', Value: 'b' }] } }),
    iam('UntagPolicy', { PolicyArn: own, TagKeys: ['a'] }),
    ...eachHolder((kind, holder) => [
      iam(`Attach${kind}Policy`, { ...holder, PolicyArn: own }),
      iam(`Attach${kind}Policy`, { ...holder, PolicyArn: `${own}2` }, { refused: 'NoSuchEntity' }),
      iam(`ListAttached${kind}Policies`, holder, {
        answers: { AttachedPolicies: [{ PolicyName: 'own', PolicyArn: own }] },
      }),
    ]),
    iam(
      'GetPolicy',
      { PolicyArn: own },
      {
        answers: { Policy: { AttachmentCount: 3, DefaultVersionId: 'v2' } },
      },
    ),
    iam(
      'ListPolicies',
      { OnlyAttached: true, Scope: 'Local' },
      {
        holds: ({ Policies }) =>
          assert.deepEqual(
            Policies.map(({ Arn }: Answer) => Arn),
            [own],
          ),
      },
    ),
    iam(
      'ListEntitiesForPolicy',
      { PolicyArn: own },
      {
        answers: {
          PolicyUsers: [holders.User],
          PolicyGroups: [holders.Group],
          PolicyRoles: [holders.Role],
        },
      },
    ),
    iam('DeletePolicy', { PolicyArn: own }, { refused: 'DeleteConflict' }),
    ...eachHolder((kind, holder) => [
      iam(`Detach${kind}Policy`, { ...holder, PolicyArn: own }),
      iam(`Detach${kind}Policy`, { ...holder, PolicyArn: own }, { refused: 'NoSuchEntity' }),
    ]),
    iam(
      'ListEntitiesForPolicy',
      { PolicyArn: own },
      {
        holds: ({ PolicyUsers, PolicyGroups, PolicyRoles }) =>
          assert.deepEqual([PolicyUsers, PolicyGroups, PolicyRoles], [[], [], []]),
      },
    ),
    iam('DeletePolicy', { PolicyArn: own }),
    iam('DeletePolicy', { PolicyArn: administrator }, { refused: 'InvalidInput' }),
    ...eachHolder((kind, holder) => [iam(`Delete${kind}`, holder)]),
  ],
}

const mia = { UserName: 'mia' }
const guarded = { RoleName: 'guarded' }
const needsMfa = trust({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })

/** What a device shows in the step after the one of its first code, or later. */
const codeOf = ({ seed, firstStep }: Answer, later: number): string =>
  codeAt(seed, (firstStep + later) * 30_000)
/**
 * A new device, the first code of which will be of a while ago: devices may be late, no code counts twice, and so there are
 * enough of them without waiting for the next.
 */
const device =
  (name: string) =>
  ({ VirtualMFADevice }: Answer): Kept => ({
    [name]: {
      serial: VirtualMFADevice.SerialNumber,
      seed: seedIn(`otpauth://totp/it?secret=${VirtualMFADevice.Base32StringSeed}`),
      firstStep: Math.floor(Date.now() / 30_000) - 6,
    },
  })
const twoCodes =
  (name: string, later: number) =>
  ({ [name]: one }: Kept): Parameters => ({
    ...{ ...mia, SerialNumber: one.serial },
    ...{ AuthenticationCode1: codeOf(one, later), AuthenticationCode2: codeOf(one, later + 1) },
  })
const oneCode =
  (name: string, later: number, more: Parameters = {}) =>
  ({ [name]: one }: Kept): Parameters => ({
    ...{ SerialNumber: one.serial, TokenCode: codeOf(one, later), DurationSeconds: 900 },
    ...more,
  })
const takesGuarded = { RoleArn: arn('role/guarded'), RoleSessionName: 'mia' }

const devices: Chapter = {
  title: 'second factors, from their seeds to their ends, and sessions that need their codes',
  steps: [
    iam('CreateUser', mia),
    iam('PutUserPolicy', { ...mia, PolicyName: 'p', PolicyDocument: text(allow('sts:AssumeRole')) }),
    iam('CreateAccessKey', mia, { keeps: credentials('mia') }),
    iam('CreateRole', { ...guarded, AssumeRolePolicyDocument: text(needsMfa) }),
    iam(
      'CreateVirtualMFADevice',
      { VirtualMFADeviceName: 'phone' },
      { answers: { VirtualMFADevice: { SerialNumber: arn('mfa/phone') } }, keeps: device('phone') },
    ),
    iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' }, { refused: 'EntityAlreadyExists' }),
    iam('EnableMFADevice', twoCodes('phone', 100), { refused: 'InvalidAuthenticationCode' }),
    iam('EnableMFADevice', twoCodes('phone', 0)),
    iam('ListMFADevices', mia, {
      answers: ({ phone }) => ({ MFADevices: [{ ...mia, SerialNumber: phone.serial }] }),
    }),
    iam(
      'ListVirtualMFADevices',
      { AssignmentStatus: 'Assigned' },
      {
        answers: { VirtualMFADevices: [{ User: mia }] },
      },
    ),
    iam('ResyncMFADevice', twoCodes('phone', 0), { refused: 'InvalidAuthenticationCode' }),
    iam('ResyncMFADevice', twoCodes('phone', 2)),

    sts('GetSessionToken', oneCode('phone', 3), { as: 'mia', refused: 'AccessDenied' }),
    sts('GetSessionToken', oneCode('phone', 4), { as: 'mia', keeps: credentials('withCode') }),
    sts('GetSessionToken', oneCode('phone', 4), { as: 'mia', refused: 'AccessDenied' }),
    sts('GetSessionToken', {}, { as: 'mia', keeps: credentials('without') }),
    sts('GetCallerIdentity', {}, { as: 'withCode', answers: { Arn: arn('user/mia') } }),
    sts('AssumeRole', takesGuarded, { as: 'mia', refused: 'AccessDenied' }),
    sts('AssumeRole', takesGuarded, { as: 'without', refused: 'AccessDenied' }),
    sts('AssumeRole', takesGuarded, { as: 'withCode' }),
    sts('GetSessionToken', {}, { as: 'withCode', refused: 'AccessDenied' }),

    iam('CreateVirtualMFADevice', { VirtualMFADeviceName: 'tablet' }, { keeps: device('tablet') }),
    iam('EnableMFADevice', twoCodes('tablet', 0)),
    sts('AssumeRole', oneCode('tablet', 1, takesGuarded), { as: 'mia', refused: 'AccessDenied' }),
    sts('AssumeRole', oneCode('tablet', 2, takesGuarded), {
      as: 'mia',
      answers: { AssumedRoleUser: { Arn: `arn:aws:sts::${accountId}:assumed-role/guarded/mia` } },
    }),

    ...['phone', 'tablet'].flatMap((name) => {
      const SerialNumber = arn(`mfa/${name}`)
      return [
        iam('DeleteVirtualMFADevice', { SerialNumber }, { refused: 'DeleteConflict' }),
        iam('DeactivateMFADevice', { ...mia, SerialNumber }),
        iam('DeactivateMFADevice', { ...mia, SerialNumber }, { refused: 'NoSuchEntity' }),
        iam('DeleteVirtualMFADevice', { SerialNumber }),
      ]
    }),
    iam('DeleteRole', guarded),
    iam('DeleteUserPolicy', { ...mia, PolicyName: 'p' }),
    iam('DeleteAccessKey', ({ mia: key }) => ({ ...mia, AccessKeyId: key.accessKeyId })),
    iam('DeleteUser', mia),
  ],
}

const partner = { RoleName: 'partner' }
const takesPartner = { RoleArn: arn('role/partner'), RoleSessionName: 'it', ExternalId: 'secret-7' }
const isRed = { StringEquals: { 'aws:PrincipalTag/team': 'red' } }

const sessions: Chapter = {
  title: 'sessions of roles: external ids, tags and policies',
  steps: [
    iam('CreateRole', {
      ...partner,
      AssumeRolePolicyDocument: text(
        trust({ Condition: { StringEquals: { 'sts:ExternalId': 'secret-7' } } }, [
          ...['sts:AssumeRole', 'sts:TagSession'],
        ]),
      ),
    }),
    iam('PutRolePolicy', {
      ...partner,
      PolicyName: 'p',
      PolicyDocument: text(
        policy(
          { Effect: 'Allow', Action: 'iam:ListGroups', Resource: '*' },
          { Effect: 'Allow', Action: listProfiles, Resource: '*', Condition: isRed },
        ),
      ),
    }),
    sts('AssumeRole', { ...takesPartner, ExternalId: 'secret-8' }, { refused: 'AccessDenied' }),
    sts('AssumeRole', { RoleArn: takesPartner.RoleArn, RoleSessionName: 'it' }, { refused: 'AccessDenied' }),
    sts('AssumeRole', takesPartner, { keeps: credentials('plain') }),
    sts(
      'AssumeRole',
      { ...takesPartner, Tags: [{ Key: 'team', Value: 'red' }] },
      {
        keeps: credentials('red'),
      },
    ),
    sts(
      'AssumeRole',
      { ...takesPartner, Tags: [{ Key: 'aws:x', Value: 'red' }] },
      {
        refused: 'ValidationError',
      },
    ),
    sts(
      'AssumeRole',
      {
        ...{ ...takesPartner, Tags: [{ Key: 'team', Value: 'red' }], TransitiveTagKeys: ['team'] },
        ...{ Policy: text(allow(listProfiles)), DurationSeconds: 900 },
      },
      {
        holds: ({ PackedPolicySize }) => assert.ok(PackedPolicySize > 0),
        keeps: credentials('narrow'),
      },
    ),
    sts('AssumeRole', { ...takesPartner, Policy: '{' }, { refused: 'MalformedPolicyDocument' }),
    sts(
      'AssumeRole',
      { ...takesPartner, PolicyArns: [{ arn: readOnly }] },
      {
        keeps: credentials('looking'),
      },
    ),
    profiler('ListProfilingGroups', {}, { as: 'plain', refused: 'AccessDeniedException' }),
    profiler('ListProfilingGroups', {}, { as: 'red' }),
    profiler('ListProfilingGroups', {}, { as: 'narrow' }),
    iam('ListGroups', {}, { as: 'red' }),
    iam('ListGroups', {}, { as: 'narrow', refused: 'AccessDenied' }),
    iam('ListGroups', {}, { as: 'looking', refused: 'AccessDenied' }),
    iam('DeleteRolePolicy', { ...partner, PolicyName: 'p' }),
    iam('DeleteRole', partner),
  ],
}

const pat = { UserName: 'pat' }
const password = 'correct horse battery staple 1'
const passwords: Chapter = {
  title: 'a password of a user, which only that user can change',
  steps: [
    iam('CreateUser', pat),
    iam('PutUserPolicy', { ...pat, PolicyName: 'p', PolicyDocument: text(allow('iam:ChangePassword')) }),
    iam('CreateAccessKey', pat, { keeps: credentials('pat') }),
    iam('CreateLoginProfile', { ...pat, Password: 'short' }, { refused: 'PasswordPolicyViolation' }),
    iam(
      'CreateLoginProfile',
      { ...pat, Password: password, PasswordResetRequired: true },
      { answers: { LoginProfile: { ...pat, PasswordResetRequired: true } } },
    ),
    iam('UpdateLoginProfile', { ...pat, Password: `${password}2`, PasswordResetRequired: false }),
    iam('GetLoginProfile', pat, { answers: { LoginProfile: { PasswordResetRequired: false } } }),
    iam(
      'ChangePassword',
      { OldPassword: password, NewPassword: `${password}3` },
      { as: 'pat', refused: 'InvalidInput' },
    ),
    iam('ChangePassword', { OldPassword: `${password}2`, NewPassword: `${password}3` }, { as: 'pat' }),
    iam('DeleteLoginProfile', pat),
    iam('GetLoginProfile', pat, { refused: 'NoSuchEntity' }),
    iam('DeleteAccessKey', ({ pat: key }) => ({ ...pat, AccessKeyId: key.accessKeyId })),
    iam('DeleteUserPolicy', { ...pat, PolicyName: 'p' }),
    iam('DeleteUser', pat),
  ],
}

const workload = 'system:serviceaccount:shop:orders'
const takesFederated = { RoleArn: arn('role/federated'), RoleSessionName: 'by-token' }

/** @param issuer its address, and the tokens that it gives */
export function chaptersWith(issuer: {
  readonly url: string
  token(subject: string): string
}): readonly Chapter[] {
  const host = issuer.url.slice('https://'.length)
  const OpenIDConnectProviderArn = arn(`oidc-provider/${host}`)
  const provider = { OpenIDConnectProviderArn }
  const federated: Chapter = {
    title: 'an identity provider, and the session that a token of it gives',
    steps: [
      iam('CreateOpenIDConnectProvider', { Url: issuer.url, ClientIDList: ['other'] }, { answers: provider }),
      iam(
        'CreateOpenIDConnectProvider',
        { Url: issuer.url, ClientIDList: ['other'] },
        { refused: 'EntityAlreadyExists' },
      ),
      iam('CreateRole', {
        RoleName: 'federated',
        AssumeRolePolicyDocument: text(
          policy({
            Effect: 'Allow',
            Principal: { Federated: OpenIDConnectProviderArn },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${host}:sub`]: workload } },
          }),
        ),
      }),
      sts(
        'AssumeRoleWithWebIdentity',
        () => ({ ...takesFederated, WebIdentityToken: issuer.token(workload) }),
        {
          refused: 'InvalidIdentityToken',
        },
      ),
      iam('AddClientIDToOpenIDConnectProvider', { ...provider, ClientID: 'sts.amazonaws.com' }),
      iam('RemoveClientIDFromOpenIDConnectProvider', { ...provider, ClientID: 'other' }),
      iam('GetOpenIDConnectProvider', provider, {
        holds: ({ Url, ClientIDList }) =>
          assert.deepEqual([Url, ClientIDList], [host, ['sts.amazonaws.com']]),
      }),
      sts(
        'AssumeRoleWithWebIdentity',
        () => ({ ...takesFederated, WebIdentityToken: issuer.token(workload), DurationSeconds: 900 }),
        {
          answers: {
            ...{ SubjectFromWebIdentityToken: workload, Audience: 'sts.amazonaws.com' },
            Provider: issuer.url,
          },
          keeps: credentials('session'),
        },
      ),
      sts(
        'GetCallerIdentity',
        {},
        {
          as: 'session',
          answers: { Arn: `arn:aws:sts::${accountId}:assumed-role/federated/by-token` },
        },
      ),
      sts(
        'AssumeRoleWithWebIdentity',
        () => ({ ...takesFederated, WebIdentityToken: issuer.token('else') }),
        {
          refused: 'AccessDenied',
        },
      ),
      sts(
        'AssumeRoleWithWebIdentity',
        () => ({ ...takesFederated, WebIdentityToken: `${issuer.token(workload)}x` }),
        { refused: 'InvalidIdentityToken' },
      ),
      iam('UpdateOpenIDConnectProviderThumbprint', { ...provider, ThumbprintList: ['0'.repeat(40)] }),
      iam('TagOpenIDConnectProvider', { ...provider, Tags: [{ Key: 'a', Value: 'b' }] }),
      iam('ListOpenIDConnectProviderTags', provider, { answers: { Tags: [{ Key: 'a', Value: 'b' }] } }),
      iam('UntagOpenIDConnectProvider', { ...provider, TagKeys: ['a'] }),
      iam(
        'ListOpenIDConnectProviders',
        {},
        {
          answers: { OpenIDConnectProviderList: [{ Arn: OpenIDConnectProviderArn }] },
        },
      ),
      iam('DeleteRole', { RoleName: 'federated' }),
      iam('DeleteOpenIDConnectProvider', provider),
      iam('GetOpenIDConnectProvider', provider, { refused: 'NoSuchEntity' }),
    ],
  }
  return [policies, users, roles, devices, federated, sessions, passwords, simulations, account]
}

const profilerService = 'codeguru-profiler.amazonaws.com'
const conditional = policy({
  ...{ Effect: 'Allow', Action: 'a:B', Resource: '*' },
  Condition: { Bool: { 'aws:SecureTransport': 'true' } },
})
const decisions = (...wanted: readonly string[]): Pick<More, 'answers'> => ({
  answers: { EvaluationResults: wanted.map((EvalDecision) => ({ EvalDecision })) },
})

const simulations: Chapter = {
  title: 'simulations, the service-linked role, and what there is none of',
  steps: [
    iam(
      'SimulatePrincipalPolicy',
      { PolicySourceArn: arn('user/wick-admin'), ActionNames: ['s3:GetObject'] },
      {
        answers: {
          EvaluationResults: [
            { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: administrator }] },
          ],
        },
      },
    ),
    iam(
      'SimulatePrincipalPolicy',
      { PolicySourceArn: arn('user/nobody'), ActionNames: ['a:B'] },
      { refused: 'NoSuchEntity' },
    ),
    iam(
      'SimulateCustomPolicy',
      {
        PolicyInputList: [text(conditional)],
        ActionNames: ['a:B', 'a:C'],
        ContextEntries: [
          {
            ContextKeyName: 'aws:SecureTransport',
            ContextKeyValues: ['true'],
            ContextKeyType: 'boolean',
          },
        ],
      },
      decisions('allowed', 'implicitDeny'),
    ),
    iam(
      'SimulateCustomPolicy',
      {
        PolicyInputList: [text(policy({ Effect: 'Deny', Action: 'a:B', Resource: '*' }))],
        ActionNames: ['a:B'],
      },
      decisions('explicitDeny'),
    ),
    iam(
      'GetContextKeysForCustomPolicy',
      { PolicyInputList: [text(conditional)] },
      { answers: { ContextKeyNames: ['aws:SecureTransport'] } },
    ),
    iam(
      'GetContextKeysForPrincipalPolicy',
      { PolicySourceArn: arn('user/wick-admin'), PolicyInputList: [text(conditional)] },
      { answers: { ContextKeyNames: ['aws:SecureTransport'] } },
    ),
    iam(
      'CreateServiceLinkedRole',
      { AWSServiceName: profilerService },
      {
        answers: { Role: { Path: `/aws-service-role/${profilerService}/` } },
        keeps: ({ Role }) => ({ Role }),
      },
    ),
    iam('DeleteRole', ({ Role }) => ({ RoleName: Role.RoleName }), { refused: 'UnmodifiableEntity' }),
    iam('DeleteServiceLinkedRole', ({ Role }) => ({ RoleName: Role.RoleName }), {
      keeps: ({ DeletionTaskId }) => ({ DeletionTaskId }),
    }),
    iam('GetServiceLinkedRoleDeletionStatus', ({ DeletionTaskId }) => ({ DeletionTaskId }), {
      answers: { Status: 'SUCCEEDED' },
    }),
    iam('ListSSHPublicKeys', {}, { answers: { SSHPublicKeys: [] } }),
    iam('ListSigningCertificates', {}, { answers: { Certificates: [] } }),
    iam('ListServiceSpecificCredentials', {}, { answers: { ServiceSpecificCredentials: [] } }),
    iam('ListAccountAliases', {}, { answers: { AccountAliases: [] } }),
  ],
}

const many = ['m-1', 'm-2', 'm-3']
/** The last: it counts what there is. */
const account: Chapter = {
  title: 'the account as a whole, and lists a part at a time',
  steps: [
    ...many.map((UserName) => iam('CreateUser', { UserName })),
    iam('CreateGroup', { GroupName: 'all' }),
    iam('CreateRole', { RoleName: 'only', AssumeRolePolicyDocument: text(trust()) }),
    iam(
      'GetAccountSummary',
      {},
      { answers: { SummaryMap: { Users: 4, Groups: 1, Roles: 1, MFADevices: 0 } } },
    ),
    iam(
      'GetAccountAuthorizationDetails',
      { Filter: ['Role', 'User'] },
      {
        answers: { RoleDetailList: [{ RoleName: 'only', AssumeRolePolicyDocument: trust() }] },
        holds: ({ UserDetailList, GroupDetailList }) =>
          assert.deepEqual([UserDetailList.length, GroupDetailList], [4, []]),
      },
    ),
    iam('ListGroups', {}, { answers: { Groups: [{ GroupName: 'all' }] } }),
    iam(
      'ListUsers',
      { MaxItems: 3 },
      {
        answers: { IsTruncated: true, Users: many.map((UserName) => ({ UserName })) },
        keeps: ({ Marker }) => ({ Marker }),
      },
    ),
    iam('ListUsers', ({ Marker }) => ({ Marker, MaxItems: 3 }), {
      answers: { IsTruncated: false, Users: [{ UserName: 'wick-admin' }] },
    }),
    iam('ListUsers', { Marker: 'x' }, { refused: 'ValidationError' }),
    iam(
      'ListUsers',
      {},
      {
        pages: 'Users',
        answers: [...many, 'wick-admin'].map((UserName) => ({ UserName })),
      },
    ),
    iam(
      'ListPolicies',
      { Scope: 'AWS' },
      {
        pages: 'Policies',
        holds: (all) => assert.ok(all.some(({ Arn }: Answer) => Arn === administrator) && all.length > 3),
      },
    ),
    iam(
      'GetAccountAuthorizationDetails',
      { Filter: ['User'] },
      {
        pages: 'UserDetailList',
        holds: (all) => assert.equal(all.length, 4),
      },
    ),
  ],
}
