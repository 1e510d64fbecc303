import type { JobState, Jobs } from '../storage/jobs.ts'

/** Something that is done regularly, by one of the servers on a catalog. */
export interface Job {
  /** Lower case words joined by hyphens. */
  readonly name: string
  readonly everyMs: number
  /** Does what is due, however much time has passed since. What throws is tried again, later and later. */
  run(context: JobContext): Promise<void>
}

export interface JobContext {
  /** Epoch milliseconds. */
  readonly now: number
  /** Aborted when the server stops, or the lease is somebody else's: what goes on then must change nothing any more. */
  readonly signal: AbortSignal
  /** Whether somebody asked for it: what it remembers of what is due may be out of date. */
  readonly isForced: boolean
}

export interface JobRunner {
  readonly jobs: readonly Job[]
  /** Starts what is due. To be called about every second. */
  tick(): Promise<void>
  /** Runs it now, due or not. `elsewhere`: another server is at it. @throws Error where there is no such job */
  runNow(name: string): Promise<JobState | 'elsewhere'>
  /** Waits for what runs to end, which it is asked to. */
  stop(): Promise<void>
}

export interface JobRunnerOptions {
  readonly jobs: readonly Job[]
  readonly states: Jobs
  /** Unlike any other start's of any server. */
  readonly holder: string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly onFailure: (job: string, error: Error) => void
}

/** A server that is killed keeps its jobs from the others for so long. */
const leaseMs = 60_000
const renewMs = 20_000
/** How soon it is looked again whether another server still runs it. */
const lookMs = 10_000
const firstRetryMs = 15_000
const mostRetryMs = 15 * 60_000

export function jobRunner({ jobs, states, holder, now, onFailure }: JobRunnerOptions): JobRunner {
  const stopping = new AbortController()
  const running = new Map<string, Promise<JobState | 'elsewhere' | 'not-due'>>()
  /** Instants before which there is nothing to look at; none: look now. */
  const lookAt = new Map<string, number>()
  const named = new Map(jobs.map((job) => [job.name, job]))

  const lease = (name: string) => ({ name: `job/${name}`, holder, now: now(), until: now() + leaseMs })

  /** Another server's clock may have been ahead, or this one's: no job waits longer than it should. */
  const isDue = ({ everyMs }: Job, before: JobState | undefined): boolean =>
    before === undefined || before.dueAt <= now() || before.dueAt > now() + Math.max(everyMs, mostRetryMs)

  const runUnderLease = async (
    job: Job,
    before: JobState | undefined,
    isForced: boolean,
  ): Promise<JobState> => {
    const lost = new AbortController()
    const renewal = setInterval(async () => {
      const isOurs = await states.takeLease(lease(job.name)).catch(() => false)
      if (!isOurs) lost.abort(new Error('another server runs it now'))
    }, renewMs).unref()
    const startedAt = now()
    const started: JobState = {
      ...{ name: job.name, holder, startedAt, endedAt: null, succeededAt: before?.succeededAt ?? null },
      // Where this server is killed, it is due again as soon as its lease ends.
      ...{ dueAt: startedAt, failures: before?.failures ?? 0, error: before?.error ?? null },
    }
    try {
      await states.writeJobState(started)
      const signal = AbortSignal.any([stopping.signal, lost.signal])
      const ended = await outcome(job, started, { now: startedAt, signal, isForced })
      if (!lost.signal.aborted) await states.writeJobState(ended)
      return ended
    } finally {
      clearInterval(renewal)
    }
  }

  const outcome = async (job: Job, started: JobState, context: JobContext): Promise<JobState> => {
    try {
      await job.run(context)
      const endedAt = now()
      const dueAt = started.startedAt + job.everyMs
      return { ...started, endedAt, succeededAt: endedAt, dueAt, failures: 0, error: null }
    } catch (thrown) {
      // Cut off by a stop: no failure; the next server to look goes on with it.
      if (context.signal.aborted) return { ...started, endedAt: now() }
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      onFailure(job.name, error)
      const failures = started.failures + 1
      const pause = Math.min(firstRetryMs * 2 ** (failures - 1), mostRetryMs)
      return {
        ...started,
        endedAt: now(),
        dueAt: now() + pause,
        failures,
        error: error.message.slice(0, 1000),
      }
    }
  }

  const attempt = async (job: Job, isForced: boolean): Promise<JobState | 'elsewhere' | 'not-due'> => {
    if (!(await states.takeLease(lease(job.name)))) {
      lookAt.set(job.name, now() + Math.min(lookMs, job.everyMs))
      return 'elsewhere'
    }
    try {
      const before = (await states.jobStates()).find(({ name }) => name === job.name)
      if (!isForced && !isDue(job, before)) {
        lookAt.set(job.name, before!.dueAt)
        return 'not-due'
      }
      const after = await runUnderLease(job, before, isForced)
      lookAt.set(job.name, after.dueAt)
      return after
    } finally {
      await states.giveUpLease(`job/${job.name}`, holder)
    }
  }

  /** One at a time of each; whoever asks meanwhile waits for that one. */
  const start = (job: Job, isForced: boolean): Promise<JobState | 'elsewhere' | 'not-due'> => {
    const current = running.get(job.name)
    if (current !== undefined) return current
    const started = attempt(job, isForced).finally(() => running.delete(job.name))
    running.set(job.name, started)
    return started
  }

  const mayLook = ({ name, everyMs }: Job): boolean => {
    const at = lookAt.get(name) ?? 0
    return at <= now() || at > now() + Math.max(everyMs, mostRetryMs)
  }

  return {
    jobs,
    tick: async () => {
      if (stopping.signal.aborted) return
      const due = jobs.filter((job) => !running.has(job.name) && mayLook(job))
      await Promise.all(due.map((job) => start(job, false)))
    },
    runNow: async (name) => {
      const job = named.get(name)
      if (job === undefined) throw new Error(`There is no job ${name}.`)
      for (;;) {
        const state = await start(job, true)
        if (state !== 'not-due') return state
      }
    },
    stop: async () => {
      stopping.abort(new Error('the server stops'))
      await Promise.allSettled(running.values())
    },
  }
}
