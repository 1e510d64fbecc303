import type { Account, Role } from '../iam/account.ts'
import { roleArn } from '../iam/arns.ts'
import type { Accounts } from '../identity/accounts.ts'

export interface FoundRole {
  readonly account: Account
  readonly role: Role
}

/** A role by its ARN, path included. Null where there is none. */
export function findRole(accounts: Pick<Accounts, 'find'>, arn: string): FoundRole | null {
  const account = accounts.find(accountIdIn(arn))
  const role = account?.roles.get(arn.slice(arn.lastIndexOf('/') + 1).toLowerCase())
  if (!account || role === undefined || roleArn(account.id, role) !== arn) return null
  return { account, role }
}

/** Whose it would be; empty where it is no ARN. */
export function accountIdIn(arn: string): string {
  return arn.split(':', 5)[4] ?? ''
}
