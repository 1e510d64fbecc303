import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createMetrics, type IngestOutcome, type MeasuredGroup, type Metrics } from './catalogue.ts'

let metrics: Metrics
beforeEach(() => {
  metrics = createMetrics('1.2.3', 512)
})
afterEach(() => metrics.close())

interface Family {
  readonly type: string
  readonly help: string
  /** Series as written → value. */
  readonly samples: Map<string, number>
}

const suffixes: Readonly<Record<string, RegExp>> = {
  counter: /^_total$/,
  gauge: /^$/,
  histogram: /^(_bucket|_sum|_count)$/,
}

/** A strict reader of OpenMetrics text, as far as it is used here. */
function parse(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n# EOF\n') || text.endsWith('\n# EOF'), 'it ends with its end mark')
  const families = new Map<string, Family>()
  const helps = new Map<string, string>()
  let current: readonly [string, Family] | null = null
  for (const line of text.split('\n').slice(0, text.split('\n').indexOf('# EOF'))) {
    const help = /^# HELP ([a-z_]+) (\S.*)$/.exec(line)
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line)
    const sample = /^([a-z_]+)(\{(?:[a-z]+="[^"\\\n]*",?)+\})? (\S+)$/.exec(line)
    if (help !== null) helps.set(help[1]!, help[2]!)
    else if (type !== null) {
      assert.ok(!families.has(type[1]!), `${type[1]} is described twice`)
      const family = { type: type[2]!, help: helps.get(type[1]!) ?? '', samples: new Map<string, number>() }
      families.set(type[1]!, family)
      current = [type[1]!, family]
    } else {
      assert.ok(sample !== null && current !== null, `no line of OpenMetrics: ${JSON.stringify(line)}`)
      const [name, family]: readonly [string, Family] = current
      assert.ok(sample[1]!.startsWith(name), `${sample[1]} stands among those of ${name}`)
      assert.match(sample[1]!.slice(name.length), suffixes[family.type]!, line)
      const series = `${sample[1]}${sample[2] ?? ''}`
      assert.ok(!family.samples.has(series), `${series} is there twice`)
      const value = sample[3] === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample[3])
      assert.ok(!Number.isNaN(value), line)
      family.samples.set(series, value)
    }
  }
  return families
}

async function sample(series: string): Promise<number | undefined> {
  for (const { samples } of parse(await metrics.render(true)).values()) {
    if (samples.has(series)) return samples.get(series)
  }
  return undefined
}

test('the names are these: dashboards and alerts rely on them', async () => {
  metrics.answered('GetProfile', 200, 0.003)
  metrics.posted('stored')
  metrics.bodyBytes('wire', 10)
  metrics.damaged()
  const families = parse(await metrics.render(true))
  assert.deepEqual(Object.fromEntries([...families].map(([name, { type }]) => [name, type])), {
    wick_requests: 'counter',
    wick_request_duration_seconds: 'histogram',
    wick_ingest_profiles: 'counter',
    wick_ingest_bytes: 'counter',
    wick_store_damage: 'counter',
    wick_refused: 'counter',
    wick_memory_bytes: 'gauge',
    wick_memory_budget_bytes: 'gauge',
    wick_ready: 'gauge',
    wick_connections_refused: 'counter',
    wick_event_loop_delay_seconds: 'gauge',
    wick_group_agent_overhead_ratio: 'gauge',
    wick_group_instances: 'gauge',
    wick_group_last_profile_timestamp_seconds: 'gauge',
    wick_group_open_anomalies: 'gauge',
    wick_group_profiles: 'gauge',
    wick_group_recommendations: 'gauge',
    wick_group_samples: 'gauge',
    process_resident_memory_bytes: 'gauge',
    process_cpu_seconds: 'counter',
    process_start_time_seconds: 'gauge',
    wick_tls_certificate_end_timestamp_seconds: 'gauge',
    wick_alarms: 'gauge',
    wick_build_info: 'gauge',
  })
  for (const [name, { help }] of families) assert.notEqual(help, '', `${name} is explained`)
})

