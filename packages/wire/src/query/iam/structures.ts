import { blob, boolean, integer, list, map, optional, string, structure, timestamp } from '../shapes.ts'
import {
  accessKeyId,
  actionName,
  arn,
  boundaryType,
  contextKeyName,
  contextKeyType,
  decision,
  groupName,
  id,
  marker,
  maxItems,
  maxSessionSeconds,
  path,
  policyDescription,
  policyDocument,
  policyName,
  policyPath,
  policySource,
  policyVersionId,
  reason,
  regionName,
  resourceName,
  roleDescription,
  roleName,
  serialNumber,
  status,
  tagKey,
  tagValue,
  userName,
} from './scalars.ts'

/** IAM's compound values, in the order of its service model: answers are written in it. */

const tag = structure({ Key: tagKey, Value: tagValue })
export const tags = list(tag, 50)
const attachedBoundary = structure({
  PermissionsBoundaryType: optional(boundaryType),
  PermissionsBoundaryArn: optional(arn),
})
export const user = structure({
  Path: path,
  UserName: userName,
  UserId: id,
  Arn: arn,
  CreateDate: timestamp,
  PasswordLastUsed: optional(timestamp),
  PermissionsBoundary: optional(attachedBoundary),
  Tags: optional(tags),
})
export const tagKeys = list(tagKey, 50)
export const group = structure({
  Path: path,
  GroupName: groupName,
  GroupId: id,
  Arn: arn,
  CreateDate: timestamp,
})
export const accessKey = structure({
  UserName: userName,
  AccessKeyId: accessKeyId,
  Status: status,
  SecretAccessKey: string(),
  CreateDate: optional(timestamp),
})
export const accessKeyMetadata = structure({
  UserName: optional(userName),
  AccessKeyId: optional(accessKeyId),
  Status: optional(status),
  CreateDate: optional(timestamp),
})
export const accessKeyLastUsed = structure({
  LastUsedDate: optional(timestamp),
  ServiceName: string(),
  Region: string(),
})
const roleLastUsed = structure({ LastUsedDate: optional(timestamp), Region: optional(string()) })
export const role = structure({
  Path: path,
  RoleName: roleName,
  RoleId: id,
  Arn: arn,
  CreateDate: timestamp,
  AssumeRolePolicyDocument: optional(policyDocument),
  Description: optional(roleDescription),
  MaxSessionDuration: optional(maxSessionSeconds),
  PermissionsBoundary: optional(attachedBoundary),
  Tags: optional(tags),
  RoleLastUsed: optional(roleLastUsed),
})
const roleUsage = structure({ Region: optional(regionName), Resources: optional(list(arn)) })
export const deletionFailure = structure({
  Reason: optional(reason),
  RoleUsageList: optional(list(roleUsage)),
})
export const policy = structure({
  PolicyName: optional(policyName),
  PolicyId: optional(id),
  Arn: optional(arn),
  Path: optional(policyPath),
  DefaultVersionId: optional(policyVersionId),
  AttachmentCount: optional(integer()),
  PermissionsBoundaryUsageCount: optional(integer()),
  IsAttachable: optional(boolean),
  Description: optional(policyDescription),
  CreateDate: optional(timestamp),
  UpdateDate: optional(timestamp),
  Tags: optional(tags),
})
export const policyVersion = structure({
  Document: optional(policyDocument),
  VersionId: optional(policyVersionId),
  IsDefaultVersion: optional(boolean),
  CreateDate: optional(timestamp),
})
export const attachedPolicy = structure({ PolicyName: optional(policyName), PolicyArn: optional(arn) })
export const policyGroup = structure({ GroupName: optional(groupName), GroupId: optional(id) })
export const policyUser = structure({ UserName: optional(userName), UserId: optional(id) })
export const policyRole = structure({ RoleName: optional(roleName), RoleId: optional(id) })
export const virtualMfaDevice = structure({
  SerialNumber: serialNumber,
  Base32StringSeed: optional(blob),
  QRCodePNG: optional(blob),
  User: optional(user),
  EnableDate: optional(timestamp),
  Tags: optional(tags),
})
export const mfaDevice = structure({ UserName: userName, SerialNumber: serialNumber, EnableDate: timestamp })
export const policyTexts = list(policyDocument)
export const organizationPolicy = structure({ ServiceControlPolicyInputList: optional(policyTexts) })
export const contextEntry = structure({
  ContextKeyName: optional(contextKeyName),
  ContextKeyValues: optional(list(string())),
  ContextKeyType: optional(contextKeyType),
})
const position = structure({ Line: optional(integer()), Column: optional(integer()) })
const statement = structure({
  SourcePolicyId: optional(string()),
  SourcePolicyType: optional(policySource),
  StartPosition: optional(position),
  EndPosition: optional(position),
})
const boundaryDecisionDetail = structure({ AllowedByPermissionsBoundary: optional(boolean) })
const resourceSpecificResult = structure({
  EvalResourceName: resourceName,
  EvalResourceDecision: decision,
  MatchedStatements: optional(list(statement)),
  MissingContextValues: optional(list(contextKeyName)),
  EvalDecisionDetails: optional(map(decision)),
  PermissionsBoundaryDecisionDetail: optional(boundaryDecisionDetail),
})
export const evaluationResult = structure({
  EvalActionName: actionName,
  EvalResourceName: optional(resourceName),
  EvalDecision: decision,
  MatchedStatements: optional(list(statement)),
  MissingContextValues: optional(list(contextKeyName)),
  PermissionsBoundaryDecisionDetail: optional(boundaryDecisionDetail),
  EvalDecisionDetails: optional(map(decision)),
  ResourceSpecificResults: optional(list(resourceSpecificResult)),
})
const policyDetail = structure({
  PolicyName: optional(policyName),
  PolicyDocument: optional(policyDocument),
})
export const userDetail = structure({
  Path: optional(path),
  UserName: optional(userName),
  UserId: optional(id),
  Arn: optional(arn),
  CreateDate: optional(timestamp),
  UserPolicyList: optional(list(policyDetail)),
  GroupList: optional(list(groupName)),
  AttachedManagedPolicies: optional(list(attachedPolicy)),
  PermissionsBoundary: optional(attachedBoundary),
  Tags: optional(tags),
})
export const groupDetail = structure({
  Path: optional(path),
  GroupName: optional(groupName),
  GroupId: optional(id),
  Arn: optional(arn),
  CreateDate: optional(timestamp),
  GroupPolicyList: optional(list(policyDetail)),
  AttachedManagedPolicies: optional(list(attachedPolicy)),
})
export const roleDetail = structure({
  Path: optional(path),
  RoleName: optional(roleName),
  RoleId: optional(id),
  Arn: optional(arn),
  CreateDate: optional(timestamp),
  AssumeRolePolicyDocument: optional(policyDocument),
  InstanceProfileList: optional(list(structure({}))),
  RolePolicyList: optional(list(policyDetail)),
  AttachedManagedPolicies: optional(list(attachedPolicy)),
  PermissionsBoundary: optional(attachedBoundary),
  Tags: optional(tags),
  RoleLastUsed: optional(roleLastUsed),
})
export const managedPolicyDetail = structure({
  PolicyName: optional(policyName),
  PolicyId: optional(id),
  Arn: optional(arn),
  Path: optional(policyPath),
  DefaultVersionId: optional(policyVersionId),
  AttachmentCount: optional(integer()),
  PermissionsBoundaryUsageCount: optional(integer()),
  IsAttachable: optional(boolean),
  Description: optional(policyDescription),
  CreateDate: optional(timestamp),
  UpdateDate: optional(timestamp),
  PolicyVersionList: optional(list(policyVersion)),
})

/** Where to go on, and how many at most. */
export const paging = { Marker: optional(marker), MaxItems: optional(maxItems) } as const

/** Whether there are more, and where they start. */
export const page = { IsTruncated: optional(boolean), Marker: optional(string()) } as const
