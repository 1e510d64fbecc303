import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Announcement } from '../storage/announcements.ts'
import type { Alarm, AlarmDefinition } from './alarm.ts'
import { announcementOf } from './alarm-message.ts'
import type { AlarmState } from './judge-alarm.ts'

const noon = Date.UTC(2026, 10, 26, 12)
const [red, green, grey] = ['red', 'green', 'grey'].map(
  (name) => `arn:aws:sns:us-east-1:000000000000:${name}`,
) as [string, string, string]
const status = (state: AlarmState, at = noon) => ({
  ...{ state, reason: 'because', reasonData: null, updatedAt: at, transitionedAt: at },
})

function alarm(state: AlarmState, changes: Partial<AlarmDefinition> = {}): Alarm {
  return {
    ...{
      accountId: '000000000000',
      region: 'us-east-1',
      name: 'many',
      revision: 3,
      status: status(state, 0),
    },
    definition: {
      ...{ description: 'Many.', actionsEnabled: true, namespace: 'AWS/CodeGuruProfiler', tags: {} },
      actions: { OK: [green], ALARM: [red], INSUFFICIENT_DATA: [] },
      ...{
        metricName: 'Recommendations',
        dimensions: { ProfilingGroupName: 'orders' },
        statistic: 'Maximum',
      },
      ...{ period: 3600, unit: null, evaluationPeriods: 3, datapointsToAlarm: null, threshold: 5 },
      ...{ comparisonOperator: 'GreaterThanThreshold', treatMissingData: null, configuredAt: noon - 1 },
      ...changes,
    },
  }
}

test("the message is CloudWatch's", () => {
  assert.deepEqual(announcementOf(alarm('OK'), status('ALARM'))?.detail, {
    AlarmName: 'many',
    AlarmDescription: 'Many.',
    AWSAccountId: '000000000000',
    AlarmConfigurationUpdatedTimestamp: '2026-11-26T11:59:59.999+0000',
    NewStateValue: 'ALARM',
    NewStateReason: 'because',
    StateChangeTime: '2026-11-26T12:00:00.000+0000',
    Region: 'us-east-1',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:many',
    OldStateValue: 'OK',
    OKActions: [green],
    AlarmActions: [red],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'Recommendations',
      Namespace: 'AWS/CodeGuruProfiler',
      StatisticType: 'Statistic',
      Statistic: 'MAXIMUM',
      Unit: null,
      Dimensions: [{ value: 'orders', name: 'ProfilingGroupName' }],
      Period: 3600,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
      TreatMissingData: 'missing',
    },
  })
})

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const

/** Who is told, from each state (down) to each (across). */
function table(changes: Partial<AlarmDefinition>): string[][] {
  const inShort = (told: Announcement | null): string =>
    told === null ? '-' : (told.groupName ?? (told.targets ?? []).map((arn) => arn.split(':')[5]).join('+'))
  return states.map((from) => states.map((to) => inShort(announcementOf(alarm(from, changes), status(to)))))
}

test('the actions of the state that is entered are told, and of a state that stays nobody', () => {
  assert.deepEqual(table({}), [
    ['-', 'red', '-'],
    ['green', '-', '-'],
    ['green', 'red', '-'],
  ])
  assert.deepEqual(table({ actions: { OK: [], ALARM: [red, green], INSUFFICIENT_DATA: [grey] } }), [
    ['-', 'red+green', 'grey'],
    ['-', '-', 'grey'],
    ['-', 'red+green', '-'],
  ])
})

test('an alarm without actions tells its group when it goes off and when that is over', () => {
  const actions = { OK: [], ALARM: [], INSUFFICIENT_DATA: [] }
  assert.deepEqual(table({ actions }), [
    ['-', 'orders', '-'],
    ['orders', '-', '-'],
    ['-', 'orders', '-'],
  ])
  const nobody = states.map(() => ['-', '-', '-'])
  assert.deepEqual(table({ actions, dimensions: {} }), nobody)
})

test('with its actions switched off it tells nobody', () => {
  assert.deepEqual(
    table({ actionsEnabled: false }),
    states.map(() => ['-', '-', '-']),
  )
})

test('what people read says the state, the alarm and why', () => {
  const told = announcementOf(alarm('OK', { description: null }), status('ALARM'))!
  const { key, topic, state, at, title, text, path, groupName, targets } = told
  assert.deepEqual(
    { key, topic, state, at, title, text, path, groupName, targets },
    {
      key: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:many/ALARM/${noon}`,
      ...{ topic: 'alarm', state: 'ALARM', at: noon, groupName: null, targets: [red] },
      ...{ title: '"many" in us-east-1', text: 'because', path: '/groups/orders' },
    },
  )
  assert.equal(announcementOf(alarm('OK'), status('ALARM'))?.text, 'Many.\n\nbecause')
  const { path: elsewhere } = announcementOf(alarm('OK', { dimensions: {} }), status('ALARM'))!
  assert.equal(elsewhere, '/groups')
})