test('it is OpenMetrics from the first moment, and says so', async () => {
  assert.equal(metrics.contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  parse(await metrics.render(true))
})

test('damage is counted from zero on, so that an alert sees its first increase', async () => {
  assert.equal(await sample('wick_store_damage_total'), 0)
  metrics.damaged()
  metrics.damaged()
  assert.equal(await sample('wick_store_damage_total'), 2)
})

test('what is refused is counted by the reason, what parts hold is as they said last', async () => {
  metrics.refused('bodies')
  metrics.refused('questions')
  metrics.refused('bodies')
  metrics.holds('dictionaries', 5)
  metrics.holds('dictionaries', 3)
  assert.equal(await sample('wick_refused_total{what="bodies"}'), 2)
  assert.equal(await sample('wick_refused_total{what="questions"}'), 1)
  assert.equal(await sample('wick_memory_bytes{part="dictionaries"}'), 3)
  assert.equal(await sample('wick_memory_budget_bytes'), 512)
})

test('answers are counted by operation and status, and their times fall into buckets', async () => {
  metrics.answered('GetProfile', 200, 0.003)
  metrics.answered('GetProfile', 200, 20)
  metrics.answered('GetProfile', 404, 0.003)
  metrics.answered('unknown', 403, 0)
  assert.equal(await sample('wick_requests_total{operation="GetProfile",status="200"}'), 2)
  assert.equal(await sample('wick_requests_total{operation="GetProfile",status="404"}'), 1)
  assert.equal(await sample('wick_requests_total{operation="unknown",status="403"}'), 1)
  const bucket = (le: string): Promise<number | undefined> =>
    sample(`wick_request_duration_seconds_bucket{le="${le}",operation="GetProfile"}`)
  assert.deepEqual(
    [await bucket('0.0025'), await bucket('0.005'), await bucket('10'), await bucket('+Inf')],
    [0, 2, 2, 3],
  )
  assert.equal(await sample('wick_request_duration_seconds_count{operation="GetProfile"}'), 3)
})

test('posts are counted by outcome, bytes by form', async () => {
  const outcomes: IngestOutcome[] = ['stored', 'repeated', 'refused', 'unavailable', 'unknown-group']
  for (const [i, outcome] of outcomes.entries()) for (let n = 0; n <= i; n++) metrics.posted(outcome)
  for (const [i, outcome] of outcomes.entries())
    assert.equal(await sample(`wick_ingest_profiles_total{outcome="${outcome}"}`), i + 1)
  metrics.bodyBytes('wire', 100)
  metrics.bodyBytes('wire', 20)
  metrics.bodyBytes('inflated', 3000)
  assert.equal(await sample('wick_ingest_bytes_total{form="wire"}'), 120)
  assert.equal(await sample('wick_ingest_bytes_total{form="inflated"}'), 3000)
})

test('readiness is shown as it is told', async () => {
  assert.match(await metrics.render(true), /^wick_ready 1$/m)
  assert.match(await metrics.render(false), /^wick_ready 0$/m)
})

test('the process shows its memory, its time and its versions', async () => {
  assert.ok((await sample('process_resident_memory_bytes'))! > 1e6)
  assert.ok((await sample('process_cpu_seconds_total'))! > 0)
  assert.ok((await sample('process_start_time_seconds'))! > 1.7e9)
  assert.equal(await sample(`wick_build_info{version="1.2.3",node="${process.versions.node}"}`), 1)
})

test('two servers in one process count for themselves', async () => {
  const other = createMetrics('1.2.3', 512)
  other.damaged()
  other.close()
  assert.equal(await sample('wick_store_damage_total'), 0)
})

function measured(group: string, samples: number): MeasuredGroup {
  return { account: '000000000000', region: 'us-east-1', group, values: { wick_group_samples: samples } }
}

test('groups have series of their own, those with most samples first and no more than may be', async () => {
  metrics.close()
  metrics = createMetrics('1.2.3', 512, 2)
  const series = (group: string): string =>
    `wick_group_samples{account="000000000000",region="us-east-1",group="${group}"}`
  metrics.groupsMeasured([measured('a', 1), measured('b', 3), measured('c', 2)])
  assert.deepEqual(
    [await sample(series('a')), await sample(series('b')), await sample(series('c'))],
    [undefined, 3, 2],
  )
  metrics.groupsMeasured([measured('a', 1)])
  assert.deepEqual([await sample(series('a')), await sample(series('b'))], [1, undefined])
})

test('what nobody measures any more is not told', async (t) => {
  metrics.close()
  metrics = createMetrics('1.2.3', 512, 2)
  const started = performance.now()
  metrics.groupsMeasured([measured('a', 1)])
  metrics.alarmsCounted(new Map([['ALARM', 3]]))
  assert.equal(await sample('wick_alarms{state="ALARM"}'), 3)
  t.mock.method(performance, 'now', () => started + 16 * 60_000)
  assert.equal(await sample('wick_alarms{state="ALARM"}'), undefined)
  assert.match(await metrics.render(true), /# TYPE wick_group_samples gauge/)
  assert.doesNotMatch(await metrics.render(true), /wick_group_samples\{/)
})
