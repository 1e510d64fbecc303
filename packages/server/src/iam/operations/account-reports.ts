import type { Account, Group, ManagedPolicy, Role, User } from '../account.ts'
import { groupArn, roleArn, userArn } from '../arns.ts'
import { quotas } from '../quotas.ts'
import { shownTrustPolicy } from '../trust-policy.ts'
import { groupsOf } from './groups.ts'
import { answer, type IamHandlers, type IamOutput } from './handler.ts'
import { pageOf } from './paging.ts'
import { allPolicies, arnOf, isOwn, nameInArn } from './policy-arns.ts'
import type { Holder } from './policy-holders.ts'
import { policyUses } from './policy-uses.ts'
import { viewTags } from './tags.ts'
import { viewBoundary } from './views.ts'

export const accountReportHandlers: IamHandlers<
  'GetAccountSummary' | 'GetAccountAuthorizationDetails' | 'ListAccountAliases'
> = {
  GetAccountSummary: (account) => {
    const devices = account.mfaDevices.values().toArray()
    const policies = account.policies.values().toArray()
    return answer({
      SummaryMap: {
        Users: account.users.size,
        UsersQuota: quotas.users,
        Groups: account.groups.size,
        GroupsQuota: quotas.groups,
        GroupsPerUserQuota: quotas.groupsPerUser,
        Roles: account.roles.size,
        RolesQuota: quotas.roles,
        Policies: policies.length,
        PoliciesQuota: quotas.policies,
        PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
        PolicyVersionsInUseQuota: quotas.policies * quotas.policyVersions,
        VersionsPerPolicyQuota: quotas.policyVersions,
        PolicySizeQuota: quotas.managedPolicySize,
        UserPolicySizeQuota: quotas.userPolicySize,
        GroupPolicySizeQuota: quotas.groupPolicySize,
        RolePolicySizeQuota: quotas.rolePolicySize,
        AssumeRolePolicySizeQuota: quotas.trustPolicySize,
        AttachedPoliciesPerUserQuota: quotas.attachedPolicies,
        AttachedPoliciesPerGroupQuota: quotas.attachedPolicies,
        AttachedPoliciesPerRoleQuota: quotas.attachedPolicies,
        AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        Providers: account.oidcProviders.size,
        MFADevices: devices.length,
        MFADevicesInUse: devices.filter(({ userId }) => userId !== null).length,
        // There is no root user that could have any.
        AccountMFAEnabled: 0,
        AccountAccessKeysPresent: 0,
        AccountPasswordPresent: 0,
      },
    })
  },

  /** One list of all kinds, so that one marker leads through it. */
  GetAccountAuthorizationDetails: (account, { Filter, ...paging }, { accounts }) => {
    const isWanted = ({ kind }: Detailed): boolean =>
      Filter === null || Filter.length === 0 || Filter.includes(kind)
    const { items, page } = pageOf(detailed(account).filter(isWanted), keyOf, paging)
    const uses = policyUses(account)
    const output: Details = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }
    for (const item of items) {
      if (item.kind === 'User') output.UserDetailList.push(viewUserDetail(account, item.entity))
      else if (item.kind === 'Group') output.GroupDetailList.push(viewGroupDetail(account, item.entity))
      else if (item.kind === 'Role')
        output.RoleDetailList.push(viewRoleDetail(account, item.entity, accounts))
      else output.Policies.push(viewPolicyDetail(account, item.entity, uses))
    }
    return answer({ ...output, ...page })
  },

  ListAccountAliases: () => answer({ AccountAliases: [], IsTruncated: false }),
}

type Output = IamOutput<'GetAccountAuthorizationDetails'>
type ItemOf<K extends keyof Output> = NonNullable<Output[K]> extends readonly (infer T)[] ? T : never
interface Details {
  readonly UserDetailList: ItemOf<'UserDetailList'>[]
  readonly GroupDetailList: ItemOf<'GroupDetailList'>[]
  readonly RoleDetailList: ItemOf<'RoleDetailList'>[]
  readonly Policies: ItemOf<'Policies'>[]
}

type Detailed =
  | { readonly kind: 'User'; readonly entity: User }
  | { readonly kind: 'Group'; readonly entity: Group }
  | { readonly kind: 'Role'; readonly entity: Role }
  | { readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly entity: ManagedPolicy }

function detailed(account: Account): readonly Detailed[] {
  return [
    ...account.users.values().map((entity) => ({ kind: 'User', entity }) as const),
    ...account.groups.values().map((entity) => ({ kind: 'Group', entity }) as const),
    ...account.roles.values().map((entity) => ({ kind: 'Role', entity }) as const),
    ...allPolicies(account).map((entity) => {
      const kind = isOwn(entity) ? ('LocalManagedPolicy' as const) : ('AWSManagedPolicy' as const)
      return { kind, entity }
    }),
  ]
}

function keyOf({ kind, entity }: Detailed): string {
  return `${kind} ${entity.name.toLowerCase()}`
}

function viewUserDetail(account: Account, user: User): ItemOf<'UserDetailList'> {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(account.id, user),
    CreateDate: user.createdAt,
    UserPolicyList: inline(user),
    GroupList: groupsOf(account, user).map(({ name }) => name),
    AttachedManagedPolicies: attached(user),
    PermissionsBoundary: viewBoundary(user.permissionsBoundary),
    Tags: viewTags(user.tags),
  }
}

function viewGroupDetail(account: Account, group: Group): ItemOf<'GroupDetailList'> {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(account.id, group),
    CreateDate: group.createdAt,
    GroupPolicyList: inline(group),
    AttachedManagedPolicies: attached(group),
  }
}

function viewRoleDetail(
  account: Account,
  role: Role,
  accounts: readonly Account[],
): ItemOf<'RoleDetailList'> {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(account.id, role),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: shownTrustPolicy(role.trustPolicy, accounts),
    InstanceProfileList: [],
    RolePolicyList: inline(role),
    AttachedManagedPolicies: attached(role),
    PermissionsBoundary: viewBoundary(role.permissionsBoundary),
    Tags: viewTags(role.tags),
  }
}

function viewPolicyDetail(
  account: Account,
  policy: ManagedPolicy,
  uses: ReturnType<typeof policyUses>,
): ItemOf<'Policies'> {
  const arn = arnOf(account, policy)
  const use = uses.of(arn)
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: use.attached,
    PermissionsBoundaryUsageCount: use.boundaries,
    IsAttachable: true,
    Description: policy.description === '' ? null : policy.description,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
    PolicyVersionList: policy.versions.map(({ id, document, createdAt }) => ({
      Document: document,
      VersionId: id,
      IsDefaultVersion: id === policy.defaultVersionId,
      CreateDate: createdAt,
    })),
  }
}

function inline({ inlinePolicies }: Holder): { PolicyName: string; PolicyDocument: string }[] {
  return Object.entries(inlinePolicies).map(([PolicyName, PolicyDocument]) => ({
    PolicyName,
    PolicyDocument,
  }))
}

function attached({ attachedPolicies }: Holder): { PolicyName: string; PolicyArn: string }[] {
  return attachedPolicies.map((arn) => ({ PolicyName: nameInArn(arn), PolicyArn: arn }))
}
