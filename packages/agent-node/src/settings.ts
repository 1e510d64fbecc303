/** What the agent is told: arguments win over the environment. Read once, at the start; nothing here waits for a disk. */

export interface AgentOptions {
  /** Name of the profiling group; `AWS_CODEGURU_PROFILER_GROUP_NAME`, or the name in `…_GROUP_ARN`. */
  readonly profilingGroupName?: string
  /** `AWS_CODEGURU_PROFILER_TARGET_REGION`, or the one in `…_GROUP_ARN`; then `AWS_REGION`, `AWS_DEFAULT_REGION`, the shared configuration. */
  readonly region?: string
  /** Of the server; `AWS_ENDPOINT_URL_CODEGURUPROFILER`, then `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string
  /** `AWS_CODEGURU_PROFILER_ENABLED`: anything but `true` switches the agent off. */
  readonly enabled?: boolean
  /** `WICK_LABELS=key=value,key=value`: at most 16, keys of 64 and values of 256 characters. */
  readonly labels?: Readonly<Record<string, string>>
  /** Heap used and capacity with each profile; `AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED`. */
  readonly heapSummaryEnabled?: boolean
  /** Where live memory was allocated, by sampling allocations; implies the summary. `WICK_HEAP_ALLOCATIONS`. */
  readonly heapAllocations?: boolean
  /** File of authorities to trust instead of Node's own; `AWS_CA_BUNDLE`. */
  readonly caBundle?: string
  /** PEM files to identify with; `WICK_CLIENT_CERTIFICATE` and `WICK_CLIENT_KEY`. */
  readonly clientCertificate?: string
  readonly clientKey?: string
  /** Profile of the shared files, before keys in the environment; `AWS_PROFILE`, after them. */
  readonly credentialProfile?: string
  /** Sends the last profile on SIGTERM as well, before the program's own handlers or the end; `WICK_FLUSH_ON_SIGTERM`. */
  readonly flushOnSigterm?: boolean
  /** Stops the agent while it is there; `WICK_KILL_SWITCH_FILE`. */
  readonly killSwitchFile?: string
  /** What one count stands for, over what the server says; `AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS`. */
  readonly samplingIntervalMs?: number
  /** Time between two profiles, over what the server says; `AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS`. */
  readonly reportingIntervalMs?: number
  /** The server is first asked after a random part of this; `WICK_INITIAL_DELAY_SECONDS`. */
  readonly initialDelaySeconds?: number
  /** `off`, `error`, `warning`, `info`; `WICK_LOG_LEVEL`. */
  readonly logLevel?: LogLevel
}

export const logLevels = ['off', 'error', 'warning', 'info'] as const
export type LogLevel = (typeof logLevels)[number]

