import { QueryError } from '@wick/wire/query'
import type { Account, Group, User } from '../account.ts'
import { groupById } from '../account.ts'
import { put, remove, rename } from '../changes.ts'
import { newId } from '../ids.ts'
import { quotas } from '../quotas.ts'
import { getGroup, getUser, require, requireQuota } from './find.ts'
import { answer, done, type IamHandlers } from './handler.ts'
import { pageOf } from './paging.ts'
import { viewGroup, viewUser } from './views.ts'

export const groupHandlers: IamHandlers<
  | 'CreateGroup'
  | 'GetGroup'
  | 'ListGroups'
  | 'UpdateGroup'
  | 'DeleteGroup'
  | 'AddUserToGroup'
  | 'RemoveUserFromGroup'
  | 'ListGroupsForUser'
> = {
  CreateGroup: (account, { GroupName, Path }, { now }) => {
    requireFree(account, GroupName, null)
    requireQuota(account.groups.size + 1, quotas.groups, 'GroupsPerAccount')
    const group: Group = {
      id: newId('group'),
      name: GroupName,
      path: Path ?? '/',
      createdAt: now,
      inlinePolicies: {},
      attachedPolicies: [],
    }
    return { changes: [put('group', group)], output: { Group: viewGroup(account, group) } }
  },

  GetGroup: (account, { GroupName, ...paging }) => {
    const group = getGroup(account, GroupName)
    const { items, page } = pageOf(membersOf(account, group), ({ name }) => name.toLowerCase(), paging)
    const users = items.map((user) => ({ ...viewUser(account, user), Tags: null }))
    return answer({ Group: viewGroup(account, group), Users: users, ...page })
  },

  ListGroups: (account, { PathPrefix, ...paging }) => {
    const groups = account.groups.values().filter(({ path }) => path.startsWith(PathPrefix ?? '/'))
    const { items, page } = pageOf(groups, ({ name }) => name.toLowerCase(), paging)
    return answer({ Groups: items.map((group) => viewGroup(account, group)), ...page })
  },

  UpdateGroup: (account, { GroupName, NewGroupName, NewPath }) => {
    const group = getGroup(account, GroupName)
    const name = NewGroupName ?? group.name
    requireFree(account, name, group)
    return done(...rename('group', group, { ...group, name, path: NewPath ?? group.path }))
  },

  DeleteGroup: (account, { GroupName }) => {
    const group = getGroup(account, GroupName)
    for (const [isEmpty, what] of [
      [membersOf(account, group).length === 0, 'remove users from group'],
      [group.attachedPolicies.length === 0, 'detach all policies'],
      [Object.keys(group.inlinePolicies).length === 0, 'delete policies'],
    ] as const)
      require(isEmpty, 'DeleteConflict', `Cannot delete entity, must ${what} first.`)
    return done(remove('group', group))
  },

  AddUserToGroup: (account, { GroupName, UserName }) => {
    const group = getGroup(account, GroupName)
    const user = getUser(account, UserName)
    if (user.groups.includes(group.id)) return done()
    requireQuota(user.groups.length + 1, quotas.groupsPerUser, 'GroupsPerUser')
    return done(put('user', { ...user, groups: [...user.groups, group.id] }))
  },

  RemoveUserFromGroup: (account, { GroupName, UserName }) => {
    const group = getGroup(account, GroupName)
    const user = getUser(account, UserName)
    if (!user.groups.includes(group.id))
      throw new QueryError('NoSuchEntity', `User ${user.name} is not in group ${group.name}.`)
    return done(put('user', { ...user, groups: user.groups.filter((id) => id !== group.id) }))
  },

  ListGroupsForUser: (account, { UserName, ...paging }) => {
    const groups = groupsOf(account, getUser(account, UserName))
    const { items, page } = pageOf(groups, ({ name }) => name.toLowerCase(), paging)
    return answer({ Groups: items.map((group) => viewGroup(account, group)), ...page })
  },
}

/** The groups that a user is in. */
export function groupsOf(account: Account, user: User): readonly Group[] {
  return user.groups.map((id) => groupById(account, id)).filter((group) => group !== null)
}

function membersOf(account: Account, group: Group): readonly User[] {
  return account.users
    .values()
    .filter(({ groups }) => groups.includes(group.id))
    .toArray()
}

function requireFree(account: Account, name: string, self: Group | null): void {
  const other = account.groups.get(name.toLowerCase())
  require(other === undefined ||
    other.id === self?.id, 'EntityAlreadyExists', `Group with name ${name} already exists.`)
}
