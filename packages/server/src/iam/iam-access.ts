/** What each operation of IAM must be allowed to do: the service authorization reference, for what is built here. */
import type { Access } from '../access/access.ts'
import { type Account, roleById, userById } from './account.ts'
import { groupArn, mfaArn, oidcProviderArn, policyArn, roleArn, userArn } from './arns.ts'
import type { IamOperationName } from './operations/handler.ts'
import { findProvider } from './operations/oidc-providers.ts'
import { findPolicy } from './operations/policy-arns.ts'
import type { Principal } from './principal.ts'

/** Any operation's input. The members that are looked at mean the same in every operation that has them. */
interface AnyInput {
  readonly UserName?: string | null
  readonly GroupName?: string
  readonly RoleName?: string
  readonly PolicyName?: string
  readonly PolicyArn?: string
  readonly PolicySourceArn?: string
  readonly SerialNumber?: string
  readonly VirtualMFADeviceName?: string
  readonly AccessKeyId?: string
  readonly AWSServiceName?: string
  readonly DeletionTaskId?: string
  readonly OpenIDConnectProviderArn?: string
  readonly Url?: string
  readonly Path?: string | null
  readonly PathPrefix?: string | null
  readonly PermissionsBoundary?: string | null
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | null
  readonly TagKeys?: readonly string[]
}

/** What a call is about: its ARN, its tags and its boundary, whether there is such a thing or not. */
interface Subject {
  readonly arn: string
  readonly tags?: Readonly<Record<string, string>>
  readonly boundary?: string | null
}

const anything: Subject = { arn: '*' }

/**
 * @param action an operation's name
 * @param input its input
 * @returns everything that must be allowed
 */
export function iamAccess(
  account: Account,
  action: IamOperationName,
  input: object,
  caller: Principal,
): readonly Access[] {
  const asked: AnyInput = input
  const { arn, tags = {}, boundary = null } = subjectOf(account, action, asked, caller)
  const conditions = {
    ...resourceTags(tags),
    ...requestTags(asked),
    ...(asked.PolicyArn !== undefined && arn !== asked.PolicyArn && { 'iam:policyarn': asked.PolicyArn }),
    ...boundaryKey(action, asked, boundary),
    ...(asked.AWSServiceName !== undefined && { 'iam:awsservicename': asked.AWSServiceName }),
  }
  const first: Access = { action: `iam:${action}`, resource: arn, conditions }
  // Who may not tag may not make something tagged.
  const kind = taggedKinds.find((name) => action === `Create${name}`)
  const isTagged = kind !== undefined && (asked.Tags?.length ?? 0) > 0
  return isTagged ? [first, { ...first, action: `iam:Tag${kind}` }] : [first]
}

const taggedKinds = ['User', 'Role', 'Policy', 'OpenIDConnectProvider'] as const

/** Operations whose resource is not told by their members. */
const special: Readonly<
  Partial<Record<IamOperationName, (account: Account, input: AnyInput, caller: Principal) => Subject>>
> = {
  CreateUser: (account, input) => ({ arn: userArn(account.id, newly(input, input.UserName ?? '')) }),
  CreateGroup: (account, input) => ({ arn: groupArn(account.id, newly(input, input.GroupName!)) }),
  CreateRole: (account, input) => ({ arn: roleArn(account.id, newly(input, input.RoleName!)) }),
  CreatePolicy: (account, input) => ({ arn: policyArn(account.id, newly(input, input.PolicyName!)) }),
  CreateVirtualMFADevice: (account, input) => ({
    arn: mfaArn(account.id, newly(input, input.VirtualMFADeviceName!)),
  }),
  CreateOpenIDConnectProvider: (account, { Url = '' }) => ({
    arn: oidcProviderArn(account.id, { url: Url }),
  }),
  CreateServiceLinkedRole: (account, { AWSServiceName }) => ({
    arn: roleArn(account.id, { path: `/aws-service-role/${AWSServiceName}/`, name: '*' }),
  }),
  GetServiceLinkedRoleDeletionStatus: (account, { DeletionTaskId = '' }) => ({
    // task/aws-service-role/SERVICE/NAME/ID
    arn: `arn:aws:iam::${account.id}:role/${DeletionTaskId.split('/').slice(1, -1).join('/')}`,
  }),
  ChangePassword: (account, _input, caller) => userSubject(account, null, caller),
  ListUsers: (account, { PathPrefix }) => ({ arn: `arn:aws:iam::${account.id}:user${PathPrefix ?? '/'}` }),
  ListGroups: (account, { PathPrefix }) => ({ arn: `arn:aws:iam::${account.id}:group${PathPrefix ?? '/'}` }),
  ListRoles: (account, { PathPrefix }) => ({ arn: `arn:aws:iam::${account.id}:role${PathPrefix ?? '/'}` }),
  GetAccessKeyLastUsed: (account, { AccessKeyId = '' }) => {
    const owner = userById(account, account.accessKeys.get(AccessKeyId)?.userId ?? '')
    return owner === null ? anything : { arn: userArn(account.id, owner), tags: owner.tags }
  },
}

