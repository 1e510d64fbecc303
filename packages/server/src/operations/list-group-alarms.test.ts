import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listGroupAlarms } from './list-group-alarms.ts'
import { deleteAlarms, putMetricAlarm, setAlarmState } from './monitoring-alarms.ts'
import { requestParts, type TestServices, testServices } from './testing/test-services.ts'

let services: TestServices
before(async () => {
  services = await testServices()
})
after(() => services.close())

type Put = Parameters<typeof putMetricAlarm>[1]
type State = Parameters<typeof setAlarmState>[1]['StateValue']

const nothing: Omit<Put, 'AlarmName'> = {
  ...{ AlarmDescription: null, ActionsEnabled: null, OKActions: null, AlarmActions: null, Tags: null },
  ...{ InsufficientDataActions: null, ExtendedStatistic: null, Unit: null, DatapointsToAlarm: null },
  ...{
    TreatMissingData: null,
    EvaluateLowSampleCountPercentile: null,
    Metrics: null,
    ThresholdMetricId: null,
  },
  ...{
    EvaluationWindow: null,
    WarmUpConfiguration: null,
    EvaluationCriteria: null,
    EvaluationInterval: null,
  },
  ...{ ActionConfiguration: null, Namespace: 'Wick', MetricName: 'AgentOverhead', Dimensions: null },
  ...{ Statistic: 'Average', Period: 300, EvaluationPeriods: 3, Threshold: 2.5 },
  ComparisonOperator: 'GreaterThanThreshold',
}

const put = (
  AlarmName: string,
  group: string | null,
  changes: Partial<Put> = {},
  scope: { readonly region?: string; readonly accountId?: string } = {},
): Promise<null> => {
  const Dimensions = group === null ? null : [{ Name: 'ProfilingGroupName', Value: group }]
  return putMetricAlarm(services.context({ scope }), { ...nothing, AlarmName, Dimensions, ...changes })
}

const say = (AlarmName: string, StateValue: State): Promise<null> =>
  setAlarmState(services.context(), { AlarmName, StateValue, StateReason: 'to see', StateReasonData: null })

interface Answer {
  readonly alarms: readonly (Readonly<Record<string, unknown>> & { readonly AlarmName: string })[]
  readonly hasMore: boolean
}

async function list(group = 'orders'): Promise<Answer> {
  const parts = requestParts({ labels: { profilingGroupName: group } })
  const reply = await listGroupAlarms(services.context(), parts)
  assert.ok(reply.kind === 'json')
  return reply.value as Answer
}

const named = async (group?: string): Promise<string[]> =>
  (await list(group)).alarms.map(({ AlarmName }) => AlarmName)

test('a group without alarms has none, whether there is the group or not', async () => {
  assert.deepEqual(await list(), { alarms: [], hasMore: false })
})

test('an alarm of the group is told as DescribeAlarms tells it, in seconds', async () => {
  await put('slow', 'orders', { DatapointsToAlarm: 2, ActionsEnabled: false })
  services.now += 60_000
  await say('slow', 'ALARM')
  const { alarms, hasMore } = await list()
  const dimensions = [{ Name: 'ProfilingGroupName', Value: 'orders' }]
  assert.deepEqual([alarms.length, hasMore], [1, false])
  assert.deepEqual(alarms[0], {
    ...{ AlarmName: 'slow', AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:slow' },
    AlarmConfigurationUpdatedTimestamp: services.now / 1000 - 60,
    ...{ ActionsEnabled: false, OKActions: [], AlarmActions: [], InsufficientDataActions: [] },
    ...{ StateValue: 'ALARM', StateReason: 'to see', StateUpdatedTimestamp: services.now / 1000 },
    ...{ MetricName: 'AgentOverhead', Namespace: 'Wick', Statistic: 'Average', Dimensions: dimensions },
    ...{ Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 2.5 },
    ...{ ComparisonOperator: 'GreaterThanThreshold', StateTransitionedTimestamp: services.now / 1000 },
  })
})

test('it is one of this group, whatever its name, other dimensions and metric, and of this account and region', async () => {
  const more = [
    { Name: 'Stage', Value: 'beta' },
    { Name: 'ProfilingGroupName', Value: 'orders' },
  ]
  await put('more', null, { Dimensions: more, Namespace: 'Mine', MetricName: 'Queue' })
  await put('orders', 'orders-2')
  await put('other name', null, { Dimensions: [{ Name: 'profilinggroupname', Value: 'orders' }] })
  await put('none', null)
  await put('elsewhere', 'orders', {}, { region: 'eu-west-1' })
  await put('theirs', 'orders', {}, { accountId: '111111111111' })
  assert.deepEqual(await named(), ['slow', 'more'])
  assert.deepEqual(await named('orders-2'), ['orders'])
})

test('those that went off come first, then those that know nothing; of each kind by name', async () => {
  await put('a', 'orders')
  await put('b', 'orders')
  await put('z', 'orders')
  await say('a', 'OK')
  await say('z', 'ALARM')
  assert.deepEqual(await named(), ['slow', 'z', 'b', 'more', 'a'])
})

test('of more than a hundred the most urgent are told, and that there are more', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `n${i}`)
  for (const name of names) await put(name, 'busy')
  assert.deepEqual([(await named('busy')).length, (await list('busy')).hasMore], [100, false])
  await put('zz', 'busy')
  await say('zz', 'ALARM')
  const { alarms, hasMore } = await list('busy')
  assert.deepEqual([alarms.length, alarms[0]!.AlarmName, hasMore], [100, 'zz', true])
  await deleteAlarms(services.context(), { AlarmNames: names })
  assert.deepEqual(await list('busy').then(({ hasMore: left }) => left), false)
})
