/**
 * What somebody is to be told. Filled in the transaction of the change that it tells of, so that neither is there without
 * the other; sent from here, at least once. Part of the catalog port.
 */
export interface Announcements {
  /** Those that no change goes with; a key that was announced before is passed over, as is what is about a group that is gone. */
  announce(announcements: readonly Announcement[]): Promise<void>
  /** By sequence, those behind `after` that are still of use, at most `limit`. */
  announcementsAfter(after: number, limit: number): Promise<readonly KeptAnnouncement[]>
  /** What was announced before is of no use any more: its text goes, its key stays, so that it is not told again. */
  forgetAnnouncements(before: number): Promise<void>
}

export interface KeptAnnouncement {
  readonly sequence: number
  readonly groupId: string | null
  readonly announcement: Announcement
}

export interface Announcement {
  /** The same key is told once for ever: `anomaly/ID/OPEN`. */
  readonly key: string
  readonly accountId: string
  readonly region: string
  /** Null where it is about no single group. */
  readonly groupName: string | null
  readonly topic: 'anomaly' | 'recommendation' | 'alarm' | 'test'
  /** anomaly and recommendation: OPEN, CLOSED; alarm: OK, ALARM, INSUFFICIENT_DATA */
  readonly state: string
  /** Epoch milliseconds. */
  readonly at: number
  /** One line. */
  readonly title: string
  readonly text: string
  /** In the console: `/groups/…` */
  readonly path: string
  readonly yearlyCost: { readonly amount: number; readonly currency: string } | null
  /** What the topic has beside; JSON. Its schema stands in docs/notifications.md. */
  readonly detail: unknown
  /** ARNs of topics that are told instead of the group's channels: the actions of an alarm. */
  readonly targets?: readonly string[]
}
