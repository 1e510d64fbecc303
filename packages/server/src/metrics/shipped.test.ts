/** What ships for Prometheus and Grafana asks for metrics that there are, with labels that they have. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { parse as parseYaml } from 'yaml'
import { createMetrics } from './catalogue.ts'

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}
interface Dashboard {
  readonly templating: { readonly list: readonly { readonly type: string; readonly definition?: string }[] }
  readonly panels: readonly {
    readonly id: number
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly { readonly expr: string }[]
  }[]
}

const shipped = (file: string): string =>
  readFileSync(new URL(`../../../../ops/${file}`, import.meta.url), 'utf8')
const rules: Rules = parseYaml(shipped('prometheus/wick.rules.yml'))
const dashboard: Dashboard = JSON.parse(shipped('grafana/wick.json'))

/** Grafana's own, as Prometheus would see it. */
const filled = (expr: string): string => expr.replaceAll(/\$__\w+/g, '5m').replaceAll(/\$\w+/g, 'x')

interface Selector {
  readonly metric: string
  readonly labels: readonly string[]
}

/** The selectors of a query. @throws AssertionError where it is no PromQL */
function selectorsOf(expr: string): Selector[] {
  const query = filled(expr)
  const found: { metric: string; labels: string[] }[] = []
  parser.parse(query).iterate({
    enter: ({ name, from, to, type, node }) => {
      assert.ok(!type.isError, `no PromQL: ${query.slice(from, to) || query}`)
      if (name === 'VectorSelector') {
        const metric = node.getChild('Identifier')
        found.push({ metric: query.slice(metric?.from, metric?.to), labels: [] })
      }
      if (name === 'LabelName' && node.parent?.name.endsWith('LabelMatcher'))
        found.at(-1)?.labels.push(query.slice(from, to))
    },
  })
  return found
}

/** Metric as Prometheus names it → its labels. */
async function metricsThatThereAre(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = createMetrics('1.2.3', 512, 1)
  // Everything once, so that each series is there.
  metrics.answered('x', 200, 1)
  metrics.posted('stored')
  metrics.bodyBytes('wire', 1)
  metrics.damaged()
  metrics.refused('calls')
  metrics.connectionRefused('all')
  metrics.certificateEnds(0)
  metrics.holds('queue', 1)
  metrics.alarmsCounted(new Map([['OK', 1]]))
  const values = {
    ...{
      wick_group_profiles: 1,
      wick_group_samples: 1,
      wick_group_instances: 1,
      wick_group_recommendations: 1,
    },
    ...{ wick_group_agent_overhead_ratio: 1, wick_group_open_anomalies: 1 },
    wick_group_last_profile_timestamp_seconds: 1,
  }
  metrics.groupsMeasured([{ account: 'x', region: 'x', group: 'x', values }])
  const found = new Map<string, Set<string>>()
  for (const line of (await metrics.render(true)).split('\n')) {
    const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? []
    if (line.startsWith('#') || name === undefined) continue
    const known = found.get(name) ?? new Set(['instance', 'job'])
    for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label!)
    found.set(name, known)
  }
  metrics.close()
  return found
}

const there = await metricsThatThereAre()

function asksForWhatThereIs(expr: string): void {
  const selectors = selectorsOf(expr)
  assert.ok(selectors.length > 0, `${expr} asks for nothing`)
  for (const { metric, labels } of selectors) {
    const known = there.get(metric)
    assert.ok(known !== undefined, `there is no metric ${metric}: ${expr}`)
    for (const label of labels) assert.ok(known.has(label), `${metric} has no label ${label}: ${expr}`)
  }
}

test('a query that asks for something else would be found', () => {
  assert.throws(() => asksForWhatThereIs('rate(wick_nothing_total[5m])'), /no metric wick_nothing_total/)
  assert.throws(() => asksForWhatThereIs('wick_ready{colour="red"}'), /no label colour/)
  assert.throws(() => asksForWhatThereIs('sum by (wick_ready'), /no PromQL/)
  assert.throws(() => asksForWhatThereIs('1 + 1'), /asks for nothing/)
})

for (const { alert, expr } of rules.groups.flatMap(({ rules: some }) => some))
  test(`the rule ${alert}`, () => asksForWhatThereIs(expr))

test('the rule that users know is among them, at more than five recommendations', () => {
  const all = rules.groups.flatMap(({ rules: some }) => some)
  assert.equal(
    all.find(({ alert }) => alert === 'WickManyRecommendations')?.expr,
    'wick_group_recommendations > 5',
  )
  assert.equal(new Set(all.map(({ alert }) => alert)).size, all.length)
})

test('the dashboard: every panel, every variable', () => {
  for (const { targets } of dashboard.panels) for (const { expr } of targets) asksForWhatThereIs(expr)
  for (const { type, definition } of dashboard.templating.list) {
    if (type !== 'query') continue
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition ?? '') ?? []
    assert.ok(there.get(metric)?.has(label), `the variable ${definition}`)
  }
})

test('every metric of Wick is in the dashboard, and no two panels lie on each other', () => {
  const asked = new Set(
    dashboard.panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)),
    ),
  )
  // Of a histogram the buckets say it all; the rest names the build.
  const told = [...there.keys()].filter(
    (name) => name.startsWith('wick_') && !/_(sum|count|info)$/.test(name),
  )
  assert.deepEqual(
    told.filter((name) => !asked.has(name)),
    [],
  )
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  )
  assert.equal(new Set(cells).size, cells.length)
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
})
