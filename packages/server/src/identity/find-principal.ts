import { roleById, userById } from '../iam/account.ts'
import { type Principal, type PrincipalSession, rolePrincipal, userPrincipal } from '../iam/principal.ts'
import type { Subject } from '../storage/catalog.ts'
import type { Accounts } from './accounts.ts'

/**
 * Who a session is of, as the user or role is now. Null where that is gone, also where there is another of its name, and
 * where the user's console sessions of that time have ended.
 *
 * @param accessKeyId of temporary credentials; null for the console
 */
export function findPrincipal(
  accounts: Pick<Accounts, 'find'>,
  subject: Subject,
  session: PrincipalSession,
  accessKeyId: string | null = null,
): Principal | null {
  const account = accounts.find(subject.accountId)
  if (account === null) return null
  if (subject.kind === 'user') {
    const user = userById(account, subject.userId)
    const hasEnded = accessKeyId === null && session.issuedAt < (user?.consoleEndedBefore ?? 0)
    return user === null || hasEnded ? null : userPrincipal(account, user, { accessKeyId, session })
  }
  const role = roleById(account, subject.roleId)
  if (role === null) return null
  return rolePrincipal(account, role, subject.sessionName, { accessKeyId, session })
}
