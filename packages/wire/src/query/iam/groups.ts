import { operation } from '../operation.ts'
import { list, optional } from '../shapes.ts'
import { existingUserName, groupName, path, pathPrefix } from './scalars.ts'
import { group, page, paging, user } from './structures.ts'

export const groupsOperations = {
  CreateGroup: operation({ Path: optional(path), GroupName: groupName }, { Group: group }),
  GetGroup: operation({ GroupName: groupName, ...paging }, { Group: group, Users: list(user), ...page }),
  ListGroups: operation({ PathPrefix: optional(pathPrefix), ...paging }, { Groups: list(group), ...page }),
  UpdateGroup: operation(
    { GroupName: groupName, NewPath: optional(path), NewGroupName: optional(groupName) },
    null,
  ),
  DeleteGroup: operation({ GroupName: groupName }, null),
  AddUserToGroup: operation({ GroupName: groupName, UserName: existingUserName }, null),
  RemoveUserFromGroup: operation({ GroupName: groupName, UserName: existingUserName }, null),
  ListGroupsForUser: operation({ UserName: existingUserName, ...paging }, { Groups: list(group), ...page }),
} as const
