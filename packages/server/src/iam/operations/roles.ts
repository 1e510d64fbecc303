import { QueryError } from '@wick/wire/query'
import type { Account, Role } from '../account.ts'
import { put, remove } from '../changes.ts'
import { newId } from '../ids.ts'
import { quotas } from '../quotas.ts'
import { keptTrustPolicy } from '../trust-policy.ts'
import { getRole, require, requireQuota } from './find.ts'
import { answer, done, type IamHandlers } from './handler.ts'
import { pageOf } from './paging.ts'
import { requireBoundary } from './policy-arns.ts'
import { requireTrustPolicy } from './policy-text.ts'
import { isServiceLinked } from './service-linked-role.ts'
import { viewTags, withoutTags, withTags } from './tags.ts'
import { viewRole } from './views.ts'

export const roleHandlers: IamHandlers<
  | 'CreateRole'
  | 'GetRole'
  | 'ListRoles'
  | 'UpdateRole'
  | 'UpdateRoleDescription'
  | 'UpdateAssumeRolePolicy'
  | 'DeleteRole'
  | 'ListRoleTags'
  | 'TagRole'
  | 'UntagRole'
  | 'PutRolePermissionsBoundary'
  | 'DeleteRolePermissionsBoundary'
  | 'ListInstanceProfilesForRole'
> = {
  CreateRole: (account, input, { now, accounts }) => {
    const { RoleName, Path, PermissionsBoundary, Tags } = input
    require(!account.roles.has(
      RoleName.toLowerCase(),
    ), 'EntityAlreadyExists', `Role with name ${RoleName} already exists.`)
    requireQuota(account.roles.size + 1, quotas.roles, 'RolesPerAccount')
    const path = Path ?? '/'
    require(!isServiceLinked({ path }), 'InvalidInput', 'The path /aws-service-role/ is kept for services.')
    requireTrustPolicy(input.AssumeRolePolicyDocument)
    const role: Role = {
      id: newId('role'),
      name: RoleName,
      path,
      createdAt: now,
      inlinePolicies: {},
      attachedPolicies: [],
      permissionsBoundary: requireBoundary(account, PermissionsBoundary),
      tags: withTags({}, Tags),
      description: input.Description ?? '',
      trustPolicy: keptTrustPolicy(input.AssumeRolePolicyDocument, accounts),
      maxSessionSeconds: input.MaxSessionDuration ?? 3600,
    }
    return { changes: [put('role', role)], output: { Role: viewRole(account, role, accounts) } }
  },

  GetRole: (account, { RoleName }, { accounts, lastUseOf }) => {
    const role = getRole(account, RoleName)
    const use = lastUseOf(role.id)
    const RoleLastUsed = { LastUsedDate: use?.at ?? null, Region: use?.region ?? null }
    return answer({ Role: { ...viewRole(account, role, accounts), RoleLastUsed } })
  },

  ListRoles: (account, { PathPrefix, ...paging }, { accounts }) => {
    const roles = account.roles.values().filter(({ path }) => path.startsWith(PathPrefix ?? '/'))
    const { items, page } = pageOf(roles, ({ name }) => name.toLowerCase(), paging)
    const shown = items.map((role) => ({
      ...viewRole(account, role, accounts),
      PermissionsBoundary: null,
      Tags: null,
    }))
    return answer({ Roles: shown, ...page })
  },

  /** Not a word about the description leaves it; at AWS, too, an empty one is one. */
  UpdateRole: (account, { RoleName, Description, MaxSessionDuration }) => {
    const role = getModifiableRole(account, RoleName)
    const maxSessionSeconds = MaxSessionDuration ?? role.maxSessionSeconds
    const changed = { ...role, description: Description ?? role.description, maxSessionSeconds }
    return { changes: [put('role', changed)], output: {} }
  },

  UpdateRoleDescription: (account, { RoleName, Description }, { accounts }) => {
    const role = { ...getRole(account, RoleName), description: Description }
    return { changes: [put('role', role)], output: { Role: viewRole(account, role, accounts) } }
  },

  UpdateAssumeRolePolicy: (account, { RoleName, PolicyDocument }, { accounts }) => {
    const role = getModifiableRole(account, RoleName)
    requireTrustPolicy(PolicyDocument)
    return done(put('role', { ...role, trustPolicy: keptTrustPolicy(PolicyDocument, accounts) }))
  },

  DeleteRole: (account, { RoleName }) => {
    const role = getModifiableRole(account, RoleName)
    for (const [isEmpty, what] of [
      [role.attachedPolicies.length === 0, 'detach all policies'],
      [Object.keys(role.inlinePolicies).length === 0, 'delete policies'],
    ] as const)
      require(isEmpty, 'DeleteConflict', `Cannot delete entity, must ${what} first.`)
    return done(remove('role', role))
  },

  ListRoleTags: (account, { RoleName, ...paging }) => {
    const { items, page } = pageOf(viewTags(getRole(account, RoleName).tags), ({ Key }) => Key, paging)
    return answer({ Tags: items, ...page })
  },

  TagRole: (account, { RoleName, Tags }) => {
    const role = getRole(account, RoleName)
    return done(put('role', { ...role, tags: withTags(role.tags, Tags) }))
  },

  UntagRole: (account, { RoleName, TagKeys }) => {
    const role = getRole(account, RoleName)
    return done(put('role', { ...role, tags: withoutTags(role.tags, TagKeys) }))
  },

  PutRolePermissionsBoundary: (account, { RoleName, PermissionsBoundary }) => {
    const permissionsBoundary = requireBoundary(account, PermissionsBoundary)
    return done(put('role', { ...getModifiableRole(account, RoleName), permissionsBoundary }))
  },

  DeleteRolePermissionsBoundary: (account, { RoleName }) =>
    done(put('role', { ...getModifiableRole(account, RoleName), permissionsBoundary: null })),

  /** There are no instances here. Tools ask before they delete a role. */
  ListInstanceProfilesForRole: (account, { RoleName }) => {
    getRole(account, RoleName)
    return answer({ InstanceProfiles: [], IsTruncated: false })
  },
}

/** A role that is not a service's. @throws QueryError UnmodifiableEntity */
export function getModifiableRole(account: Account, name: string): Role {
  const role = getRole(account, name)
  if (isServiceLinked(role)) {
    throw new QueryError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    )
  }
  return role
}
