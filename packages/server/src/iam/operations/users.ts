import type { User } from '../account.ts'
import { put, remove, rename } from '../changes.ts'
import { newId } from '../ids.ts'
import { quotas } from '../quotas.ts'
import { getUser, getUserOrCaller, require, requireQuota } from './find.ts'
import { answer, done, type IamHandlers } from './handler.ts'
import { pageOf } from './paging.ts'
import { requireBoundary } from './policy-arns.ts'
import { viewTags, withoutTags, withTags } from './tags.ts'
import { viewUser } from './views.ts'

export const userHandlers: IamHandlers<
  | 'CreateUser'
  | 'GetUser'
  | 'ListUsers'
  | 'UpdateUser'
  | 'DeleteUser'
  | 'ListUserTags'
  | 'TagUser'
  | 'UntagUser'
  | 'PutUserPermissionsBoundary'
  | 'DeleteUserPermissionsBoundary'
> = {
  CreateUser: (account, { UserName, Path, PermissionsBoundary, Tags }, { now }) => {
    require(!account.users.has(
      UserName.toLowerCase(),
    ), 'EntityAlreadyExists', `User with name ${UserName} already exists.`)
    requireQuota(account.users.size + 1, quotas.users, 'UsersPerAccount')
    const user: User = {
      id: newId('user'),
      name: UserName,
      path: Path ?? '/',
      createdAt: now,
      inlinePolicies: {},
      attachedPolicies: [],
      permissionsBoundary: requireBoundary(account, PermissionsBoundary),
      tags: withTags({}, Tags),
      groups: [],
    }
    return { changes: [put('user', user)], output: { User: viewUser(account, user) } }
  },

  GetUser: (account, { UserName }, { caller }) =>
    answer({ User: viewUser(account, getUserOrCaller(account, UserName, caller)) }),

  ListUsers: (account, { PathPrefix, ...paging }) => {
    const users = account.users.values().filter(({ path }) => path.startsWith(PathPrefix ?? '/'))
    const { items, page } = pageOf(users, ({ name }) => name.toLowerCase(), paging)
    return answer({ Users: items.map((user) => ({ ...viewUser(account, user), Tags: null })), ...page })
  },

  UpdateUser: (account, { UserName, NewUserName, NewPath }) => {
    const user = getUser(account, UserName)
    const name = NewUserName ?? user.name
    const other = account.users.get(name.toLowerCase())
    require(other === undefined ||
      other.id === user.id, 'EntityAlreadyExists', `User with name ${name} already exists.`)
    return done(...rename('user', user, { ...user, name, path: NewPath ?? user.path }))
  },

  DeleteUser: (account, { UserName }) => {
    const user = getUser(account, UserName)
    const owns = (entity: { readonly userId: string | null }): boolean => entity.userId === user.id
    for (const [isEmpty, what] of [
      [user.attachedPolicies.length === 0, 'detach all policies'],
      [Object.keys(user.inlinePolicies).length === 0, 'delete policies'],
      [user.groups.length === 0, 'remove the user from all groups'],
      [!account.accessKeys.values().some(owns), 'delete access keys'],
      [!account.loginProfiles.has(user.id), 'delete the login profile'],
      [
        !account.mfaDevices.values().some(owns) && !account.passkeys.values().some(owns),
        'deactivate MFA devices',
      ],
    ] as const)
      require(isEmpty, 'DeleteConflict', `Cannot delete entity, must ${what} first.`)
    return done(remove('user', user))
  },

  ListUserTags: (account, { UserName, ...paging }) => {
    const { items, page } = pageOf(viewTags(getUser(account, UserName).tags), ({ Key }) => Key, paging)
    return answer({ Tags: items, ...page })
  },

  TagUser: (account, { UserName, Tags }) => {
    const user = getUser(account, UserName)
    return done(put('user', { ...user, tags: withTags(user.tags, Tags) }))
  },

  UntagUser: (account, { UserName, TagKeys }) => {
    const user = getUser(account, UserName)
    return done(put('user', { ...user, tags: withoutTags(user.tags, TagKeys) }))
  },

  PutUserPermissionsBoundary: (account, { UserName, PermissionsBoundary }) => {
    const permissionsBoundary = requireBoundary(account, PermissionsBoundary)
    return done(put('user', { ...getUser(account, UserName), permissionsBoundary }))
  },

  DeleteUserPermissionsBoundary: (account, { UserName }) =>
    done(put('user', { ...getUser(account, UserName), permissionsBoundary: null })),
}
