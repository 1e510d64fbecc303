import { type Account, roleById, userById } from './account.ts'
import { roleArn, userArn } from './arns.ts'

/**
 * Policies that name a user or a role keep its unique id: one that is made again under the same name is another, and
 * inherits nothing.
 */

/** The unique id of the user or role of that ARN; null where the account has none such. */
export function principalId(account: Account, arn: string): string | null {
  const name = arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()
  const user = account.users.get(name)
  if (user !== undefined && userArn(account.id, user) === arn) return user.id
  const role = account.roles.get(name)
  if (role !== undefined && roleArn(account.id, role) === arn) return role.id
  return null
}

/** The ARN, as it is by now, of the user or role with that unique id; null where it is gone. */
export function principalArn(account: Account, id: string): string | null {
  const user = userById(account, id)
  if (user !== null) return userArn(account.id, user)
  const role = roleById(account, id)
  return role === null ? null : roleArn(account.id, role)
}
