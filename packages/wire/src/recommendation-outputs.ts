/** What a group's recommendations look like: in the API's own shapes, and in ours (`/v1/…`), which say more. */

/** The API's. Shares are per cent of the samples in the pattern's states. */
export interface ApiRecommendation {
  /** How many places match. */
  readonly allMatchesCount: number
  readonly allMatchesSum: number
  readonly pattern: {
    /** UUID, the same for the same pattern on every installation. */
    readonly id: string
    readonly name: string
    readonly description: string
    readonly resolutionSteps: string
    readonly targetFrames: readonly (readonly string[])[]
    readonly thresholdPercent: number
    readonly countersToAggregate: readonly string[]
  }
  /** Those with the largest share first. */
  readonly topMatches: readonly {
    /** From the root on, which child it is: `0/2/5`, in the order of GetProfile's answer for the same time. */
    readonly frameAddress: string
    readonly targetFramesIndex: number
    readonly thresholdBreachValue: number
  }[]
  readonly startTime: string
  readonly endTime: string
}

export interface FindingsReportSummary {
  /** UUID. */
  readonly id: string
  readonly profilingGroupName: string
  readonly profileStartTime: string
  readonly profileEndTime: string
  readonly totalNumberOfFindings: number
}

/** Where a pattern is from: Wick itself, whoever runs this installation, or whoever has the group. */
export type PatternOrigin = 'wick' | 'installation' | 'group'

export interface PatternAnswer {
  readonly id: string
  readonly name: string
  readonly why: string
  readonly resolutionSteps: string
  readonly links: readonly string[]
  readonly language: 'jvm' | 'python' | 'node' | null
  readonly targetFrames: readonly (readonly string[])[]
  readonly notUnder: readonly (readonly string[])[]
  readonly countersToAggregate: readonly string[]
  readonly thresholdPercent: number
}

/** A pattern that was found, and where. */
export interface RecommendationAnswer {
  readonly pattern: PatternAnswer
  readonly origin: PatternOrigin
  /** Samples in the pattern's states with a match on the stack, of all samples in these states. */
  readonly samples: number
  readonly of: number
  /** Null where nothing of the fleet has a price. */
  readonly yearlyCost: number | null
  /** How many places match. */
  readonly places: number
  /** The heaviest, these first; at most ten. */
  readonly matches: readonly MatchAnswer[]
}

export interface MatchAnswer {
  /** Frames from below the root to the one that completes the match. */
  readonly path: readonly string[]
  /** Index into the pattern's target frames. */
  readonly targetFramesIndex: number
  readonly samples: number
}

/** What is found in any time, `POST …/recommendations`; and what one pattern would find, `POST …/patterns/try`. */
export interface RecommendationsAnswer {
  /** Of the windows that hold data. */
  readonly startTime: string
  readonly endTime: string
  /** Of threads at work. */
  readonly samples: number
  /** Set where these are too few to say anything: how many there must be. */
  readonly needed: number | null
  readonly currency: string
  /** Name of the price table. */
  readonly prices: string
  /** The dearest first, those without a price by their share. */
  readonly recommendations: readonly RecommendationAnswer[]
}

/** How a recommendation differs from the report before. */
export type ReportChange = 'new' | 'grown' | 'shrunk' | 'same'

/** One of the hourly and daily reports, `GET …/findingsReports/{findingsReportId}`. */
export interface FindingsReportAnswer extends Omit<RecommendationsAnswer, 'recommendations'> {
  readonly id: string
  readonly period: 'PT1H' | 'P1D'
  readonly recommendations: readonly ReportedRecommendation[]
  /** What the report before had and this one has not. */
  readonly gone: readonly { readonly patternId: string; readonly name: string; readonly share: number }[]
}

export interface ReportedRecommendation extends RecommendationAnswer {
  readonly change: ReportChange
  /** Its share in the report before, 0 … 1; null where it was not found there. */
  readonly shareBefore: number | null
}

/** `GET …/findingsReports?startTime=…&endTime=…[&period=P1D]`: without period, of both kinds. Newest first. */
export interface FindingsReportsAnswer {
  readonly reports: readonly {
    readonly id: string
    readonly period: 'PT1H' | 'P1D'
    readonly startTime: string
    readonly endTime: string
    readonly recommendations: number
    readonly new: number
    readonly gone: number
    readonly grown: number
    /** Of all its recommendations; null where nothing has a price. */
    readonly yearlyCost: number | null
    /** Whether there were too few samples to say anything. */
    readonly hasTooLittleData: boolean
  }[]
  readonly nextToken?: string
}

/** What the hourly reports say is so now, `GET …/recommendations/state`. Also what is over since less than a week. */
export interface RecommendationStatesAnswer {
  readonly states: readonly {
    readonly patternId: string
    readonly name: string
    readonly state: 'OPEN' | 'CLOSED'
    /** Start of the first report that had it, without a day between reports that had it. */
    readonly since: string
    /** End of the last report that had it. */
    readonly lastSeen: string
    /** Whether nobody is to be told of it (`PUT` and `DELETE …/recommendations/{patternId}/muted`). */
    readonly isMuted: boolean
  }[]
}

/** `GET …/patterns`: all that are tried on a group. `GET /v1/patterns`: all but those of groups. */
export interface PatternsAnswer {
  readonly patterns: readonly (PatternAnswer & { readonly origin: PatternOrigin })[]
}
