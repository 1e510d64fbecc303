import { profilingGroupArn } from '@wick/wire'
import { iamService, QueryError } from '@wick/wire/query'
import type { Access } from '../access/access.ts'
import { type Account, keyOf } from '../iam/account.ts'
import { callIam } from '../iam/call-iam.ts'
import { iamAccess } from '../iam/iam-access.ts'
import type { IamCall, IamOperationName, PasswordFacts } from '../iam/operations/handler.ts'
import { isBareSessionToken, type Principal } from '../iam/principal.ts'
import type { OperationContext } from './context.ts'
import type { QueryHandlers } from './query-handler.ts'

type Operations = typeof iamService.operations

/** All of IAM's operations are done alike: what they do is in iam/operations. */
export const iamHandlers = Object.fromEntries(
  Object.keys(iamService.operations).map((action) => [action, handlerOf(action as IamOperationName)]),
) as QueryHandlers<Operations>

/** Of any operation. */
interface IamHandler {
  readonly access: (call: Call) => readonly Access[]
  readonly run: (call: Call) => Promise<object | null>
}

interface Call {
  readonly context: OperationContext
  readonly input: object
}

function handlerOf(action: IamOperationName): IamHandler {
  const isRead = ['Get', 'List', 'Simulate'].some((verb) => action.startsWith(verb))
  return {
    access: ({ context, input }) => {
      requireMayAdminister(context.principal)
      return iamAccess(accountOf(context), action, input, context.principal)
    },
    run: async ({ context, input }) => {
      let serviceRoleUses = needsUses.has(action) ? await groupsWithChannels(context) : []
      const password = await passwordFacts(context, input)
      const think = (account: Account): ReturnType<typeof callIam> =>
        callIam(account, action, input, callOf(context, account, { serviceRoleUses, password }))
      // Reads need not wait for the changes of others.
      if (isRead) return think(accountOf(context)).output
      const { accounts, catalog, principal } = context
      if (action !== 'DeleteServiceLinkedRole') return accounts.change(principal.accountId, think, catalog)
      return accounts.change(principal.accountId, think, {
        commitAccount: async (commit) => {
          // A channel that came meanwhile keeps its role; one that comes later brings another.
          serviceRoleUses = await groupsWithChannels(context)
          return serviceRoleUses.length > 0 ? 'stale' : catalog.commitAccount(commit)
        },
      })
    },
  }
}

/** So it is at AWS, whatever the policies say. @throws QueryError InvalidClientTokenId */
function requireMayAdminister(principal: Principal): void {
  if (isBareSessionToken(principal))
    throw new QueryError(
      'InvalidClientTokenId',
      'The security token included in the request is invalid: IAM takes session tokens of users with a second factor only.',
    )
}

function accountOf({ accounts, principal }: OperationContext): Account {
  const account = accounts.find(principal.accountId)
  if (account === null) throw new Error(`the account ${principal.accountId} is gone`)
  return account
}

function callOf(
  { accounts, lastUses, principal, now }: OperationContext,
  account: Account,
  facts: Pick<IamCall, 'serviceRoleUses' | 'password'>,
): IamCall {
  return {
    caller: principal,
    now: now(),
    seedOf: (device) => accounts.secret('mfa-device', account.id, keyOf('mfa-device', device)),
    accounts: accounts.ids().flatMap((id) => accounts.find(id) ?? []),
    lastUseOf: (id) => lastUses.find(id),
    ...facts,
  }
}

interface PasswordInput {
  readonly Password?: string | null
  readonly NewPassword?: string
  readonly OldPassword?: string
}

/** Hashing takes its time, elsewhere: what is worked out on the account is worked out at once. */
async function passwordFacts(context: OperationContext, input: object): Promise<PasswordFacts> {
  const { Password, NewPassword, OldPassword }: PasswordInput = input
  const chosen = NewPassword ?? Password ?? null
  const { passwords, principal } = context
  const profile = accountOf(context).loginProfiles.get(principal.entityId)
  return {
    isOldRight:
      OldPassword !== undefined && (await passwords.matches(OldPassword, profile?.passwordHash ?? null)),
    hash: chosen === null ? null : await passwords.hash(chosen),
  }
}

const needsUses: ReadonlySet<string> = new Set([
  'DeleteServiceLinkedRole',
  'GetServiceLinkedRoleDeletionStatus',
])

/** ARNs of the account's groups that send notifications. */
async function groupsWithChannels({ catalog, principal }: OperationContext): Promise<readonly string[]> {
  const arns: string[] = []
  for (const group of await catalog.allGroups())
    if (group.accountId === principal.accountId && (await catalog.channelsOf(group.id)).length > 0)
      arns.push(profilingGroupArn(group))
  return arns
}
