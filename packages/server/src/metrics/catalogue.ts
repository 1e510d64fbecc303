import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** Every metric there is, named once. Labels come from closed sets: operation names, statuses, outcomes. */
export interface Metrics {
  /** API calls answered. */
  readonly requests: Counter<'operation' | 'status'>
  /** Profiles by what became of them. */
  readonly profiles: Counter<'outcome'>
  /** Bytes of profile bodies as received. */
  readonly profileBytes: Counter
  readonly damage: Counter
  readonly ready: Gauge
  /** OpenMetrics text and its media type. */
  render(): Promise<{ readonly text: string; readonly contentType: string }>
}

export function makeMetrics(): Metrics {
  const registry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as Parameters<typeof registry.setContentType>[0])
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    requests: new Counter({
      name: 'wick_requests',
      help: 'API calls answered',
      labelNames: ['operation', 'status'],
      registers,
    }),
    profiles: new Counter({
      name: 'wick_profiles',
      help: 'Profiles received, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    profileBytes: new Counter({
      name: 'wick_profile_bytes',
      help: 'Bytes of profile bodies received',
      registers,
    }),
    damage: new Counter({ name: 'wick_store_damage', help: 'Places on disk found damaged', registers }),
    ready: new Gauge({ name: 'wick_ready', help: '1 while profiles can be accepted and kept', registers }),
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  }
}
