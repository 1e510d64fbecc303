import type { Account, Group, Role, User } from '../account.ts'
import { groupArn, roleArn, userArn } from '../arns.ts'
import { shownTrustPolicy } from '../trust-policy.ts'
import type { IamOutput } from './handler.ts'
import { viewTags } from './tags.ts'

/** Entities as the API shows them. */

type WireUser = IamOutput<'GetUser'>['User']
type WireGroup = IamOutput<'GetGroup'>['Group']
type WireRole = IamOutput<'GetRole'>['Role']
type WireBoundary = NonNullable<WireUser['PermissionsBoundary']>

export function viewUser(account: Account, user: User): WireUser {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(account.id, user),
    CreateDate: user.createdAt,
    PermissionsBoundary: viewBoundary(user.permissionsBoundary),
    Tags: viewSomeTags(user.tags),
  }
}

export function viewGroup(account: Account, group: Group): WireGroup {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(account.id, group),
    CreateDate: group.createdAt,
  }
}

/** @param accounts all there are: principals of others are shown by their names too */
export function viewRole(account: Account, role: Role, accounts: readonly Account[]): WireRole {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(account.id, role),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: shownTrustPolicy(role.trustPolicy, accounts),
    Description: role.description === '' ? null : role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: viewBoundary(role.permissionsBoundary),
    Tags: viewSomeTags(role.tags),
  }
}

export function viewBoundary(arn: string | null): WireBoundary | null {
  if (arn === null) return null
  return { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: arn }
}

function viewSomeTags(tags: Readonly<Record<string, string>>): ReturnType<typeof viewTags> | null {
  const shown = viewTags(tags)
  return shown.length === 0 ? null : shown
}
