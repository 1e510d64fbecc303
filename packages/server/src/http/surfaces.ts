import type { Surface } from '../config/listener-settings.ts'

/** What agents call. AWS's agent for Lambda makes its group itself. */
const agentOperations: ReadonlySet<string> = new Set([
  'ConfigureAgent',
  'PostAgentProfile',
  'CreateProfilingGroup',
])

/** Where agents get their credentials; with a certificate they get them by a public route. */
const credentialService = 'sts'
const profiler = 'codeguru-profiler'
/** What the console's pages ask. */
const consoleServices: ReadonlySet<string> = new Set([profiler, 'monitoring'])

/** Of a call, what can be known before its caller is. */
interface CallToServe {
  /** `iam`, as in the scope of signatures. */
  readonly service: string
  /** Null where nothing has that method and path. */
  readonly route: string | null
  /** Without a signature, and with the header of the console's pages. */
  readonly isFromConsole: boolean
}

/**
 * Whether a listener that serves these surfaces serves the call. Where it does not, there is no such call: its listener
 * need not even know who asks. The console's pages ask the profiler and about alarms; what they change about identities is administration.
 */
export function servesCall(
  surfaces: ReadonlySet<Surface>,
  { service, route, isFromConsole }: CallToServe,
): boolean {
  const isAdministered = surfaces.has('administration')
  if (isFromConsole) return surfaces.has('console') && (consoleServices.has(service) || isAdministered)
  if (isAdministered) return true
  const isAgents =
    service === credentialService || (service === profiler && route !== null && agentOperations.has(route))
  return isAgents && surfaces.has('agents')
}
