/** What went wrong with the server, and what to do: one line for whoever reads the log. */
import { NoCredentials } from './credentials/credentials.ts'
import { Unreachable } from './http-exchange.ts'
import { Foreign, Refused } from './service.ts'

export interface Addressed {
  readonly group: string
  readonly region: string
  readonly endpoint: string
  /** The agent ends: nothing is kept, or tried again. */
  readonly isLast: boolean
}

/** What is said when something else answers than was meant to. */
export function foreign(endpoint: string): { state: string; text: string } {
  return {
    state: 'foreign',
    text: `what answers at ${endpoint} is not the profiling service: check AWS_ENDPOINT_URL_CODEGURUPROFILER, and whether a proxy or sign-in page is in between`,
  }
}

/** @returns a name for the state, so that the same is said once, and the line */
export function advice(error: unknown, addressed: Addressed): { state: string; text: string } {
  const { state, text, plan } = troubleOf(error, addressed)
  return { state, text: plan === undefined || addressed.isLast ? text : `${text}. ${plan}` }
}

const eachPeriod = 'It is tried again every period'
const sentLater = 'The last profiles are kept and sent later'

interface Trouble {
  readonly state: string
  readonly text: string
  /** What the agent does about it. */
  readonly plan?: string
}

function troubleOf(error: unknown, { group, region, endpoint }: Addressed): Trouble {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NoCredentials) {
    return {
      state: 'no credentials',
      text: message,
      plan: 'Samples are kept, and credentials looked for again',
    }
  }
  if (error instanceof Unreachable) {
    const text = `${message}. Check AWS_ENDPOINT_URL_CODEGURUPROFILER (now ${endpoint}), proxies and AWS_CA_BUNDLE`
    return { state: 'unreachable', text, plan: sentLater }
  }
  if (error instanceof Foreign) return { ...foreign(endpoint), plan: sentLater }
  if (!(error instanceof Refused)) return { state: 'failed', text: message }
  if (error.isRedirect) return redirected(error.redirectsTo, endpoint)
  if (error.code === 'ResourceNotFoundException') {
    const text = `profiling group ${group} does not exist at ${endpoint} (region ${region}). Make it, or set AWS_CODEGURU_PROFILER_GROUP_NAME`
    return { state: 'no group', text, plan: 'It is looked for every period' }
  }
  if (error.status === 403 || error.status === 401) {
    const text = `${message}. The agent needs ConfigureAgent and PostAgentProfile on group ${group}`
    return { state: 'denied', text, plan: eachPeriod }
  }
  if (error.status === 404) {
    const text = `${message}. Is ${endpoint} the address of a Wick server? Check AWS_ENDPOINT_URL_CODEGURUPROFILER`
    return { state: 'not found', text, plan: eachPeriod }
  }
  if (error.isTemporary) return { state: 'busy', text: message, plan: sentLater }
  return { state: `refused ${error.code}`, text: message, plan: eachPeriod }
}

function redirected(to: string | null, endpoint: string): Trouble {
  const text =
    to === null
      ? `${endpoint} answers with a redirect to no other server, which is not followed: check AWS_ENDPOINT_URL_CODEGURUPROFILER, and whether a proxy or sign-in page is in between`
      : `${endpoint} answers with a redirect to ${to}, which is not followed: if that is the profiling service, and no sign-in page, AWS_ENDPOINT_URL_CODEGURUPROFILER should be that address`
  return { state: 'redirected', text, plan: `The last profiles are kept. ${eachPeriod}` }
}
