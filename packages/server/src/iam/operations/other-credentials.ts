import type { Account } from '../account.ts'
import type { Principal } from '../principal.ts'
import { getUserOrCaller } from './find.ts'
import { answer, type IamHandlers } from './handler.ts'

/** Of services that are not here: nobody has any. Terraform asks for them before it deletes a user by force. */
export const otherCredentialHandlers: IamHandlers<
  'ListSSHPublicKeys' | 'ListSigningCertificates' | 'ListServiceSpecificCredentials'
> = {
  ListSSHPublicKeys: (account, { UserName }, { caller }) => {
    requireUser(account, UserName, caller)
    return answer({ SSHPublicKeys: [], IsTruncated: false })
  },

  ListSigningCertificates: (account, { UserName }, { caller }) => {
    requireUser(account, UserName, caller)
    return answer({ Certificates: [], IsTruncated: false })
  },

  ListServiceSpecificCredentials: (account, { UserName, AllUsers }, { caller }) => {
    if (AllUsers !== true) requireUser(account, UserName, caller)
    return answer({ ServiceSpecificCredentials: [], IsTruncated: false })
  },
}

/** @throws QueryError NoSuchEntity */
function requireUser(account: Account, name: string | null, caller: Principal): void {
  getUserOrCaller(account, name, caller)
}
