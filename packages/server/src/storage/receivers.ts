import type { ReceiverKind, ReceiverTopic } from '@wick/wire'

/**
 * Who is told what concerns a group, beside the topics of the API: a webhook, a chat. Part of the catalog port.
 */
export interface Receivers {
  /** In the order they were added. */
  receiversOf(groupId: string): Promise<readonly Receiver[]>
  findReceiver(id: string): Promise<ReachableReceiver | null>
  /** `quota`: there would be more than `most`. */
  addReceiver(receiver: Receiver, most: number): Promise<'added' | 'quota' | 'gone'>
  /** @returns whether there was one */
  removeReceiver(groupId: string, id: string): Promise<boolean>
}

export interface Receiver {
  /** UUID. */
  readonly id: string
  readonly groupId: string
  readonly kind: ReceiverKind
  /** What it is told of. */
  readonly topics: readonly ReceiverTopic[]
  /** Epoch milliseconds. */
  readonly addedAt: number
  /** Where it is and what it knows the sender by, sealed under the group's data key. */
  readonly address: Uint8Array
}

/** With what it takes to open its address. */
interface ReachableReceiver extends Receiver {
  readonly sealedDataKey: Uint8Array
}
