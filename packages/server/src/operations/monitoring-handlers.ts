import type { monitoringService } from '@wick/wire/query'
import type { Access } from '../access/access.ts'
import { alarmArn } from '../alarms/alarm.ts'
import type { OperationContext } from './context.ts'
import {
  changeAlarmTags,
  deleteAlarms,
  describeAlarmHistory,
  describeAlarms,
  describeAlarmsForMetric,
  listAlarmTags,
  putMetricAlarm,
  setAlarmState,
  switchActions,
} from './monitoring-alarms.ts'
import { getMetricData, getMetricStatistics, listMetrics } from './monitoring-metrics.ts'
import type { QueryHandlers } from './query-handler.ts'

interface Call {
  readonly context: OperationContext
}

/** On alarms by name; of all of them where there is none. */
function onAlarms(action: string, { context }: Call, names: readonly string[]): readonly Access[] {
  const asked = names.length === 0 ? ['*'] : [...new Set(names)]
  return asked.map((name) => ({
    action: `cloudwatch:${action}`,
    resource: alarmArn({ ...context.scope, name }),
  }))
}

/** What is not about any one thing. */
function onAll(action: string): readonly Access[] {
  return [{ action: `cloudwatch:${action}`, resource: '*' }]
}

/** The caller names it: what is no alarm of theirs is allowed or not like any other, and then not found. */
function onArn(action: string, resource: string): readonly Access[] {
  return [{ action: `cloudwatch:${action}`, resource }]
}

/** What is built of CloudWatch. */
export const monitoringHandlers: Required<QueryHandlers<typeof monitoringService.operations>> = {
  PutMetricAlarm: {
    access: (call) => onAlarms('PutMetricAlarm', call, [call.input.AlarmName]),
    run: ({ context, input }) => putMetricAlarm(context, input),
  },
  DescribeAlarms: {
    access: (call) => onAlarms('DescribeAlarms', call, []),
    run: ({ context, input }) => describeAlarms(context, input),
  },
  DescribeAlarmsForMetric: {
    access: () => onAll('DescribeAlarmsForMetric'),
    run: ({ context, input }) => describeAlarmsForMetric(context, input),
  },
  DescribeAlarmHistory: {
    access: (call) =>
      onAlarms('DescribeAlarmHistory', call, call.input.AlarmName === null ? [] : [call.input.AlarmName]),
    run: ({ context, input }) => describeAlarmHistory(context, input),
  },
  DeleteAlarms: {
    access: (call) => onAlarms('DeleteAlarms', call, call.input.AlarmNames),
    run: ({ context, input }) => deleteAlarms(context, input),
  },
  SetAlarmState: {
    access: (call) => onAlarms('SetAlarmState', call, [call.input.AlarmName]),
    run: ({ context, input }) => setAlarmState(context, input),
  },
  EnableAlarmActions: {
    access: (call) => onAlarms('EnableAlarmActions', call, call.input.AlarmNames),
    run: ({ context, input }) => switchActions(context, input.AlarmNames, true),
  },
  DisableAlarmActions: {
    access: (call) => onAlarms('DisableAlarmActions', call, call.input.AlarmNames),
    run: ({ context, input }) => switchActions(context, input.AlarmNames, false),
  },
  GetMetricData: {
    access: () => onAll('GetMetricData'),
    run: ({ context, input }) => getMetricData(context, input),
  },
  GetMetricStatistics: {
    access: () => onAll('GetMetricStatistics'),
    run: ({ context, input }) => getMetricStatistics(context, input),
  },
  ListMetrics: {
    access: () => onAll('ListMetrics'),
    run: ({ context, input }) => listMetrics(context, input),
  },
  ListTagsForResource: {
    access: ({ input }) => onArn('ListTagsForResource', input.ResourceARN),
    run: ({ context, input }) => listAlarmTags(context, input.ResourceARN),
  },
  TagResource: {
    access: ({ input }) => onArn('TagResource', input.ResourceARN),
    run: ({ context, input }) =>
      changeAlarmTags(context, input.ResourceARN, (tags) => {
        for (const { Key, Value } of input.Tags) tags.set(Key, Value)
      }),
  },
  UntagResource: {
    access: ({ input }) => onArn('UntagResource', input.ResourceARN),
    run: ({ context, input }) =>
      changeAlarmTags(context, input.ResourceARN, (tags) => {
        for (const key of input.TagKeys) tags.delete(key)
      }),
  },
}
