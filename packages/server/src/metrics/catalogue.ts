import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/**
 * Everything the server counts, named once. Labels come from closed sets (operation names, HTTP status codes,
 * outcomes): never from a request, so that no caller can make new series.
 */
export interface Metrics {
  /** @param operation name of an operation or route; `unknown` where there is none */
  answered(operation: string, status: number, seconds: number): void
  posted(outcome: IngestOutcome): void
  bodyBytes(form: 'wire' | 'inflated', bytes: number): void
  damaged(): void
  /** Something was refused before anything was done for it. */
  refused(what: Refusal): void
  /** A connection was ended before a byte of it was read. */
  connectionRefused(why: ConnectionRefusal): void
  /** @param at epoch milliseconds */
  certificateEnds(at: number): void
  /** What part of the server holds how many bytes, as it last said. */
  holds(part: MemoryPart, bytes: number): void
  /** Replaces what is told of groups. Of more than may be told those with most samples are. */
  groupsMeasured(groups: readonly MeasuredGroup[]): void
  /** How many alarms are in each state. */
  alarmsCounted(byState: ReadonlyMap<string, number>): void
  readonly contentType: string
  /** OpenMetrics text of now. @param isReady whether profiles are accepted and kept at the moment */
  render(isReady: boolean): Promise<string>
  close(): void
}

/** What was measured of a profiling group last. Its names are the server's, in a grammar that has nothing hostile. */
export interface MeasuredGroup {
  readonly account: string
  readonly region: string
  readonly group: string
  readonly values: Readonly<Partial<Record<keyof typeof groupGauges, number>>>
}

/** Gauges with the labels of a group. */
const groupGauges = {
  wick_group_profiles: 'Profiles of the last five minutes.',
  wick_group_samples: 'Samples in the profiles of the last five minutes.',
  wick_group_instances: 'Fleet instances that sent profiles of the last five minutes.',
  wick_group_agent_overhead_ratio: 'Of the time that agents sampled, what they say they took for themselves.',
  wick_group_last_profile_timestamp_seconds: 'When the last profile came, seconds since 1970.',
  wick_group_recommendations: 'Recommendations of the last report.',
  wick_group_open_anomalies: 'Anomalies that are open.',
} as const

/** What nobody measured anew for so long is not told any more: another server does it by now. */
const measuredLifetime = 15 * 60_000

export type IngestOutcome = 'stored' | 'repeated' | 'refused' | 'unavailable' | 'unknown-group'

/**
 * `bodies`, `answers`: no room; `caller`: no room, its own doing; `slow`: too slow while others wait; `questions`: too many at once;
 * `questioner`: too many at once of one caller; `calls`: too many of one caller.
 */
type Refusal = 'bodies' | 'answers' | 'caller' | 'slow' | 'questions' | 'questioner' | 'calls'

/** `network`: its address is not admitted; `address`: too many from there; `all`: too many from everywhere. */
type ConnectionRefusal = 'network' | 'address' | 'all'

type MemoryPart = 'dictionaries' | 'queue'

const nanosecondsPerSecond = 1e9
const microsecondsPerSecond = 1e6

