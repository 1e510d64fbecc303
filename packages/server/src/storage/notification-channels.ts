/** Where findings about groups are sent. Part of the catalog port. */
export interface NotificationChannels {
  /** In the order they were added; none where there is no such group. */
  channelsOf(groupId: string): Promise<readonly Channel[]>
  /**
   * All of them, or none. `taken`: an id or uri is there already, or twice among the new ones; `quota`: there would be more
   * than `maxChannels`.
   */
  addChannels(addition: {
    readonly groupId: string
    readonly channels: readonly Channel[]
    readonly maxChannels: number
  }): Promise<'added' | 'taken' | 'quota' | 'gone'>
  /** @returns whether there was one */
  removeChannel(groupId: string, channelId: string): Promise<boolean>
}

export interface Channel {
  /** UUID, unique within its group, as the uri is. */
  readonly id: string
  /** ARN of what it is sent to. */
  readonly uri: string
  /** What it is told of. */
  readonly eventPublishers: readonly string[]
}