function subjectOf(account: Account, action: IamOperationName, input: AnyInput, caller: Principal): Subject {
  const known = special[action]
  if (known !== undefined) return known(account, input, caller)
  if (input.GroupName !== undefined) return named(account, 'groups', groupArn, input.GroupName)
  if (input.RoleName !== undefined) return named(account, 'roles', roleArn, input.RoleName)
  if (input.UserName !== undefined) return userSubject(account, input.UserName, caller)
  if (input.PolicyArn !== undefined)
    return { arn: input.PolicyArn, tags: findPolicy(account, input.PolicyArn)?.tags ?? {} }
  if (input.OpenIDConnectProviderArn !== undefined) {
    const arn = input.OpenIDConnectProviderArn
    return { arn, tags: findProvider(account, arn)?.tags ?? {} }
  }
  if (input.PolicySourceArn !== undefined) return { arn: input.PolicySourceArn }
  if (input.SerialNumber !== undefined) return { arn: input.SerialNumber }
  return anything
}

function userSubject(account: Account, name: string | null, caller: Principal): Subject {
  if (name !== null) return named(account, 'users', userArn, name)
  const own = caller.kind === 'user' ? userById(account, caller.entityId) : roleById(account, caller.entityId)
  return { arn: caller.arn, tags: own?.tags ?? {}, boundary: own?.permissionsBoundary ?? null }
}

interface Entity {
  readonly name: string
  readonly path: string
  readonly tags?: Readonly<Record<string, string>>
  readonly permissionsBoundary?: string | null
}

/** Where there is none of that name, it is one at the root that is spoken of. */
function named(
  account: Account,
  kind: 'users' | 'groups' | 'roles',
  arnOf: (accountId: string, entity: Entity) => string,
  name: string,
): Subject {
  const entity: Entity = account[kind].get(name.toLowerCase()) ?? { name, path: '/' }
  return {
    arn: arnOf(account.id, entity),
    tags: entity.tags ?? {},
    boundary: entity.permissionsBoundary ?? null,
  }
}

function newly({ Path }: AnyInput, name: string): Entity {
  return { name, path: Path ?? '/' }
}

function resourceTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const values = Object.entries(tags).flatMap(([key, value]) => [
    [`aws:resourcetag/${key.toLowerCase()}`, value],
    [`iam:resourcetag/${key.toLowerCase()}`, value],
  ])
  return Object.fromEntries(values)
}

function requestTags({ Tags, TagKeys }: AnyInput): Readonly<Record<string, string | readonly string[]>> {
  if (TagKeys !== undefined) return { 'aws:tagkeys': TagKeys }
  if (Tags === undefined || Tags === null || Tags.length === 0) return {}
  return {
    ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:requesttag/${Key.toLowerCase()}`, Value])),
    'aws:tagkeys': Tags.map(({ Key }) => Key),
  }
}

/** The boundary that is asked for; where permissions of an entity are changed, the one that it has. */
function boundaryKey(
  action: IamOperationName,
  { PermissionsBoundary }: AnyInput,
  own: string | null,
): Readonly<Record<string, string>> {
  const boundary = PermissionsBoundary ?? (changesPermissions.has(action) ? own : null)
  return boundary === null ? {} : { 'iam:permissionsboundary': boundary }
}

const changesPermissions: ReadonlySet<IamOperationName> = new Set([
  'AttachUserPolicy',
  'DetachUserPolicy',
  'PutUserPolicy',
  'DeleteUserPolicy',
  'DeleteUserPermissionsBoundary',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'DeleteRolePermissionsBoundary',
] as const)
