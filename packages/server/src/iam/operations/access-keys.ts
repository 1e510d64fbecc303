import { Buffer } from 'node:buffer'
import { type AccessKey, userById } from '../account.ts'
import { put, remove } from '../changes.ts'
import { newId, newSecret } from '../ids.ts'
import { quotas } from '../quotas.ts'
import { found, getAccessKeyOf, getUserOrCaller, require, requireQuota } from './find.ts'
import { answer, done, type IamHandlers } from './handler.ts'
import { pageOf } from './paging.ts'

export const accessKeyHandlers: IamHandlers<
  'CreateAccessKey' | 'ListAccessKeys' | 'UpdateAccessKey' | 'DeleteAccessKey' | 'GetAccessKeyLastUsed'
> = {
  /** The only answer that holds the secret: nobody can read it again. */
  CreateAccessKey: (account, { UserName }, { caller, now }) => {
    const user = getUserOrCaller(account, UserName, caller)
    const count = account.accessKeys
      .values()
      .filter(({ userId }) => userId === user.id)
      .toArray().length
    requireQuota(count + 1, quotas.accessKeysPerUser, 'AccessKeysPerUser')
    const key: AccessKey = { id: newId('accessKey'), userId: user.id, isActive: true, createdAt: now }
    const secret = newSecret()
    return {
      changes: [put('access-key', key, Buffer.from(secret))],
      output: { AccessKey: { ...viewKey(key, user.name), SecretAccessKey: secret } },
    }
  },

  ListAccessKeys: (account, { UserName, ...paging }, { caller }) => {
    const user = getUserOrCaller(account, UserName, caller)
    const keys = account.accessKeys.values().filter(({ userId }) => userId === user.id)
    const { items, page } = pageOf(keys, ({ id }) => id, paging)
    return answer({ AccessKeyMetadata: items.map((key) => viewKey(key, user.name)), ...page })
  },

  UpdateAccessKey: (account, { UserName, AccessKeyId, Status }, { caller }) => {
    require(Status !== 'Expired', 'ValidationError', 'A key can be made Active or Inactive.')
    const key = getAccessKeyOf(account, getUserOrCaller(account, UserName, caller), AccessKeyId)
    return done(put('access-key', { ...key, isActive: Status === 'Active' }))
  },

  DeleteAccessKey: (account, { UserName, AccessKeyId }, { caller }) =>
    done(
      remove('access-key', getAccessKeyOf(account, getUserOrCaller(account, UserName, caller), AccessKeyId)),
    ),

  GetAccessKeyLastUsed: (account, { AccessKeyId }, { lastUseOf }) => {
    const key = found(
      account.accessKeys.get(AccessKeyId),
      `The Access Key with id ${AccessKeyId} cannot be found.`,
    )
    const use = lastUseOf(key.id)
    return answer({
      UserName: userById(account, key.userId)?.name ?? null,
      AccessKeyLastUsed: {
        LastUsedDate: use?.at ?? null,
        ServiceName: use?.service ?? 'N/A',
        Region: use?.region ?? 'N/A',
      },
    })
  },
}

interface WireKey {
  readonly UserName: string
  readonly AccessKeyId: string
  readonly Status: 'Active' | 'Inactive'
  readonly CreateDate: number
}

function viewKey({ id, isActive, createdAt }: AccessKey, userName: string): WireKey {
  return {
    UserName: userName,
    AccessKeyId: id,
    Status: isActive ? 'Active' : 'Inactive',
    CreateDate: createdAt,
  }
}
