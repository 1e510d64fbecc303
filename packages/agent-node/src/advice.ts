/** What went wrong with the server, and what to do: one line for whoever reads the log. */
import { NoCredentials } from './credentials/credentials.ts'
import { Unreachable } from './http-exchange.ts'
import { Refused } from './service.ts'

export interface Addressed {
  readonly group: string
  readonly region: string
  readonly endpoint: string
}

/** @returns a name for the state, so that the same is said once, and the line */
export function advice(
  error: unknown,
  { group, region, endpoint }: Addressed,
): { state: string; text: string } {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NoCredentials) {
    return { state: 'no credentials', text: `${message}. Samples are kept, and credentials looked for again` }
  }
  if (error instanceof Unreachable) {
    return {
      state: 'unreachable',
      text: `${message}. The last profiles are kept and sent later; check AWS_ENDPOINT_URL_CODEGURUPROFILER (now ${endpoint}), proxies and AWS_CA_BUNDLE`,
    }
  }
  if (!(error instanceof Refused)) return { state: 'failed', text: message }
  if (error.code === 'ResourceNotFoundException') {
    return {
      state: 'no group',
      text: `profiling group ${group} does not exist at ${endpoint} (region ${region}). Make it, or set AWS_CODEGURU_PROFILER_GROUP_NAME; it is looked for every period`,
    }
  }
  if (error.status === 403 || error.status === 401) {
    return {
      state: 'denied',
      text: `${message}. The agent needs ConfigureAgent and PostAgentProfile on group ${group}; it is tried again every period`,
    }
  }
  if (error.status === 404) {
    return {
      state: 'not found',
      text: `${message}. Is ${endpoint} the address of a Wick server? Check AWS_ENDPOINT_URL_CODEGURUPROFILER; it is tried again every period`,
    }
  }
  if (error.isTemporary)
    return { state: 'busy', text: `${message}. The last profiles are kept and sent later` }
  return { state: `refused ${error.code}`, text: `${message}. It is tried again every period` }
}
