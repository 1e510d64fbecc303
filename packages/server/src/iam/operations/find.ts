import { QueryError, type QueryErrorCode } from '@wick/wire/query'
import { type AccessKey, type Account, type Group, type Role, type User, userById } from '../account.ts'
import type { Principal } from '../principal.ts'

/** What operations are about, by the names in their input. @throws QueryError NoSuchEntity */

export function getUser(account: Account, name: string): User {
  return found(account.users.get(name.toLowerCase()), `The user with name ${name} cannot be found.`)
}

export function getGroup(account: Account, name: string): Group {
  return found(account.groups.get(name.toLowerCase()), `The group with name ${name} cannot be found.`)
}

export function getRole(account: Account, name: string): Role {
  return found(account.roles.get(name.toLowerCase()), `The role with name ${name} cannot be found.`)
}

/**
 * The user that is named, else the caller.
 *
 * @throws QueryError ValidationError where nobody is named and the caller is no user
 */
export function getUserOrCaller(account: Account, name: string | null, caller: Principal): User {
  if (name !== null) return getUser(account, name)
  const own = caller.kind === 'user' ? userById(account, caller.entityId) : null
  if (own === null)
    throw new QueryError('ValidationError', 'Must specify userName when calling with non-User credentials')
  return own
}

/** A key of this user: whose it is must be known to name it. */
export function getAccessKeyOf(account: Account, user: User, id: string): AccessKey {
  const key = account.accessKeys.get(id)
  return found(key?.userId === user.id ? key : undefined, `The Access Key with id ${id} cannot be found.`)
}

export function found<T>(entity: T | null | undefined, message: string): T {
  if (entity === null || entity === undefined) throw new QueryError('NoSuchEntity', message)
  return entity
}

/** @throws QueryError of that code, where the claim does not hold */
export function require(claim: boolean, code: QueryErrorCode, message: string): void {
  if (!claim) throw new QueryError(code, message)
}

export function requireQuota(count: number, quota: number, name: string): void {
  require(count <= quota, 'LimitExceeded', `Cannot exceed quota for ${name}: ${quota}`)
}
