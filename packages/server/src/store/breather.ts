import { setImmediate as nextTurn } from 'node:timers/promises'

const usualMilliseconds = 10

/**
 * For long work in a thread that others need too: to be awaited between its steps, lets them have their turn once it has
 * gone on for a while.
 */
export function breather(milliseconds: number = usualMilliseconds): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < milliseconds) return
    await nextTurn()
    since = performance.now()
  }
}
