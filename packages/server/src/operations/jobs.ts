import { ApiError, type RequestParts } from '@wick/wire'
import type { JobState } from '../storage/jobs.ts'
import type { OperationContext } from './context.ts'
import type { Reply } from './reply.ts'

/** What is done regularly, and how it went. */
export async function listJobs({ jobs, catalog }: OperationContext): Promise<Reply> {
  const states = new Map((await catalog.jobStates()).map((state) => [state.name, state]))
  return {
    kind: 'json',
    value: { jobs: jobs.jobs.map(({ name, everyMs }) => jobView(name, everyMs, states.get(name))) },
  }
}

/** Runs a job now and answers once it has ended. @throws ResourceNotFoundException, ConflictException */
export async function runJob({ jobs }: OperationContext, { labels }: RequestParts): Promise<Reply> {
  const job = jobs.jobs.find(({ name }) => name === labels.name)
  if (job === undefined)
    throw new ApiError(
      'ResourceNotFoundException',
      `There is no job '${labels.name}'; there are: ${jobs.jobs.map(({ name }) => name).join(', ')}.`,
    )
  const state = await jobs.runNow(job.name)
  if (state === 'elsewhere')
    throw new ApiError('ConflictException', `Another server runs the job '${job.name}' at this moment.`)
  return { kind: 'json', value: jobView(job.name, job.everyMs, state) }
}

function jobView(name: string, everyMs: number, state: JobState | undefined) {
  const instant = (at: number | null | undefined): string | null =>
    at === null || at === undefined ? null : new Date(at).toISOString()
  return {
    name,
    everySeconds: everyMs / 1000,
    startedAt: instant(state?.startedAt),
    endedAt: instant(state?.endedAt),
    succeededAt: instant(state?.succeededAt),
    dueAt: instant(state?.dueAt),
    failures: state?.failures ?? 0,
    error: state?.error ?? null,
  }
}
