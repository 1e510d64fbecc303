import { ApiError } from '@wick/wire'

/**
 * Records of calls that end at the same time are appended together: while one batch is written, the next one gathers.
 */
export interface AppendQueue {
  /** Durable when this resolves. @throws AuditUnavailable: it is not, or nobody knows */
  append(draft: string): Promise<void>
}

interface Waiting {
  readonly draft: string
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const batchSize = 256
const maxWaiting = 8192

/** @param onFailure told of each batch that could not be written */
export function appendQueue(
  write: (drafts: readonly string[]) => Promise<void>,
  onFailure: (error: Error) => void,
): AppendQueue {
  let waiting: Waiting[] = []
  let isWriting = false

  const writeAll = async (): Promise<void> => {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize)
      waiting = waiting.slice(batchSize)
      try {
        await write(batch.map(({ draft }) => draft))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        onFailure(error as Error)
        const refusal = new AuditUnavailable(isForWantOfRoom(error as Error))
        for (const { reject } of batch) reject(refusal)
      }
    }
    isWriting = false
  }

  return {
    append: (draft) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= maxWaiting) return reject(new AuditUnavailable())
        waiting.push({ draft, resolve, reject })
        // Begun at the end of this turn: what ends in the same one goes together.
        if (!isWriting) {
          isWriting = true
          queueMicrotask(() => void writeAll())
        }
      }),
  }
}

/** No change is told without its record. */
export class AuditUnavailable extends ApiError {
  /** Whether it is only for want of room: what is owed then is written once there is some. */
  readonly isForWantOfRoom: boolean

  constructor(isForWantOfRoom = false) {
    super('ServiceUnavailableException', 'The audit trail cannot be written at the moment.')
    this.isForWantOfRoom = isForWantOfRoom
  }
}

/** SQLite's words for it; errors cross threads as name and message. */
function isForWantOfRoom({ message }: Error): boolean {
  return message === 'database or disk is full'
}
