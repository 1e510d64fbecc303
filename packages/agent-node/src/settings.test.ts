import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { firstOrders, follow } from './orders.ts'
import { readSettings } from './settings.ts'
import { version } from './version.ts'

const own = { samplingIntervalMs: null, reportingIntervalMs: null }

test("AWS's variables are understood; arguments win over them", () => {
  const environment = {
    AWS_CODEGURU_PROFILER_GROUP_NAME: 'orders',
    AWS_CODEGURU_PROFILER_TARGET_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'https://all.example',
    AWS_ENDPOINT_URL_CODEGURUPROFILER: 'https://wick.example',
    WICK_LABELS: 'version=2.4.1,env=prod=blue',
  }
  const settings = readSettings({ region: 'us-west-2' }, environment)
  assert.deepEqual(
    [settings.profilingGroupName, settings.region, settings.endpoint, settings.isEnabled],
    ['orders', 'us-west-2', 'https://wick.example', true],
  )
  assert.deepEqual(settings.labels, { version: '2.4.1', env: 'prod=blue' })
})

test("a group's ARN gives name and region", () => {
  const arn = 'arn:aws:codeguru-profiler:eu-north-1:123456789012:profilingGroup/orders'
  const settings = readSettings(
    {},
    { AWS_CODEGURU_PROFILER_GROUP_ARN: arn, AWS_CODEGURU_PROFILER_GROUP_NAME: 'other' },
  )
  assert.deepEqual([settings.profilingGroupName, settings.region], ['orders', 'eu-north-1'])
  assert.match(readSettings({}, { AWS_CODEGURU_PROFILER_GROUP_ARN: 'orders' }).complaints[0]!, /not the ARN/)
})

test('anything but true switches off', () => {
  for (const [said, isEnabled] of [
    ['true', true],
    ['TRUE', true],
    ['false', false],
    ['no', false],
    ['', false],
  ] as const) {
    assert.equal(readSettings({}, { AWS_CODEGURU_PROFILER_ENABLED: said }).isEnabled, isEnabled, said)
  }
})

test('labels that are wrong are left out, and named', () => {
  const { labels, complaints } = readSettings(
    {},
    { WICK_LABELS: `a=1,b,=2,${'k'.repeat(65)}=1,c=${'v'.repeat(257)}` },
  )
  assert.deepEqual(labels, { a: '1' })
  assert.equal(complaints.length, 4)
  const many = Array.from({ length: 20 }, (_, i) => `k${i}=v`).join(',')
  assert.equal(Object.keys(readSettings({}, { WICK_LABELS: many }).labels).length, 16)
  assert.deepEqual(Object.keys(readSettings({ labels: JSON.parse('{"__proto__":"x"}') }, {}).labels), [
    '__proto__',
  ])
})

test('numbers that are none are complained of, those too small are moved', () => {
  const { samplingIntervalMs, complaints } = readSettings(
    {},
    { AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS: '1' },
  )
  assert.deepEqual([samplingIntervalMs, complaints.length], [10, 1])
  assert.equal(
    readSettings({}, { AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS: 'soon' }).samplingIntervalMs,
    null,
  )
})

test("the server's orders are followed; what makes no sense changes nothing", () => {
  const answer = {
    shouldProfile: false,
    periodInSeconds: 60,
    agentParameters: {
      SamplingIntervalInMilliseconds: '1',
      MaxStackDepth: '5000',
      MemoryUsageLimitPercent: 'much',
    },
  }
  const orders = follow(firstOrders(own), answer, own)
  assert.deepEqual(orders, {
    shouldProfile: false,
    periodMs: 60_000,
    samplingIntervalMs: 10,
    minimumReportingMs: 60_000,
    maxStackDepth: 1024,
    cpuLimitPercent: 10,
  })
  for (const nonsense of [
    null,
    [],
    'x',
    7,
    { periodInSeconds: {}, shouldProfile: 'no', agentParameters: [] },
  ]) {
    assert.deepEqual(follow(orders, nonsense, own), orders)
  }
})

test("the user's own intervals stand over the server's", () => {
  const mine = { samplingIntervalMs: 50, reportingIntervalMs: 5000 }
  const orders = follow(
    firstOrders(mine),
    { periodInSeconds: 300, agentParameters: { SamplingIntervalInMilliseconds: 1000 } },
    mine,
  )
  assert.deepEqual([orders.periodMs, orders.samplingIntervalMs], [5000, 50])
})

test('the version is that of the package', () => {
  const { version: published } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.equal(version, published)
})

test('the server is first asked within half a minute, by lot; who is in a hurry says so', () => {
  assert.equal(readSettings({}, {}).initialDelaySeconds, 30)
  assert.equal(readSettings({}, { WICK_INITIAL_DELAY_SECONDS: '0' }).initialDelaySeconds, 0)
  assert.equal(
    readSettings({ initialDelaySeconds: 5 }, { WICK_INITIAL_DELAY_SECONDS: '0' }).initialDelaySeconds,
    5,
  )
})
