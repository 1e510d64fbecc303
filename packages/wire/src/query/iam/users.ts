import { operation } from '../operation.ts'
import { list, optional } from '../shapes.ts'
import { arn, existingUserName, path, pathPrefix, userName } from './scalars.ts'
import { page, paging, tagKeys, tags, user } from './structures.ts'

export const usersOperations = {
  CreateUser: operation(
    { Path: optional(path), UserName: userName, PermissionsBoundary: optional(arn), Tags: optional(tags) },
    { User: optional(user) },
  ),
  GetUser: operation({ UserName: optional(existingUserName) }, { User: user }),
  ListUsers: operation({ PathPrefix: optional(pathPrefix), ...paging }, { Users: list(user), ...page }),
  UpdateUser: operation(
    { UserName: existingUserName, NewPath: optional(path), NewUserName: optional(userName) },
    null,
  ),
  DeleteUser: operation({ UserName: existingUserName }, null),
  ListUserTags: operation({ UserName: existingUserName, ...paging }, { Tags: tags, ...page }),
  TagUser: operation({ UserName: existingUserName, Tags: tags }, null),
  UntagUser: operation({ UserName: existingUserName, TagKeys: tagKeys }, null),
  PutUserPermissionsBoundary: operation({ UserName: userName, PermissionsBoundary: arn }, null),
  DeleteUserPermissionsBoundary: operation({ UserName: userName }, null),
} as const
