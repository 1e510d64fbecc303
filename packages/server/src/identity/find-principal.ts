import { roleById, userById } from '../iam/account.ts'
import { type Principal, type PrincipalSession, rolePrincipal, userPrincipal } from '../iam/principal.ts'
import type { Subject } from '../storage/catalog.ts'
import type { Accounts } from './accounts.ts'

/**
 * Who a session is of, as the user or role is now. Null where that is gone, also where there is another of its name, and
 * where the role's sessions of that time were ended.
 *
 * @param accessKeyId of temporary credentials
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
    return user === null ? null : userPrincipal(account, user, { accessKeyId, session })
  }
  const role = roleById(account, subject.roleId)
  if (role === null || session.issuedAt < role.sessionsRevokedBefore) return null
  return rolePrincipal(account, role, subject.sessionName, { accessKeyId, session })
}
