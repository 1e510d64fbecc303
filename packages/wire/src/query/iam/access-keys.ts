import { operation } from '../operation.ts'
import { list, optional } from '../shapes.ts'
import { accessKeyId, existingUserName, status } from './scalars.ts'
import { accessKey, accessKeyLastUsed, accessKeyMetadata, page, paging } from './structures.ts'

export const accessKeysOperations = {
  CreateAccessKey: operation({ UserName: optional(existingUserName) }, { AccessKey: accessKey }),
  ListAccessKeys: operation(
    { UserName: optional(existingUserName), ...paging },
    { AccessKeyMetadata: list(accessKeyMetadata), ...page },
  ),
  UpdateAccessKey: operation(
    { UserName: optional(existingUserName), AccessKeyId: accessKeyId, Status: status },
    null,
  ),
  DeleteAccessKey: operation({ UserName: optional(existingUserName), AccessKeyId: accessKeyId }, null),
  GetAccessKeyLastUsed: operation(
    { AccessKeyId: accessKeyId },
    { UserName: optional(existingUserName), AccessKeyLastUsed: optional(accessKeyLastUsed) },
  ),
} as const
