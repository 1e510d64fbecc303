/** What is done regularly, by one server at a time. Part of the catalog port. */
export interface Jobs {
  /**
   * Takes the lease, or prolongs it for whoever holds it.
   *
   * @returns whether it is the holder's until then
   */
  takeLease(lease: Lease): Promise<boolean>
  /** Of somebody else's lease nothing is taken. */
  giveUpLease(name: string, holder: string): Promise<void>
  /** By name; those that ran once. */
  jobStates(): Promise<readonly JobState[]>
  writeJobState(state: JobState): Promise<void>
}

interface Lease {
  readonly name: string
  /** Of one start of one server. */
  readonly holder: string
  /** Epoch milliseconds, by the holder's clock. */
  readonly now: number
  /**
   * Until then. No lease is longer than twice what is asked for here: one that seems to be was taken by a clock that was ahead,
   * and has ended.
   */
  readonly until: number
}

/** Instants are epoch milliseconds. */
export interface JobState {
  readonly name: string
  readonly holder: string
  readonly startedAt: number
  /** Null while it runs, or where its server ended meanwhile. */
  readonly endedAt: number | null
  readonly succeededAt: number | null
  /** When it is to run next. */
  readonly dueAt: number
  /** In a row. */
  readonly failures: number
  /** Of the last run; null where it succeeded. */
  readonly error: string | null
}