/** @param maxGroups how many groups have series of their own */
export function createMetrics(version: string, memoryBudgetBytes: number, maxGroups = 0): Metrics {
  const registry = new Registry()
  // The type knows only the older format; the library writes both.
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as unknown as typeof registry.contentType)
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
    new Counter({ name, help, labelNames: [...labelNames], registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
    new Gauge({ name, help, labelNames: [...labelNames], registers })

  // OpenMetrics appends `_total` to the name of a counter.
  const requests = counter('wick_requests', 'Answers by operation and status.', ['operation', 'status'])
  const durations = new Histogram({
    name: 'wick_request_duration_seconds',
    help: 'From the head of a request to its answer.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const posts = counter('wick_ingest_profiles', 'Posted profiles by outcome.', ['outcome'])
  const bytes = counter('wick_ingest_bytes', 'Bytes of posted bodies, on the wire and inflated.', ['form'])
  const damage = counter('wick_store_damage', 'Places on disk that do not hold what was written.')
  const refusals = counter('wick_refused', 'Requests refused because of what the server has to do already.', [
    'what',
  ])
  const connections = counter('wick_connections_refused', 'Connections ended before anything was read.', [
    'why',
  ])
  const certificate = gauge(
    'wick_tls_certificate_end_timestamp_seconds',
    'When the certificate ends, seconds since 1970; 0 without TLS.',
  )
  const held = gauge('wick_memory_bytes', 'What parts of the server hold.', ['part'])
  const budget = gauge('wick_memory_budget_bytes', 'What the process may hold (--memory-budget-bytes).')
  const ready = gauge('wick_ready', '1 while profiles are accepted and kept, else 0.')
  const delay = gauge('wick_event_loop_delay_seconds', 'Delay of the HTTP thread since the last reading.', [
    'quantile',
  ])
  const memory = gauge('process_resident_memory_bytes', 'Resident memory of the process.')
  const cpu = counter('process_cpu_seconds', 'CPU time of the process, user and system.')
  const started = gauge('process_start_time_seconds', 'Start of the process, seconds since 1970.')
  const build = gauge('wick_build_info', 'Version of Wick and of Node.', ['version', 'node'])

  const alarms = gauge('wick_alarms', 'Alarms by state.', ['state'])
  const groupLabels = ['account', 'region', 'group'] as const
  const ofGroups = Object.entries(groupGauges).map(
    ([name, help]) => [name as keyof typeof groupGauges, gauge(name, help, groupLabels)] as const,
  )
  let measuredAt = Number.NEGATIVE_INFINITY
  const forgetMeasured = (): void => {
    alarms.reset()
    for (const [, one] of ofGroups) one.reset()
  }

  budget.set(memoryBudgetBytes)
  build.set({ version, node: process.versions.node }, 1)
  started.set(Date.now() / 1000 - process.uptime())
  const loop = monitorEventLoopDelay({ resolution: 20 })
  loop.enable()

  return {
    answered: (operation, status, seconds) => {
      requests.inc({ operation, status: String(status) })
      durations.observe({ operation }, seconds)
    },
    posted: (outcome) => posts.inc({ outcome }),
    bodyBytes: (form, count) => bytes.inc({ form }, count),
    damaged: () => damage.inc(),
    refused: (what) => refusals.inc({ what }),
    connectionRefused: (why) => connections.inc({ why }),
    certificateEnds: (at) => certificate.set(at / 1000),
    holds: (part, bytes) => held.set({ part }, bytes),
    groupsMeasured: (groups) => {
      for (const [, one] of ofGroups) one.reset()
      measuredAt = performance.now()
      const samples = ({ values }: MeasuredGroup): number => values.wick_group_samples ?? 0
      const told = groups.toSorted((a, b) => samples(b) - samples(a)).slice(0, maxGroups)
      for (const { values, ...labels } of told)
        for (const [name, one] of ofGroups) if (values[name] !== undefined) one.set(labels, values[name])
    },
    alarmsCounted: (byState) => {
      measuredAt = performance.now()
      for (const [state, count] of byState) alarms.set({ state }, count)
    },
    contentType: Registry.OPENMETRICS_CONTENT_TYPE,
    render: (isReady) => {
      if (performance.now() - measuredAt > measuredLifetime) forgetMeasured()
      ready.set(isReady ? 1 : 0)
      delay.set({ quantile: '0.5' }, loop.percentile(50) / nanosecondsPerSecond)
      delay.set({ quantile: '0.99' }, loop.percentile(99) / nanosecondsPerSecond)
      delay.set({ quantile: '1' }, loop.max / nanosecondsPerSecond)
      loop.reset()
      memory.set(process.memoryUsage.rss())
      const { user, system } = process.cpuUsage()
      cpu.reset()
      cpu.inc((user + system) / microsecondsPerSecond)
      return registry.metrics()
    },
    close: () => loop.disable(),
  }
}
