import { ApiError } from '@wick/wire'

/** How many calls each caller may make: what a runaway script does is its own loss and nobody else's. */
export interface CallThrottle {
  /**
   * Whether there is room for a call; nothing is taken. For what is not proven yet: who says to be somebody else must not
   * be able to use up what that one has.
   *
   * @throws ThrottlingException
   */
  check(caller: string, operation: string): void
  /** Takes the place of one call. @throws ThrottlingException */
  take(caller: string, operation: string): void
}

export interface CallRates {
  /** Of ConfigureAgent and PostAgentProfile; 0 for any number. */
  readonly agentCallsPerSecond: number
  /** Of all other calls. */
  readonly callsPerSecond: number
}

/** Agents and people may share an identity, and do not get into each other's way. */
const agentOperations: ReadonlySet<string> = new Set(['ConfigureAgent', 'PostAgentProfile'])

/** Who was quiet for this long may call as much at once. */
const burstSeconds = 10

/** Of those who are not looked at for longest nothing is remembered: they have rested most. */
const maxBuckets = 10_000

interface Bucket {
  calls: number
  /** When `calls` was so many, milliseconds. */
  at: number
}

/**
 * Token buckets, one for each caller and family of operations: full at first, and filled again at the rate of the family.
 *
 * @param now milliseconds; may jump
 * @param onRefused is told of each refusal
 */
export function callThrottle(
  { agentCallsPerSecond, callsPerSecond }: CallRates,
  now: () => number,
  onRefused: () => void,
): CallThrottle {
  /** Used longest ago first. */
  const buckets = new Map<string, Bucket>()

  const left = (key: string, rate: number, at: number): number => {
    const bucket = buckets.get(key)
    if (bucket === undefined) return rate * burstSeconds
    const seconds = Math.max(0, at - bucket.at) / 1000
    return Math.min(rate * burstSeconds, bucket.calls + seconds * rate)
  }
  /** @returns how many calls are left, and the key of their bucket; null where any number is allowed */
  const look = (caller: string, operation: string, at: number): { key: string; calls: number } | null => {
    const isAgent = agentOperations.has(operation)
    const rate = isAgent ? agentCallsPerSecond : callsPerSecond
    if (rate === 0) return null
    const key = `${isAgent ? 'agent' : 'other'} ${caller}`
    const calls = left(key, rate, at)
    if (calls < 1) {
      onRefused()
      throw new ApiError(
        'ThrottlingException',
        `Rate exceeded: an identity may make ${rate} ${isAgent ? 'calls of agents' : 'calls'} each second.`,
      )
    }
    return { key, calls }
  }

  return {
    check: (caller, operation) => void look(caller, operation, now()),
    take: (caller, operation) => {
      const at = now()
      const found = look(caller, operation, at)
      if (found === null) return
      buckets.delete(found.key)
      if (buckets.size >= maxBuckets) buckets.delete(buckets.keys().next().value!)
      buckets.set(found.key, { calls: found.calls - 1, at })
    },
  }
}
