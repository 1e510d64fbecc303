import { createHash } from 'node:crypto'
import type { Announcement } from '../storage/announcements.ts'

/** What is told at a time: one announcement, or a digest of many that a downtime has left over. */
export interface News {
  /** The same for the same news, however often it is sent: who receives it twice can tell. */
  readonly id: string
  readonly isDigest: boolean
  /** At least one, all of one account. */
  readonly said: readonly Announcement[]
}

/**
 * Tells one target.
 *
 * @param target ARN of a topic, or `receiver:ID`
 * @throws SendError
 */
export type Send = (target: string, news: News) => Promise<void>

/** Why a message was not taken, in words for whoever looks after the channel. */
export class SendError extends Error {
  override readonly name = 'SendError'
  /** Whether it will never be: the topic is gone, or is none. */
  readonly isFinal: boolean

  constructor(message: string, isFinal: boolean) {
    super(message)
    this.isFinal = isFinal
  }
}

/** What stands for the id of news where only a few characters may: 32 hexadecimal digits. */
export function shortId(newsId: string): string {
  return createHash('sha256').update(newsId).digest('hex').slice(0, 32)
}

export function newsOf(said: Announcement): News {
  return { id: said.key, isDigest: false, said: [said] }
}

/** @returns why it was not taken; null where it was */
export async function told(send: Send, target: string, news: News): Promise<SendError | null> {
  try {
    await send(target, news)
    return null
  } catch (error) {
    return error instanceof SendError ? error : new SendError((error as Error).message, false)
  }
}
