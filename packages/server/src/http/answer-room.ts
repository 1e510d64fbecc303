import type { ByteBudget } from '../operations/byte-budget.ts'
import type { Answer } from './answer.ts'
import type { Exchange } from './exchange.ts'

/** Smaller answers are not counted: they are many, and the kernel takes them at once. */
const largeBytes = 256 * 1024
/** Who takes nothing for so long loses its answer where others need the room. */
const patienceMilliseconds = 5000

/**
 * Counts a large answer from when it is made until the caller has it or is gone. One that is larger than all the room there
 * is gets through where it is alone.
 *
 * @param caller whose doing it is when there is no room
 * @throws ServiceUnavailableException, ThrottlingException where there is none
 */
export function keepRoom(
  { request: { socket }, response }: Exchange,
  { body }: Answer,
  budget: ByteBudget,
  caller: string,
  patience = patienceMilliseconds,
): void {
  const bytes = Buffer.byteLength(body)
  if (bytes <= largeBytes || response.destroyed) return
  let seen = { written: -1, at: 0 }
  const holding = budget.open({
    caller,
    isSlow: () => {
      const now = performance.now()
      const { bytesWritten } = socket
      if (bytesWritten !== seen.written) seen = { written: bytesWritten, at: now }
      return now - seen.at > patience
    },
    cutOff: () => response.destroy(),
  })
  holding.take(Math.min(bytes, budget.maxBytes))
  response.once('close', () => holding.giveBack())
}
