import { randomUUID } from 'node:crypto'
import {
  type AddNotificationChannelsInput,
  ApiError,
  maxChannels,
  type NotificationConfigurationOutput,
} from '@wick/wire'
import { put } from '../iam/changes.ts'
import { newServiceLinkedRole } from '../iam/operations/service-linked-role.ts'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import { notificationConfiguration } from './notification-configuration.ts'

/** All of the channels are added, or none. Those that come without an id get one. */
export async function addNotificationChannels(
  context: OperationContext,
  input: AddNotificationChannelsInput,
): Promise<NotificationConfigurationOutput> {
  const name = input.profilingGroupName
  const { id: groupId } = await requireGroup(context, input)
  const channels = input.channels.map((channel) => ({ ...channel, id: channel.id ?? randomUUID() }))
  switch (await context.catalog.addChannels({ groupId, channels, maxChannels })) {
    case 'added':
      await ensureServiceLinkedRole(context)
      return notificationConfiguration(await context.catalog.channelsOf(groupId))
    case 'taken':
      throw new ApiError(
        'ConflictException',
        `The profiling group '${name}' has a channel of this id or uri already, or is given two of them.`,
      )
    case 'quota':
      throw new ApiError(
        'ServiceQuotaExceededException',
        `The profiling group '${name}' would have more than ${maxChannels} notification channels.`,
      )
    case 'gone':
      throw noSuchGroup(name)
  }
}

/** As AWS does: whoever sends notifications has a role for it. */
async function ensureServiceLinkedRole({ accounts, scope, now }: OperationContext): Promise<void> {
  await accounts.change(scope.accountId, (account) => {
    const role = newServiceLinkedRole(account, now())
    return { changes: role === null ? [] : [put('role', role)], output: null }
  })
}
