import { operation } from '../operation.ts'
import { boolean, list, optional } from '../shapes.ts'
import {
  arn,
  entityType,
  groupName,
  path,
  policyDescription,
  policyDocument,
  policyName,
  policyPath,
  policyScope,
  policyUsage,
  policyVersionId,
  roleName,
  userName,
} from './scalars.ts'
import {
  attachedPolicy,
  page,
  paging,
  policy,
  policyGroup,
  policyRole,
  policyUser,
  policyVersion,
  tagKeys,
  tags,
} from './structures.ts'

export const managedPoliciesOperations = {
  CreatePolicy: operation(
    {
      PolicyName: policyName,
      Path: optional(policyPath),
      PolicyDocument: policyDocument,
      Description: optional(policyDescription),
      Tags: optional(tags),
    },
    { Policy: optional(policy) },
  ),
  GetPolicy: operation({ PolicyArn: arn }, { Policy: optional(policy) }),
  ListPolicies: operation(
    {
      Scope: optional(policyScope),
      OnlyAttached: optional(boolean),
      PathPrefix: optional(policyPath),
      PolicyUsageFilter: optional(policyUsage),
      ...paging,
    },
    { Policies: optional(list(policy)), ...page },
  ),
  DeletePolicy: operation({ PolicyArn: arn }, null),
  CreatePolicyVersion: operation(
    { PolicyArn: arn, PolicyDocument: policyDocument, SetAsDefault: optional(boolean) },
    { PolicyVersion: optional(policyVersion) },
  ),
  GetPolicyVersion: operation(
    { PolicyArn: arn, VersionId: policyVersionId },
    { PolicyVersion: optional(policyVersion) },
  ),
  ListPolicyVersions: operation(
    { PolicyArn: arn, ...paging },
    { Versions: optional(list(policyVersion)), ...page },
  ),
  SetDefaultPolicyVersion: operation({ PolicyArn: arn, VersionId: policyVersionId }, null),
  DeletePolicyVersion: operation({ PolicyArn: arn, VersionId: policyVersionId }, null),
  ListPolicyTags: operation({ PolicyArn: arn, ...paging }, { Tags: tags, ...page }),
  TagPolicy: operation({ PolicyArn: arn, Tags: tags }, null),
  UntagPolicy: operation({ PolicyArn: arn, TagKeys: tagKeys }, null),
  AttachUserPolicy: operation({ UserName: userName, PolicyArn: arn }, null),
  DetachUserPolicy: operation({ UserName: userName, PolicyArn: arn }, null),
  ListAttachedUserPolicies: operation(
    { UserName: userName, PathPrefix: optional(policyPath), ...paging },
    { AttachedPolicies: optional(list(attachedPolicy)), ...page },
  ),
  AttachGroupPolicy: operation({ GroupName: groupName, PolicyArn: arn }, null),
  DetachGroupPolicy: operation({ GroupName: groupName, PolicyArn: arn }, null),
  ListAttachedGroupPolicies: operation(
    { GroupName: groupName, PathPrefix: optional(policyPath), ...paging },
    { AttachedPolicies: optional(list(attachedPolicy)), ...page },
  ),
  AttachRolePolicy: operation({ RoleName: roleName, PolicyArn: arn }, null),
  DetachRolePolicy: operation({ RoleName: roleName, PolicyArn: arn }, null),
  ListAttachedRolePolicies: operation(
    { RoleName: roleName, PathPrefix: optional(policyPath), ...paging },
    { AttachedPolicies: optional(list(attachedPolicy)), ...page },
  ),
  ListEntitiesForPolicy: operation(
    {
      PolicyArn: arn,
      EntityFilter: optional(entityType),
      PathPrefix: optional(path),
      PolicyUsageFilter: optional(policyUsage),
      ...paging,
    },
    {
      PolicyGroups: optional(list(policyGroup)),
      PolicyUsers: optional(list(policyUser)),
      PolicyRoles: optional(list(policyRole)),
      ...page,
    },
  ),
} as const
