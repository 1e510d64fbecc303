import type { GroupInput, NotificationConfigurationOutput } from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { notificationConfiguration } from './notification-configuration.ts'

export async function getNotificationConfiguration(
  context: OperationContext,
  input: GroupInput,
): Promise<NotificationConfigurationOutput> {
  const { id } = await requireGroup(context, input)
  return notificationConfiguration(await context.catalog.channelsOf(id))
}
