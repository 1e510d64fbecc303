import {
  ApiError,
  type NotificationConfigurationOutput,
  type RemoveNotificationChannelInput,
} from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import { notificationConfiguration } from './notification-configuration.ts'

export async function removeNotificationChannel(
  context: OperationContext,
  input: RemoveNotificationChannelInput,
): Promise<NotificationConfigurationOutput> {
  const { id } = await requireGroup(context, input)
  if (!(await context.catalog.removeChannel(id, input.channelId)))
    throw new ApiError(
      'ResourceNotFoundException',
      `The profiling group '${input.profilingGroupName}' has no notification channel ${input.channelId}.`,
    )
  return notificationConfiguration(await context.catalog.channelsOf(id))
}
