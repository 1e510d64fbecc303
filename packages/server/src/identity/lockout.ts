/**
 * Guessing, made slow: after some failures in a row a name is locked for a while, whoever asks and whatever they bring. A
 * name that nobody has counts alike. It is kept in memory: a restart forgives, and costs an attacker's guesses nothing
 * that would help.
 */
export interface Lockout {
  isLocked(name: string, now: number): boolean
  failed(name: string, now: number): void
  /** One of the failures was none. */
  takeBack(name: string): void
  succeeded(name: string): void
}

const lockMilliseconds = 15 * 60_000
/** Forgotten first: what failed longest ago. */
const maxNames = 10_000

interface Failures {
  readonly count: number
  readonly latestAt: number
}

/** @param maxFailures in a row, before a name is locked */
export function lockout(maxFailures: number): Lockout {
  const names = new Map<string, Failures>()
  const failuresOf = (name: string, now: number): number => {
    const failures = names.get(name)
    return failures === undefined || now - failures.latestAt >= lockMilliseconds ? 0 : failures.count
  }
  return {
    isLocked: (name, now) => failuresOf(name, now) >= maxFailures,
    failed: (name, now) => {
      const count = failuresOf(name, now) + 1
      names.delete(name)
      if (names.size >= maxNames) names.delete(names.keys().next().value!)
      names.set(name, { count, latestAt: now })
    },
    takeBack: (name) => {
      const failures = names.get(name)
      if (failures !== undefined && failures.count > 1)
        names.set(name, { ...failures, count: failures.count - 1 })
      else names.delete(name)
    },
    succeeded: (name) => void names.delete(name),
  }
}
