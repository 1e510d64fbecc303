import type { AccountCommit } from './directory.ts'

/** Where findings about groups are sent. Part of the catalog port. */
export interface NotificationChannels {
  /** In the order they were added; none where there is no such group. */
  channelsOf(groupId: string): Promise<readonly Channel[]>
  /**
   * All of them, or none. `taken`: an id or uri is there already, or twice among the new ones; `quota`: there would be more
   * than `maxChannels`; `stale`: the account is at another revision than its commit expects.
   */
  addChannels(addition: ChannelAddition): Promise<'added' | 'taken' | 'quota' | 'gone' | 'stale'>
  /** @returns whether there was one */
  removeChannel(groupId: string, channelId: string): Promise<boolean>
}

export interface ChannelAddition {
  readonly groupId: string
  readonly channels: readonly Channel[]
  readonly maxChannels: number
  /** What is done to an account together with it: all of both, or nothing. */
  readonly account: AccountCommit | null
}

export interface Channel {
  /** UUID, unique within its group, as the uri is. */
  readonly id: string
  /** ARN of what it is sent to. */
  readonly uri: string
  /** What it is told of. */
  readonly eventPublishers: readonly string[]
}
