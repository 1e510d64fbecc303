import type { Announcement } from './announcements.ts'

/** Who is told of an announcement, and how far that got. Part of the catalog port. */
export interface DeliveryStore {
  /** The last announcement that deliveries were made of; 0 where there is none. */
  deliveryProgress(): Promise<number>
  /** One for each target, due at once; nothing where this announcement was passed before. */
  makeDeliveries(sequence: number, targets: readonly string[], now: number): Promise<void>
  /** Those pending that are due, the oldest announcement first. */
  dueDeliveries(now: number, limit: number): Promise<readonly DueDelivery[]>
  /** From now on these are told in one message, under this id: a restart puts together no other one. */
  packDeliveries(parcel: string, target: string, announcements: readonly number[]): Promise<void>
  /** All of them, or none. */
  noteDeliveries(notes: readonly DeliveryNote[]): Promise<void>
  /** Those of a group that were given up and can still be told are due again, as if never tried. @returns how many */
  reviveDeliveries(groupId: string, now: number): Promise<number>
  /** Of a group's announcements, the latest first. */
  deliveriesOf(groupId: string, limit: number): Promise<readonly Delivery[]>
}

export type DeliveryState = 'pending' | 'sent' | 'dead'

export interface Delivery {
  /** Sequence of the announcement. */
  readonly announcement: number
  /** ARN of a topic, or `receiver:ID`. */
  readonly target: string
  readonly state: DeliveryState
  readonly attempts: number
  /** Epoch milliseconds: of what is pending, when it is tried next; else when it ended. */
  readonly at: number
  /** Of the last attempt; null where it succeeded, or there was none. */
  readonly error: string | null
  /** Of the announcement; null where its text is kept no longer. */
  readonly title: string | null
}

export interface DueDelivery extends Omit<Delivery, 'title'> {
  readonly said: Announcement
  /** Null where it is told alone. */
  readonly parcel: string | null
}

/** What came of an attempt. */
export interface DeliveryNote extends Pick<Delivery, 'announcement' | 'target' | 'state' | 'at' | 'error'> {}