/** Cloneable: the thread of the last report gets it as it is. */
export interface Settings {
  readonly profilingGroupName: string
  /** null: as the shared configuration says. */
  readonly region: string | null
  readonly endpoint: string | null
  readonly isEnabled: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly heapSummary: boolean
  readonly heapAllocations: boolean
  readonly caBundle: string | null
  readonly clientCertificate: string | null
  readonly clientKey: string | null
  /** null: as the environment says, whose keys come first then. */
  readonly credentialProfile: string | null
  readonly flushOnSigterm: boolean
  readonly killSwitchFile: string
  readonly samplingIntervalMs: number | null
  readonly reportingIntervalMs: number | null
  readonly initialDelaySeconds: number
  readonly logLevel: LogLevel
  /** What is wrong with what was given, and what is done instead. */
  readonly complaints: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

const defaultKillSwitchFile = '/var/tmp/killProfiler'
export const lowestSamplingIntervalMs = 10
const lowestReportingIntervalMs = 1000
const maxLabels = 16
const maxKeyLength = 64
const maxValueLength = 256

export function readSettings(options: AgentOptions, environment: Environment): Settings {
  const complaints: string[] = []
  const arn = groupArn(environment.AWS_CODEGURU_PROFILER_GROUP_ARN, complaints)
  const said = environment.AWS_CODEGURU_PROFILER_ENABLED
  const number = (given: number | undefined, variable: string, least: number): number | null =>
    wholeNumber(given ?? environment[variable], variable, least, complaints)
  return {
    profilingGroupName:
      options.profilingGroupName ||
      arn?.name ||
      environment.AWS_CODEGURU_PROFILER_GROUP_NAME ||
      lambdaGroupName(environment),
    region:
      options.region ||
      arn?.region ||
      environment.AWS_CODEGURU_PROFILER_TARGET_REGION ||
      environment.AWS_REGION ||
      environment.AWS_DEFAULT_REGION ||
      null,
    endpoint: options.endpoint || endpointIn(environment, 'CODEGURUPROFILER'),
    isEnabled: options.enabled ?? (said === undefined || said.trim().toLowerCase() === 'true'),
    labels: soundLabels(
      options.labels === undefined
        ? splitLabels(environment.WICK_LABELS ?? '')
        : Object.entries(options.labels),
      complaints,
    ),
    heapSummary: options.heapSummaryEnabled ?? isTrue(environment.AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED),
    heapAllocations: options.heapAllocations ?? isTrue(environment.WICK_HEAP_ALLOCATIONS),
    caBundle: options.caBundle || environment.AWS_CA_BUNDLE || null,
    clientCertificate: options.clientCertificate || environment.WICK_CLIENT_CERTIFICATE || null,
    clientKey: options.clientKey || environment.WICK_CLIENT_KEY || null,
    credentialProfile: options.credentialProfile || null,
    flushOnSigterm: options.flushOnSigterm ?? isTrue(environment.WICK_FLUSH_ON_SIGTERM),
    killSwitchFile: options.killSwitchFile || environment.WICK_KILL_SWITCH_FILE || defaultKillSwitchFile,
    samplingIntervalMs: number(
      options.samplingIntervalMs,
      'AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS',
      lowestSamplingIntervalMs,
    ),
    reportingIntervalMs: number(
      options.reportingIntervalMs,
      'AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS',
      lowestReportingIntervalMs,
    ),
    initialDelaySeconds: number(options.initialDelaySeconds, 'WICK_INITIAL_DELAY_SECONDS', 0) ?? 30,
    logLevel: oneOf(
      logLevels,
      options.logLevel ?? environment.WICK_LOG_LEVEL,
      'WICK_LOG_LEVEL',
      'info',
      complaints,
    ),
    complaints,
  }
}

/** Of a service, unless such are to be ignored. */
export function endpointIn(environment: Environment, service: 'CODEGURUPROFILER' | 'STS'): string | null {
  if (ignoresEndpoints(environment)) return null
  return environment[`AWS_ENDPOINT_URL_${service}`] || environment.AWS_ENDPOINT_URL || null
}

/** Also those of the shared files. */
export function ignoresEndpoints(environment: Environment): boolean {
  return isTrue(environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)
}

/** As AWS's agents name groups on Lambda; '' elsewhere. */
function lambdaGroupName(environment: Environment): string {
  const isLambda = environment.LAMBDA_TASK_ROOT !== undefined && environment.LAMBDA_RUNTIME_DIR !== undefined
  return isLambda && environment.AWS_LAMBDA_FUNCTION_NAME
    ? `aws-lambda-${environment.AWS_LAMBDA_FUNCTION_NAME}`
    : ''
}

/** `arn:aws:codeguru-profiler:REGION:ACCOUNT:profilingGroup/NAME` */
function groupArn(text: string | undefined, complaints: string[]): { name: string; region: string } | null {
  if (!text) return null
  const [arn, , , region = '', , resource = ''] = text.split(':')
  const [kind, name = ''] = resource.split('/')
  if (arn === 'arn' && kind === 'profilingGroup' && name !== '') return { name, region }
  complaints.push(
    `AWS_CODEGURU_PROFILER_GROUP_ARN is not the ARN of a profiling group: '${text.slice(0, 120)}'`,
  )
  return null
}

function splitLabels(text: string): [string, string | undefined][] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals < 0 ? [part, undefined] : [part.slice(0, equals), part.slice(equals + 1)]
    })
}

function soundLabels(
  pairs: readonly (readonly [string, string | undefined])[],
  complaints: string[],
): Record<string, string> {
  const labels: Record<string, string> = Object.create(null)
  for (const [givenKey, givenValue] of pairs) {
    const key = givenKey.trim()
    const problem = labelProblem(key, givenValue, labels)
    if (problem === null) labels[key] = String(givenValue).trim()
    else complaints.push(`label '${key.slice(0, 80)}' is left out: ${problem}`)
  }
  return { ...labels }
}

function labelProblem(key: string, value: string | undefined, others: Record<string, string>): string | null {
  if (value === undefined) return 'it is not of the form key=value'
  if (key === '') return 'it has no key'
  if (key.length > maxKeyLength) return `its key is longer than ${maxKeyLength} characters`
  if (String(value).trim().length > maxValueLength)
    return `its value is longer than ${maxValueLength} characters`
  const isOneTooMany = !(key in others) && Object.keys(others).length >= maxLabels
  return isOneTooMany ? `there are more than ${maxLabels}` : null
}

function wholeNumber(
  value: number | string | undefined,
  name: string,
  least: number,
  complaints: string[],
): number | null {
  if (value === undefined || value === '') return null
  const number = Number(value)
  if (!Number.isInteger(number)) {
    complaints.push(`${name} is not a whole number: '${String(value).slice(0, 40)}'; the default is used`)
    return null
  }
  if (number >= least) return number
  complaints.push(`${name} is less than ${least}; ${least} is used`)
  return least
}

function oneOf<Name extends string>(
  names: readonly Name[],
  value: string | undefined,
  variable: string,
  otherwise: Name,
  complaints: string[],
): Name {
  if (value === undefined || value === '') return otherwise
  const found = names.find((name) => name === value.toLowerCase())
  if (found === undefined)
    complaints.push(
      `${variable} is '${value.slice(0, 40)}', not one of ${names.join(', ')}; ${otherwise} is used`,
    )
  return found ?? otherwise
}

export function isTrue(text: string | undefined): boolean {
  return ['true', '1', 'yes', 'on'].includes(text?.trim().toLowerCase() ?? '')
}
