import { operation } from '../operation.ts'
import { list, optional, structure } from '../shapes.ts'
import {
  arn,
  customSuffix,
  deletionTaskId,
  deletionTaskStatus,
  groupName,
  maxSessionSeconds,
  path,
  pathPrefix,
  policyDocument,
  roleDescription,
  roleName,
} from './scalars.ts'
import { deletionFailure, page, paging, role, tagKeys, tags } from './structures.ts'

export const rolesOperations = {
  CreateRole: operation(
    {
      Path: optional(path),
      RoleName: roleName,
      AssumeRolePolicyDocument: policyDocument,
      Description: optional(roleDescription),
      MaxSessionDuration: optional(maxSessionSeconds),
      PermissionsBoundary: optional(arn),
      Tags: optional(tags),
    },
    { Role: role },
  ),
  GetRole: operation({ RoleName: roleName }, { Role: role }),
  ListRoles: operation({ PathPrefix: optional(pathPrefix), ...paging }, { Roles: list(role), ...page }),
  UpdateRole: operation(
    {
      RoleName: roleName,
      Description: optional(roleDescription),
      MaxSessionDuration: optional(maxSessionSeconds),
    },
    {},
  ),
  UpdateRoleDescription: operation(
    { RoleName: roleName, Description: roleDescription },
    { Role: optional(role) },
  ),
  UpdateAssumeRolePolicy: operation({ RoleName: roleName, PolicyDocument: policyDocument }, null),
  DeleteRole: operation({ RoleName: roleName }, null),
  ListRoleTags: operation({ RoleName: roleName, ...paging }, { Tags: tags, ...page }),
  TagRole: operation({ RoleName: roleName, Tags: tags }, null),
  UntagRole: operation({ RoleName: roleName, TagKeys: tagKeys }, null),
  PutRolePermissionsBoundary: operation({ RoleName: roleName, PermissionsBoundary: arn }, null),
  DeleteRolePermissionsBoundary: operation({ RoleName: roleName }, null),
  ListInstanceProfilesForRole: operation(
    { RoleName: roleName, ...paging },
    { InstanceProfiles: list(structure({})), ...page },
  ),
  CreateServiceLinkedRole: operation(
    {
      AWSServiceName: groupName,
      Description: optional(roleDescription),
      CustomSuffix: optional(customSuffix),
    },
    { Role: optional(role) },
  ),
  DeleteServiceLinkedRole: operation({ RoleName: roleName }, { DeletionTaskId: deletionTaskId }),
  GetServiceLinkedRoleDeletionStatus: operation(
    { DeletionTaskId: deletionTaskId },
    { Status: deletionTaskStatus, Reason: optional(deletionFailure) },
  ),
} as const
