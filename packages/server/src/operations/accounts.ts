import { ApiError, parseCreateAccount, type RequestParts } from '@wick/wire'
import { isBareSessionToken } from '../iam/principal.ts'
import { newAdministrator } from '../identity/administrator.ts'
import type { OperationContext } from './context.ts'
import type { Reply } from './reply.ts'

/** Makes an account with an administrator of its own, whose key is told here and never again. */
export async function createAccount(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { accountId } = parseCreateAccount(parts)
  if (isBareSessionToken(context.principal))
    throw new ApiError(
      'AccessDeniedException',
      'Session tokens without a second factor make no accounts: they would outlive themselves.',
    )
  const { user, accessKey, secret, changes } = newAdministrator(context.now())
  if (!(await context.accounts.create(accountId, changes, context.catalog)))
    throw new ApiError('ConflictException', `The account ${accountId} exists already.`)
  return {
    kind: 'json',
    value: { accountId, userName: user.name, accessKeyId: accessKey.id, secretAccessKey: secret },
  }
}

/** Every account there is, with how many users it has. */
export async function listAccounts({ accounts }: OperationContext): Promise<Reply> {
  const described = accounts.ids().map((accountId) => ({
    accountId,
    users: accounts.find(accountId)!.users.size,
    roles: accounts.find(accountId)!.roles.size,
  }))
  return { kind: 'json', value: { accounts: described } }
}
