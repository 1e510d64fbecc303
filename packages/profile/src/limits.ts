/** What a posted profile may cost. Every limit is checked while decoding, so a hostile body never costs more. */
export interface ProfileLimits {
  /** Frames below the root on one call path: 1 is a child of the root. */
  readonly maxDepth: number
  /** Frames in one profile, the root not counted. */
  readonly maxNodes: number
  /** Distinct frame names. File names are bounded in length like them, but not counted. */
  readonly maxNames: number
  /** Bytes of one frame, file or counter name. */
  readonly maxNameBytes: number
  /** Sum of all counts of all counters; 2^32 keeps sums of two million profiles exact. */
  readonly maxSamples: number
  /** Distinct counters (thread states). */
  readonly maxCounters: number
  /** Bytes kept of the other top-level fields. */
  readonly maxExtrasBytes: number
}

export const defaultLimits: ProfileLimits = {
  maxDepth: 1024,
  maxNodes: 200_000,
  maxNames: 200_000,
  maxNameBytes: 4096,
  maxSamples: 2 ** 32,
  maxCounters: 64,
  maxExtrasBytes: 4 * 1024 * 1024,
}
