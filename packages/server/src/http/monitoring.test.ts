import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { monitoringService } from '@wick/wire/query'
import { alarmJob } from '../alarms/alarm-job.ts'
import { groupMeasurement } from '../alarms/group-metrics.ts'
import { groupMeasures } from '../alarms/measure-groups.ts'
import { alarmWatch } from '../alarms/watch-alarms.ts'
import { createGroup, postProfile } from '../operations/testing/test-services.ts'
import type { Measurement } from '../storage/metric-store.ts'
import { body } from '../store/testing/store-bench.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  await createGroup(server.test)
})
afterEach(() => server.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as they come.
type Json = any

const target = 'GraniteServiceVersion20100801.'
const minute = 60_000

function ask(operation: string, input: object | string = {}, signing: object = {}) {
  return server.signed(
    {
      ...{ method: 'POST', target: '/', body: typeof input === 'string' ? input : JSON.stringify(input) },
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${target}${operation}` },
    },
    { service: 'monitoring', ...signing },
  )
}

async function call(operation: string, input: object = {}): Promise<Json> {
  const answer = await ask(operation, input)
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0')
  return JSON.parse(answer.text)
}

async function refused(operation: string, input: object, code: string, message: RegExp): Promise<void> {
  const answer = await ask(operation, input)
  assert.equal(answer.headers['x-amzn-query-error'], `${code};Sender`, answer.text)
  assert.match(JSON.parse(answer.text).message, message)
}

function form(fields: Record<string, string>) {
  const body = new URLSearchParams({ Version: '2010-08-01', ...fields }).toString()
  return server.signed(
    {
      ...{ method: 'POST', target: '/', body },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    { service: 'monitoring' },
  )
}

const dimensions = [{ Name: 'ProfilingGroupName', Value: 'orders' }]
const recommendations = {
  Namespace: 'AWS/CodeGuruProfiler',
  MetricName: 'Recommendations',
  Dimensions: dimensions,
}
const alarm = (AlarmName: string, changes: object = {}) => ({
  ...{
    AlarmName,
    ...recommendations,
    Statistic: 'Maximum',
    Period: 3600,
    EvaluationPeriods: 1,
    Threshold: 5,
  },
  ...{ ComparisonOperator: 'GreaterThanThreshold', ...changes },
})

async function measure(
  values: readonly [minutesAgo: number, value: number][],
  changes: Partial<Measurement> = {},
) {
  const { id: groupId, accountId, region } = (await server.test.catalog.allGroups())[0]!
  await server.test.catalog.recordMetrics(
    values.map(([minutesAgo, value]) => ({
      ...{ accountId, region, groupId, namespace: 'AWS/CodeGuruProfiler', name: 'Recommendations' },
      ...{ dimensions: { ProfilingGroupName: 'orders' }, unit: 'Count', value },
      at: server.test.now - minutesAgo * minute,
      ...changes,
    })),
    1000,
  )
}

const names = async (input: object = {}): Promise<string[]> =>
  (await call('DescribeAlarms', input)).MetricAlarms.map(({ AlarmName }: Json) => AlarmName)

describe('alarms', () => {
  test('an alarm is described as it was put, and knows nothing yet', async () => {
    const topic = 'arn:aws:sns:us-east-1:000000000000:team'
    await call('PutMetricAlarm', alarm('many', { AlarmDescription: 'Many.', AlarmActions: [topic] }))
    const { MetricAlarms, CompositeAlarms } = await call('DescribeAlarms')
    const at = server.test.now / 1000
    assert.deepEqual(CompositeAlarms, [])
    assert.deepEqual(MetricAlarms, [
      {
        AlarmName: 'many',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:many',
        AlarmDescription: 'Many.',
        AlarmConfigurationUpdatedTimestamp: at,
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [topic],
        InsufficientDataActions: [],
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        StateUpdatedTimestamp: at,
        MetricName: 'Recommendations',
        Namespace: 'AWS/CodeGuruProfiler',
        Statistic: 'Maximum',
        Dimensions: dimensions,
        Period: 3600,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        StateTransitionedTimestamp: at,
      },
    ])
  })

  test('put again it is another definition, and keeps its state', async () => {
    await call('PutMetricAlarm', alarm('a', { AlarmDescription: 'First.' }))
    await call('SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'to see' })
    await call('PutMetricAlarm', alarm('a', { Threshold: 7, EvaluationPeriods: 3, DatapointsToAlarm: 2 }))
    const [found] = (await call('DescribeAlarms')).MetricAlarms
    assert.deepEqual([found.StateValue, found.StateReason], ['ALARM', 'to see'])
    assert.deepEqual([found.Threshold, found.EvaluationPeriods, found.DatapointsToAlarm], [7, 3, 2])
    assert.equal(found.AlarmDescription, undefined)
  })

  test('they are found by name, prefix, state and action, page by page', async () => {
    const topic = 'arn:aws:sns:us-east-1:000000000000:team'
    for (const name of ['b', 'a', 'ab', 'ac']) await call('PutMetricAlarm', alarm(name))
    await call('PutMetricAlarm', alarm('ac', { OKActions: [topic] }))
    await call('SetAlarmState', { AlarmName: 'ab', StateValue: 'OK', StateReason: '' })
    assert.deepEqual(await names(), ['a', 'ab', 'ac', 'b'])
    assert.deepEqual(await names({ AlarmNames: ['b', 'a', 'none'] }), ['a', 'b'])
    assert.deepEqual(await names({ AlarmNamePrefix: 'a' }), ['a', 'ab', 'ac'])
    assert.deepEqual(await names({ AlarmNamePrefix: 'ab' }), ['ab'])
    assert.deepEqual(await names({ StateValue: 'OK' }), ['ab'])
    assert.deepEqual(await names({ ActionPrefix: 'arn:aws:sns' }), ['ac'])
    assert.deepEqual(await names({ AlarmTypes: ['CompositeAlarm'] }), [])
    const first = await call('DescribeAlarms', { MaxRecords: 3 })
    const rest = await call('DescribeAlarms', { MaxRecords: 3, NextToken: first.NextToken })
    assert.deepEqual(
      [first.MetricAlarms.length, rest.MetricAlarms[0].AlarmName, rest.NextToken],
      [3, 'b', undefined],
    )
    await refused(
      'DescribeAlarms',
      { NextToken: first.NextToken, StateValue: 'OK' },
      'InvalidNextToken',
      /does not belong/,
    )
    await refused('DescribeAlarms', { NextToken: 'bmU' }, 'InvalidNextToken', /does not belong/)
    const { MetricAlarms } = await call('DescribeAlarmsForMetric', { ...recommendations })
    assert.equal(MetricAlarms.length, 4)
    assert.deepEqual(
      (await call('DescribeAlarmsForMetric', { ...recommendations, Dimensions: [] })).MetricAlarms,
      [],
    )
  })

  test('what became of it is told, newest first, also when it is gone', async () => {
    await call('PutMetricAlarm', alarm('a'))
    server.test.now += 1000
    await call('SetAlarmState', {
      AlarmName: 'a',
      StateValue: 'ALARM',
      StateReason: 'why',
      StateReasonData: '{"x":1}',
    })
    await call('SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'again' })
    server.test.now += 1000
    await call('DisableAlarmActions', { AlarmNames: ['a', 'none'] })
    await call('DisableAlarmActions', { AlarmNames: ['a'] })
    server.test.now += 1000
    await call('DeleteAlarms', { AlarmNames: ['a', 'none'] })
    assert.deepEqual(await names(), [])
    const { AlarmHistoryItems: items } = await call('DescribeAlarmHistory', { AlarmName: 'a' })
    assert.deepEqual(
      items.map(({ HistorySummary }: Json) => HistorySummary),
      [
        'Alarm "a" deleted',
        'Alarm "a" updated',
        'Alarm updated from INSUFFICIENT_DATA to ALARM',
        'Alarm "a" created',
      ],
    )
    assert.deepEqual(JSON.parse(items[2].HistoryData), {
      version: '1.0',
      oldState: { stateValue: 'INSUFFICIENT_DATA', stateReason: 'Unchecked: Initial alarm creation' },
      newState: { stateValue: 'ALARM', stateReason: 'why', stateReasonData: { x: 1 } },
    })
    const states = await call('DescribeAlarmHistory', { HistoryItemType: 'StateUpdate' })
    assert.equal(states.AlarmHistoryItems.length, 1)
    const first = await call('DescribeAlarmHistory', { MaxRecords: 3, ScanBy: 'TimestampAscending' })
    const rest = await call('DescribeAlarmHistory', {
      MaxRecords: 3,
      ScanBy: 'TimestampAscending',
      NextToken: first.NextToken,
    })
    assert.deepEqual(rest.AlarmHistoryItems, [items[0]])
  })

  test('actions are switched off and on', async () => {
    await call('PutMetricAlarm', alarm('a'))
    const enabled = async () => (await call('DescribeAlarms')).MetricAlarms[0].ActionsEnabled
    await call('DisableAlarmActions', { AlarmNames: ['a'] })
    assert.equal(await enabled(), false)
    await call('EnableAlarmActions', { AlarmNames: ['a'] })
    assert.equal(await enabled(), true)
  })

  test('tags are those it was made with, and as they were changed since', async () => {
    await call('PutMetricAlarm', alarm('a', { Tags: [{ Key: 'team', Value: 'x' }] }))
    await call('PutMetricAlarm', alarm('a', { Tags: [{ Key: 'other', Value: 'x' }] }))
    const ResourceARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a'
    await call('TagResource', { ResourceARN, Tags: [{ Key: '__proto__', Value: 'y' }] })
    const { Tags } = await call('ListTagsForResource', { ResourceARN })
    const added = { Key: '__proto__', Value: 'y' }
    assert.deepEqual(Tags, [{ Key: 'team', Value: 'x' }, added])
    await call('UntagResource', { ResourceARN, TagKeys: ['team'] })
    assert.deepEqual((await call('ListTagsForResource', { ResourceARN })).Tags, [added])
    const answer = await ask('ListTagsForResource', { ResourceARN: `${ResourceARN}b` })
    assert.equal(answer.status, 404)
  })

  test('what an alarm cannot be is refused, with what is wrong', async () => {
    const wrong: readonly [changes: object, message: RegExp][] = [
      [{ Period: 60 }, /multiple of 300/],
      [{ Period: undefined }, /Period must be given/],
      [{ Period: 300, EvaluationPeriods: 289 }, /more than a day/],
      [{ EvaluationPeriods: 169 }, /more than seven days/],
      [{ EvaluationPeriods: 2, DatapointsToAlarm: 3 }, /DatapointsToAlarm must not be greater/],
      [{ TreatMissingData: 'maybe' }, /TreatMissingData must be one of/],
      [{ ComparisonOperator: 'LessThanLowerThreshold' }, /bands/],
      [{ ComparisonOperator: 'MoreThan' }, /enum value set/],
      [{ Threshold: 'five' }, /must be a number/],
      [{ Statistic: undefined, ExtendedStatistic: 'p99' }, /ExtendedStatistic is not supported/],
      [{ Metrics: [] }, /Metrics is not supported/],
      [{ EvaluationCriteria: { PromQLCriteria: { Query: 'up' } } }, /EvaluationCriteria is not supported/],
      [{ AlarmActions: ['arn:aws:lambda:us-east-1:000000000000:function:x'] }, /SNS topics/],
      [{ AlarmActions: ['team'] }, /Invalid arn syntax/],
      [{ Dimensions: [...dimensions, ...dimensions] }, /same name/],
      [{ AlarmName: '' }, /alarmName/],
      [{ AlarmName: 'x'.repeat(256) }, /alarmName/],
      [{ Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `${i}`, Value: '' })) }, /50 tags/],
    ]
    for (const [changes, message] of wrong)
      await refused('PutMetricAlarm', alarm('a', changes), 'ValidationError', message)
    await refused(
      'SetAlarmState',
      { AlarmName: 'no', StateValue: 'OK', StateReason: '' },
      'ResourceNotFound',
      /no alarm/,
    )
    await call('PutMetricAlarm', alarm('a'))
    const state = { AlarmName: 'a', StateValue: 'OK', StateReason: '', StateReasonData: '{' }
    await refused('SetAlarmState', state, 'InvalidFormat', /must be JSON/)
  })

  test('more than there may be are refused', async () => {
    const { accountId, region } = (await server.test.catalog.allGroups())[0]!
    const rows = Array.from({ length: 5000 }, (_, i) => ({
      ...{ accountId, region, name: `n${i}`, expectedRevision: 0, history: [] },
      put: { document: '{}', state: '{}' },
    }))
    assert.equal(await server.test.catalog.changeAlarms(rows, 5000), 'changed')
    const answer = await ask('PutMetricAlarm', alarm('a'))
    assert.equal(answer.status, 400)
    assert.match(answer.text, /com\.amazonaws\.cloudwatch#LimitExceededFault/)
    assert.equal(await server.test.catalog.findAlarm({ accountId, region }, 'a'), null)
  })
})

describe('metrics', () => {
  test('what is measured is listed, all of it or what is asked for', async () => {
    await measure([[1, 3]])
    await measure([[300, 2]], { namespace: 'Wick', name: 'FleetInstances' })
    const listed = async (input: object) => (await call('ListMetrics', input)).Metrics
    assert.deepEqual((await listed({})).length, 2)
    assert.deepEqual(await listed({ Namespace: 'AWS/CodeGuruProfiler' }), [recommendations])
    assert.deepEqual(await listed({ RecentlyActive: 'PT3H' }), [recommendations])
    assert.equal((await listed({ Dimensions: [{ Name: 'ProfilingGroupName' }] })).length, 2)
    assert.deepEqual(await listed({ Dimensions: [{ Name: 'ProfilingGroupName', Value: 'other' }] }), [])
    assert.deepEqual(await listed({ Dimensions: [{ Name: '__proto__' }] }), [])
  })

  test('of more than one page holds the rest comes with its token', async () => {
    for (let i = 0; i < 501; i += 1) await measure([[1, i]], { name: `metric-${i}` })
    const first = await call('ListMetrics')
    const rest = await call('ListMetrics', { NextToken: first.NextToken })
    assert.deepEqual([first.Metrics.length, rest.Metrics.length, rest.NextToken], [500, 1, undefined])
  })

  test('values come by period and statistic, the newest first', async () => {
    // Four minutes past noon: five minutes ago is before, the others are of this hour.
    await measure([
      [5, 9],
      [4, 1],
      [3, 2],
      [2, 6],
    ])
    const query = (Id: string, Stat: string, more: object = {}) => ({
      ...{ Id, MetricStat: { Metric: recommendations, Period: 3600, Stat }, ...more },
    })
    const input = {
      StartTime: server.test.now / 1000 - 3600,
      EndTime: server.test.now / 1000,
      MetricDataQueries: [
        query('a', 'Maximum'),
        query('b', 'Average', { Label: 'mean' }),
        query('c', 'SampleCount'),
      ],
    }
    const { MetricDataResults: results } = await call('GetMetricData', input)
    const noon = server.test.now / 1000 - 240
    assert.deepEqual(results[0], {
      ...{
        Id: 'a',
        Label: 'Recommendations',
        Timestamps: [noon, noon - 3600],
        Values: [6, 9],
        StatusCode: 'Complete',
      },
    })
    assert.deepEqual([results[1].Label, results[1].Values, results[2].Values], ['mean', [3, 9], [3, 1]])
    const paged = { ...input, MaxDatapoints: 3 }
    const first = await call('GetMetricData', paged)
    assert.deepEqual(
      first.MetricDataResults.map(({ Values }: Json) => Values),
      [[6, 9], [3], []],
    )
    const rest = await call('GetMetricData', { ...paged, NextToken: first.NextToken })
    assert.deepEqual(
      rest.MetricDataResults.map(({ Values }: Json) => Values),
      [[], [9], [3, 1]],
    )
    assert.equal(rest.NextToken, undefined)
  })

  test('statistics of one metric come together', async () => {
    await measure([
      [3, 2],
      [2, 6],
    ])
    const input = {
      ...{ ...recommendations, Period: 300, Statistics: ['Sum', 'Minimum'] },
      ...{ StartTime: server.test.now / 1000 - 3600, EndTime: server.test.now / 1000 },
    }
    assert.deepEqual(await call('GetMetricStatistics', input), {
      Label: 'Recommendations',
      Datapoints: [{ Timestamp: server.test.now / 1000 - 240, Sum: 8, Minimum: 2, Unit: 'Count' }],
    })
    assert.deepEqual((await call('GetMetricStatistics', { ...input, MetricName: 'None' })).Datapoints, [])
    assert.deepEqual((await call('GetMetricStatistics', { ...input, Unit: 'Bytes' })).Datapoints, [])
    const far = { ...input, StartTime: 0 }
    await refused('GetMetricStatistics', far, 'InvalidParameterCombination', /exceeds the limit of 1440/)
    await refused('GetMetricStatistics', { ...input, Statistics: [] }, 'MissingParameter', /Statistics/)
    await refused('GetMetricStatistics', { ...input, EndTime: 0 }, 'InvalidParameterValue', /StartTime/)
    await refused('GetMetricStatistics', { ...input, Period: 90 }, 'ValidationError', /multiple of 60/)
  })

  test('what cannot be told of metrics is refused', async () => {
    const ask = (query: object, changes: object = {}) => ({
      ...{ StartTime: 0, EndTime: 3600, MetricDataQueries: [{ Id: 'a', ...query }], ...changes },
    })
    const stat = (changes: object = {}) => ({
      MetricStat: { Metric: recommendations, Period: 300, Stat: 'Sum', ...changes },
    })
    const wrong: readonly [input: object, message: RegExp][] = [
      [ask({ Expression: 'SUM(METRICS())' }), /expressions are not supported/],
      [ask(stat({ Stat: 'p99' })), /percentiles are not kept/],
      [ask(stat({ Period: 61 })), /multiple of 60/],
      [ask(stat(), { EndTime: 0 }), /StartTime must be less/],
      [ask(stat(), { EndTime: 3e9 }), /more than 100800/],
      [ask(stat(), { MaxDatapoints: 0 }), /MaxDatapoints/],
      [
        {
          ...ask({}),
          MetricDataQueries: [
            { Id: 'a', ...stat() },
            { Id: 'a', ...stat() },
          ],
        },
        /unique/,
      ],
      [
        { ...ask({}), MetricDataQueries: Array.from({ length: 501 }, (_, i) => ({ Id: `${i}`, ...stat() })) },
        /At most 500/,
      ],
    ]
    for (const [input, message] of wrong) await refused('GetMetricData', input, 'ValidationError', message)
  })
})

describe('from profiles to alarms', () => {
  const { signal } = new AbortController()
  const job = () => {
    const { catalog, store } = server.test.services
    return alarmJob({
      catalog,
      measures: groupMeasures({ catalog, store, onMeasured: () => {}, onTrouble: assert.fail }),
      watch: alarmWatch({ catalog, onCounted: () => {}, onTrouble: assert.fail }),
    })
  }
  const states = async (): Promise<Json> =>
    Object.fromEntries(
      (await call('DescribeAlarms')).MetricAlarms.map(({ AlarmName, StateValue }: Json) => [
        AlarmName,
        StateValue,
      ]),
    )

  test('a group that falls silent sets off its alarm, until it sends something again', async () => {
    await call('PutMetricAlarm', {
      ...{ AlarmName: 'silent', Namespace: 'Wick', MetricName: 'LastProfileAge', Dimensions: dimensions },
      ...{ Statistic: 'Maximum', Period: 300, EvaluationPeriods: 1, Threshold: 600 },
      ComparisonOperator: 'GreaterThanThreshold',
    })
    const { run } = job()
    const post = () => postProfile(server.test, body({ counts: { RUNNABLE: 3 } }, server.test.now))
    const minutes = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        server.test.now += minute
        await run({ now: server.test.now, signal })
      }
    }
    await post()
    await minutes(8)
    assert.deepEqual(await states(), { silent: 'OK' })
    await minutes(10)
    assert.deepEqual(await states(), { silent: 'ALARM' })
    await post()
    await minutes(8)
    assert.deepEqual(await states(), { silent: 'OK' })
    const { AlarmHistoryItems: items } = await call('DescribeAlarmHistory', {
      HistoryItemType: 'StateUpdate',
    })
    assert.equal(items.length, 3)
    const samples = { Namespace: 'Wick', MetricName: 'SamplesIngested', Dimensions: dimensions }
    const { MetricDataResults: results } = await call('GetMetricData', {
      ...{ StartTime: server.test.now / 1000 - 3600, EndTime: server.test.now / 1000 },
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric: samples, Period: 7200, Stat: 'Sum' } }],
    })
    // The quiet minutes before the first profile are known to be quiet.
    assert.deepEqual(results[0].Values, [6, 0])
  })

  test('more than five recommendations within an hour set off the alarm on them, and fewer end it', async () => {
    await call('PutMetricAlarm', alarm('many', { TreatMissingData: 'notBreaching' }))
    const { run } = job()
    const group = (await server.test.catalog.allGroups())[0]!
    const told: string[] = []
    for (const reported of [5, 6, 5]) {
      await server.test.catalog.recordMetrics(
        [groupMeasurement(group, 'Recommendations', server.test.now, reported)],
        100,
      )
      for (let i = 0; i < 60; i += 1) {
        server.test.now += minute
        await run({ now: server.test.now, signal })
      }
      told.push((await states()).many)
    }
    assert.deepEqual(told, ['OK', 'ALARM', 'OK'])
  })
})

describe('how it is spoken', () => {
  test('forms and XML are understood as well', async () => {
    const put = await form({
      ...{ Action: 'PutMetricAlarm', AlarmName: 'a <&>', MetricName: 'Recommendations', Period: '3600' },
      ...{
        Namespace: 'AWS/CodeGuruProfiler',
        Statistic: 'Maximum',
        EvaluationPeriods: '1',
        Threshold: '5.5e0',
      },
      'Dimensions.member.1.Name': 'ProfilingGroupName',
      'Dimensions.member.1.Value': 'orders',
      ComparisonOperator: 'GreaterThanThreshold',
    })
    assert.equal(put.status, 200, put.text)
    const { text } = await form({ Action: 'DescribeAlarms', AlarmNamePrefix: 'a' })
    assert.match(text, /<AlarmName>a &lt;&amp;&gt;<\/AlarmName>/)
    assert.match(text, /<Threshold>5.5<\/Threshold>/)
    const history = await form({ Action: 'DescribeAlarmHistory', StartDate: '2020-01-01T00:00:00Z' })
    assert.match(history.text, /created/)
    for (const [Threshold, StartDate] of [
      ['1e999', '0'],
      ['0x5', ''],
      ['', '2026-02-30T00:00:00Z'],
    ] as const) {
      assert.match(
        (await form({ Action: 'PutMetricAlarm', AlarmName: 'b', Threshold })).text,
        /must be a number/,
      )
      assert.match((await form({ Action: 'DescribeAlarmHistory', StartDate })).text, /must be a timestamp/)
    }
  })

  test('what there is not is said not to be there', async () => {
    for (const operation of ['PutDashboard', '__proto__', 'constructor', '']) {
      const answer = await ask(operation)
      assert.equal(answer.status, 400)
      assert.equal(answer.headers['x-amzn-query-error'], 'InvalidAction;Sender')
    }
    assert.match((await form({ Action: 'PutDashboard' })).text, /<Code>InvalidAction<\/Code>/)
  })

  test('a body that is no JSON object is refused', async () => {
    for (const body of [
      '',
      '[]',
      '{',
      '{"AlarmName":1}',
      '{"AlarmName":"a","AlarmName":"b"}',
      '['.repeat(5000),
    ]) {
      const answer = await ask('PutMetricAlarm', body)
      assert.equal(answer.status, 400, answer.text)
      assert.equal(answer.headers['x-amzn-query-error'], 'ValidationError;Sender')
    }
  })
})

describe('who may', () => {
  test('policies decide, by the name of the alarm; a denial tells nothing', async () => {
    const guest = await server.addUser('guest')
    await call('PutMetricAlarm', alarm('a'))
    const denied = await ask('DeleteAlarms', { AlarmNames: ['a'] }, { key: guest })
    assert.equal(denied.status, 403)
    assert.equal(denied.headers['x-amzn-query-error'], 'AccessDenied;Sender')
    assert.match(
      denied.text,
      /cloudwatch:DeleteAlarms on resource: arn:aws:cloudwatch:us-east-1:000000000000:alarm:a/,
    )
    assert.deepEqual(await names(), ['a'])
  })

  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a'
  const times = { StartTime: 0, EndTime: 3600 }
  /** One call of each, which does something. */
  const everyCall: Readonly<Record<string, object>> = {
    PutMetricAlarm: alarm('b'),
    DescribeAlarms: {},
    DescribeAlarmsForMetric: recommendations,
    DescribeAlarmHistory: {},
    DisableAlarmActions: { AlarmNames: ['a'] },
    EnableAlarmActions: { AlarmNames: ['a'] },
    SetAlarmState: { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'x' },
    GetMetricData: { ...times, MetricDataQueries: [] },
    GetMetricStatistics: { ...times, ...recommendations, Period: 60, Statistics: ['Sum'] },
    ListMetrics: {},
    TagResource: { ResourceARN, Tags: [{ Key: 'team', Value: 'x' }] },
    ListTagsForResource: { ResourceARN },
    UntagResource: { ResourceARN, TagKeys: ['team'] },
    DeleteAlarms: { AlarmNames: ['a'] },
  }

  test('every operation is denied to whom no policy allows it, and recorded either way', async () => {
    assert.deepEqual(Object.keys(everyCall).sort(), Object.keys(monitoringService.operations).sort())
    const guest = await server.addUser('guest')
    await call('PutMetricAlarm', alarm('a'))
    for (const [operation, input] of Object.entries(everyCall)) {
      const { status, text } = await ask(operation, input, { key: guest })
      assert.equal(status, 403, `${operation}: ${text}`)
      assert.match(text, new RegExp(`not authorized to perform: cloudwatch:${operation} `))
    }
    assert.deepEqual(await names(), ['a'])
    for (const [operation, input] of Object.entries(everyCall)) await call(operation, input)
    const rows = await server.test.catalog.recordsBefore(Number.MAX_SAFE_INTEGER, 100)
    const records = rows.map(({ record }) => JSON.parse(record))
    for (const operation of Object.keys(everyCall)) {
      const own = records.filter(({ eventName }) => eventName === operation)
      assert.deepEqual([...new Set(own.map(({ errorCode }) => errorCode ?? 'done'))].sort(), [
        'AccessDeniedException',
        'done',
      ])
      assert.equal(own[0].readOnly, /^(Describe|Get|List)/.test(operation), operation)
    }
  })

  test('whatever stands in the place of a field, the answer is never a failure of ours', async () => {
    const hostile = [
      ...[null, [], {}, '', 'x'.repeat(5000), 'nul\0', '🔥', -1, 0, 0.5, 1e308, 9e15, true, [null], [[]]],
      ...[Object.fromEntries([['__proto__', 1]]), '2026-02-30T00:00:00Z', ['a', 'a']],
    ]
    const metric = { Id: 'a', MetricStat: { Metric: recommendations, Period: 300, Stat: 'Sum' } }
    const whole = {
      ...everyCall,
      GetMetricData: { ...times, MetricDataQueries: [metric], ScanBy: 'TimestampAscending' },
    }
    let asked = 0
    const seen = new Set<number>()
    for (const [operation, input] of Object.entries(whole)) {
      for (const field of Object.keys(monitoringService.operations[operation as 'ListMetrics'].input)) {
        for (const value of hostile) {
          const { status, text } = await ask(operation, { ...input, [field]: value })
          assert.ok(status < 500, `${operation} ${field} ${JSON.stringify(value)}: ${text}`)
          seen.add(status)
          asked += 1
        }
      }
    }
    assert.ok(asked > 1000 && seen.has(200) && seen.has(400), `${asked} asked`)
  })

  test('a change and its record are one: where it cannot be recorded it is not made', async () => {
    const { database } = server.test
    database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON audit_records BEGIN SELECT raise(abort, 'database or disk is full'); END",
    )
    const answer = await ask('PutMetricAlarm', alarm('a'))
    assert.equal(answer.headers['x-amzn-query-error'], 'ServiceUnavailable;Receiver')
    database.exec('DROP TRIGGER full')
    assert.deepEqual(await names(), [])
    assert.deepEqual((await call('DescribeAlarmHistory')).AlarmHistoryItems, [])
  })

  test('alarms are those of their account and region', async () => {
    const elsewhere = { accountId: '111111111111', region: 'us-east-1' }
    const put = { document: '{}', state: '{}' }
    await server.test.catalog.changeAlarms(
      [{ ...elsewhere, name: 'x', expectedRevision: 0, put, history: [] }],
      10,
    )
    const { accountId } = server.test.config
    const away = { accountId, region: 'eu-west-1', name: 'y', expectedRevision: 0, put, history: [] }
    await server.test.catalog.changeAlarms([away], 10)
    assert.deepEqual(await names(), [])
  })

  test("the console asks with its session, and only with its session's token", async () => {
    await call('PutMetricAlarm', alarm('a'))
    const { cookie, csrfToken } = await server.signIn()
    const send = (headers: Readonly<Record<string, string>>) =>
      server.send({
        ...{ method: 'POST', target: '/', body: '{"MaxRecords": 100}' },
        headers: {
          ...{ cookie: `wick-session=${cookie}`, 'x-wick-console': '1', 'x-wick-service': 'monitoring' },
          ...{
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': `${target}DescribeAlarms`,
            ...headers,
          },
        },
      })
    const answer = await send({ 'x-wick-csrf': csrfToken })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(JSON.parse(answer.text).MetricAlarms[0].AlarmName, 'a')
    assert.equal((await send({})).headers['x-amzn-query-error'], 'AccessDenied;Sender')
  })

  test('calls are in the audit trail, under the name of the service', async () => {
    await call('PutMetricAlarm', alarm('a'))
    await ask('SetAlarmState', { AlarmName: 'none', StateValue: 'OK', StateReason: '' })
    const rows = await server.test.catalog.recordsBefore(Number.MAX_SAFE_INTEGER, 10)
    const records = rows.map(({ record }) => JSON.parse(record))
    const [failed, put] = records.filter(({ eventSource }) => eventSource === 'monitoring.amazonaws.com')
    assert.deepEqual(
      [put.eventName, put.readOnly, put.requestParameters.alarmName],
      ['PutMetricAlarm', false, 'a'],
    )
    assert.equal(put.resources[0].ARN, 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a')
    assert.deepEqual([failed.eventName, failed.errorCode], ['SetAlarmState', 'ResourceNotFound'])
  })
})
