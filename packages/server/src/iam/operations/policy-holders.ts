import type { Account, Group, Role, User } from '../account.ts'
import { type Change, put } from '../changes.ts'
import { quotas } from '../quotas.ts'
import { getGroup, getRole, getUser } from './find.ts'
import { getModifiableRole } from './roles.ts'

/** What policies can be in or attached to: the same for users, groups and roles but for names and sizes. */
export type Holder = User | Group | Role

export interface HolderKind<T extends Holder> {
  /** In messages. */
  readonly word: string
  /** Characters of all inline policies, white space not counted. */
  readonly inlineSize: number
  /** To look at. @throws QueryError NoSuchEntity */
  readonly get: (account: Account, name: string) => T
  /** To change. @throws QueryError NoSuchEntity, UnmodifiableEntity */
  readonly getModifiable: (account: Account, name: string) => T
  readonly put: (holder: T) => Change
}

export const userKind: HolderKind<User> = {
  word: 'user',
  inlineSize: quotas.userPolicySize,
  get: getUser,
  getModifiable: getUser,
  put: (user) => put('user', user),
}

export const groupKind: HolderKind<Group> = {
  word: 'group',
  inlineSize: quotas.groupPolicySize,
  get: getGroup,
  getModifiable: getGroup,
  put: (group) => put('group', group),
}

export const roleKind: HolderKind<Role> = {
  word: 'role',
  inlineSize: quotas.rolePolicySize,
  get: getRole,
  getModifiable: getModifiableRole,
  put: (role) => put('role', role),
}
