/** What to look for in profiles, and what to tell whoever has it. */
export interface Pattern {
  /** Lower case words joined by hyphens; known to people and in addresses. */
  readonly id: string
  /** One line: what is wrong. */
  readonly name: string
  /** Why that costs. */
  readonly why: string
  /** What to do about it, and when it is fine as it is. */
  readonly resolutionSteps: string
  /** Where to read more: https addresses. */
  readonly links: readonly string[]
  /** Only tried on profiles that show this runtime; null for all. */
  readonly language: Language | null
  /** Any of them is a match. */
  readonly targetFrames: readonly FrameSequence[]
  /** Where one of them stands at or above the match, it is none. */
  readonly notUnder: readonly FrameSequence[]
  /** Thread states whose samples count. */
  readonly countersToAggregate: readonly Counter[]
  /** Of the samples in these states, 0 < … ≤ 100: found from here on. */
  readonly thresholdPercent: number
}

/**
 * Frames of one call path from the outside in, next to each other unless `…` stands between them (any number of frames).
 * In a frame's name `*` is any text, `java.util.regex.Pattern.compile` or `*ObjectMapper.<init>`.
 */
export type FrameSequence = readonly string[]

export const anyFrames = '…'

export const languages = ['jvm', 'python', 'node'] as const
export type Language = (typeof languages)[number]

/** IDLE is none of them: nobody pays for it. WALL_TIME counts with RUNNABLE, see `countersOf`. */
export const counters = ['RUNNABLE', 'BLOCKED', 'NATIVE', 'WAITING', 'TIMED_WAITING', 'WALL_TIME'] as const
type Counter = (typeof counters)[number]

/** What a pattern may hold. Text is counted in UTF-16 units, as `length` does. */
export const patternLimits = {
  idLength: 64,
  nameLength: 120,
  textLength: 4000,
  links: 10,
  linkLength: 500,
  targetFrames: 50,
  notUnder: 20,
  framesInSequence: 16,
  frameLength: 256,
  starsInFrame: 8,
} as const
