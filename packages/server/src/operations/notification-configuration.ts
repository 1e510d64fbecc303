import type { NotificationConfigurationOutput } from '@wick/wire'
import type { Channel } from '../storage/notification-channels.ts'

/** A group's channels as the API shows them; a group without any has an empty list. */
export function notificationConfiguration(channels: readonly Channel[]): NotificationConfigurationOutput {
  return {
    notificationConfiguration: {
      channels: channels.map(({ id, uri, eventPublishers }) => ({ id, uri, eventPublishers })),
    },
  }
}
