/** What a group's anomalies look like: in the API's own shape, and in ours (`/v1/…`), which says more. */

/** The API's: one of each frame, with all the times it was so. */
export interface ApiAnomaly {
  readonly metric: {
    readonly frameName: string
    readonly type: 'AggregatedRelativeTotalTime'
    readonly threadStates: readonly string[]
  }
  readonly reason: string
  readonly instances: readonly {
    /** UUID. */
    readonly id: string
    readonly startTime: string
    /** Absent while it lasts. */
    readonly endTime?: string
    readonly userFeedback?: { readonly type: 'Positive' | 'Negative' }
  }[]
}

/** One change of what a function costs. Shares are 0 to 1. */
export interface AnomalyAnswer {
  /** UUID; SubmitFeedback's anomalyInstanceId. */
  readonly id: string
  readonly metric: 'CPU' | 'LATENCY'
  readonly threadStates: readonly string[]
  /** The deepest frame that explains it. */
  readonly frameName: string
  /** `level`: it stepped up and stayed; `drift`: it grew day by day. */
  readonly kind: 'level' | 'drift'
  readonly startTime: string
  readonly foundTime: string
  /** Null while it lasts. */
  readonly endTime: string | null
  readonly before: number
  readonly after: number
  readonly change: number
  /** In usual deviations of this frame. */
  readonly deviations: number
  /** From the outermost frame that changed noticeably to this one. */
  readonly shownBy: readonly string[]
  /** The value of the label `version` that came up with it; null where none did. */
  readonly appVersion: string | null
  /** Null where there is no price, and of latency. */
  readonly yearlyCost: number | null
  readonly currency: string
  readonly title: string
  readonly reason: string
  /** Two hours of like days, and the two hours in which it was found: to be laid beside each other. */
  readonly compare: {
    readonly before: { readonly startTime: string; readonly endTime: string }
    readonly after: { readonly startTime: string; readonly endTime: string }
  }
  readonly feedback: {
    readonly type: 'Positive' | 'Negative'
    readonly comment: string | null
    readonly at: string
    readonly by: string
  } | null
}

/** `GET …/anomalies?startTime=…&endTime=…`: the latest first, at most a thousand. */
export interface AnomaliesAnswer {
  readonly anomalies: readonly AnomalyAnswer[]
  /** Of the last 28 days: hours with profiles, and how many there must be before anything can be said. */
  readonly history: { readonly hours: number; readonly needed: number }
}
