import { makeReports, type Reporter } from './make-reports.ts'

const everyMilliseconds = 60_000

/**
 * Makes the reports that are due, now and then; one round at a time.
 *
 * @returns what ends it, once the report at hand is made
 */
export function startReports(
  reporter: Reporter,
  now: () => number,
  onTrouble: (error: Error) => void,
): () => Promise<void> {
  const ending = new AbortController()
  let round: Promise<void> | null = null
  const look = (): void => {
    round ??= makeReports(reporter, now(), ending.signal)
      .catch((error: Error) => onTrouble(error))
      .finally(() => {
        round = null
      })
  }
  const timer = setInterval(look, everyMilliseconds)
  return async () => {
    clearInterval(timer)
    ending.abort()
    await round
  }
}
