import { randomUUID } from 'node:crypto'
import {
  type AddNotificationChannelsInput,
  ApiError,
  maxChannels,
  type NotificationConfigurationOutput,
} from '@wick/wire'
import type { Account } from '../iam/account.ts'
import { type Change, put } from '../iam/changes.ts'
import { newServiceLinkedRole } from '../iam/operations/service-linked-role.ts'
import type { AccountCommit } from '../storage/directory.ts'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import { notificationConfiguration } from './notification-configuration.ts'

/**
 * All of the channels are added, or none. Those that come without an id get one. With the first channel of an account comes
 * the role that notifications are sent as, in the same transaction.
 */
export async function addNotificationChannels(
  context: OperationContext,
  input: AddNotificationChannelsInput,
): Promise<NotificationConfigurationOutput> {
  const name = input.profilingGroupName
  const { catalog, accounts, scope } = context
  const { id: groupId } = await requireGroup(context, input)
  const channels = input.channels.map((channel) => ({ ...channel, id: channel.id ?? randomUUID() }))
  const add = async (account: AccountCommit | null): Promise<'committed' | 'stale'> => {
    const outcome = await catalog.addChannels({ groupId, channels, maxChannels, account })
    if (outcome === 'stale') return 'stale'
    if (outcome !== 'added') throw refusal(outcome, name)
    return 'committed'
  }
  const ensureRole = (account: Account): { changes: readonly Change[]; output: boolean } => {
    const role = newServiceLinkedRole(account, context.now())
    return { changes: role === null ? [] : [put('role', role)], output: role === null }
  }
  const hasRole = await accounts.change(scope.accountId, ensureRole, { commitAccount: add })
  if (hasRole) {
    await add(null)
    // It may have been deleted in between, as nothing seemed to use it.
    await accounts.change(scope.accountId, ensureRole, catalog)
  }
  return notificationConfiguration(await catalog.channelsOf(groupId))
}

function refusal(outcome: 'taken' | 'quota' | 'gone', name: string): ApiError {
  switch (outcome) {
    case 'taken':
      return new ApiError(
        'ConflictException',
        `The profiling group '${name}' has a channel of this id or uri already, or is given two of them.`,
      )
    case 'quota':
      return new ApiError(
        'ServiceQuotaExceededException',
        `The profiling group '${name}' would have more than ${maxChannels} notification channels.`,
      )
    case 'gone':
      return noSuchGroup(name)
  }
}
