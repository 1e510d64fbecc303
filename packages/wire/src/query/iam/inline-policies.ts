import { operation } from '../operation.ts'
import { list } from '../shapes.ts'
import { existingUserName, groupName, policyDocument, policyName, roleName } from './scalars.ts'
import { page, paging } from './structures.ts'

export const inlinePoliciesOperations = {
  PutUserPolicy: operation(
    { UserName: existingUserName, PolicyName: policyName, PolicyDocument: policyDocument },
    null,
  ),
  GetUserPolicy: operation(
    { UserName: existingUserName, PolicyName: policyName },
    { UserName: existingUserName, PolicyName: policyName, PolicyDocument: policyDocument },
  ),
  ListUserPolicies: operation(
    { UserName: existingUserName, ...paging },
    { PolicyNames: list(policyName), ...page },
  ),
  DeleteUserPolicy: operation({ UserName: existingUserName, PolicyName: policyName }, null),
  PutGroupPolicy: operation(
    { GroupName: groupName, PolicyName: policyName, PolicyDocument: policyDocument },
    null,
  ),
  GetGroupPolicy: operation(
    { GroupName: groupName, PolicyName: policyName },
    { GroupName: groupName, PolicyName: policyName, PolicyDocument: policyDocument },
  ),
  ListGroupPolicies: operation(
    { GroupName: groupName, ...paging },
    { PolicyNames: list(policyName), ...page },
  ),
  DeleteGroupPolicy: operation({ GroupName: groupName, PolicyName: policyName }, null),
  PutRolePolicy: operation(
    { RoleName: roleName, PolicyName: policyName, PolicyDocument: policyDocument },
    null,
  ),
  GetRolePolicy: operation(
    { RoleName: roleName, PolicyName: policyName },
    { RoleName: roleName, PolicyName: policyName, PolicyDocument: policyDocument },
  ),
  ListRolePolicies: operation({ RoleName: roleName, ...paging }, { PolicyNames: list(policyName), ...page }),
  DeleteRolePolicy: operation({ RoleName: roleName, PolicyName: policyName }, null),
} as const
