import { operation } from './operation.ts'
import type { QueryService } from './query-service.ts'
import {
  boolean,
  double,
  integer,
  list,
  map,
  oneOf,
  optional,
  type StructureShape,
  string,
  structure,
  timestamp,
} from './shapes.ts'

const alarmName = string({ min: 1, max: 255 })
const alarmNames = list(alarmName, 100)
const alarmArn = string({ min: 1, max: 1600 })
const alarmDescription = string({ max: 1024 })
const alarmTypes = list(oneOf('CompositeAlarm', 'MetricAlarm', 'LogAlarm'))
const resourceList = list(string({ min: 1, max: 1024 }), 5)
const amazonResourceName = string({ min: 1, max: 1024 })
const metricName = string({ min: 1, max: 255 })
const namespace = string({ min: 1, max: 255, pattern: '[^:].*' })
const statistic = oneOf('SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum')
const dimension = structure({
  Name: string({ min: 1, max: 255 }),
  Value: string({ min: 1, max: 1024 }),
})
const dimensions = list(dimension, 30)
const period = integer(1)
const unit = oneOf(
  ...(['Seconds', 'Microseconds', 'Milliseconds'] as const),
  ...(['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'] as const),
  ...(['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Percent', 'Count'] as const),
  ...(['Bytes/Second', 'Kilobytes/Second', 'Megabytes/Second', 'Gigabytes/Second'] as const),
  ...(['Terabytes/Second', 'Bits/Second', 'Kilobits/Second', 'Megabits/Second'] as const),
  ...(['Gigabits/Second', 'Terabits/Second', 'Count/Second', 'None'] as const),
)
const count = integer(1)
const comparisonOperator = oneOf(
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
)
const treatMissingData = string({ min: 1, max: 255 })
const metricId = string({ min: 1, max: 255 })
const metric = structure({
  Namespace: optional(namespace),
  MetricName: optional(metricName),
  Dimensions: optional(dimensions),
})
const metricStat = structure({ Metric: metric, Period: period, Stat: string(), Unit: optional(unit) })
const metricDataQuery = structure({
  Id: metricId,
  MetricStat: optional(metricStat),
  Expression: optional(string({ min: 1, max: 2048 })),
  Label: optional(string()),
  ReturnData: optional(boolean),
  Period: optional(period),
  AccountId: optional(string({ min: 1, max: 255 })),
})
const metricDataQueries = list(metricDataQuery)
const tag = structure({ Key: string({ min: 1, max: 128 }), Value: string({ max: 256 }) })
const tags = list(tag)
const stateValue = oneOf('OK', 'ALARM', 'INSUFFICIENT_DATA')
const stateReason = string({ max: 1023 })
const stateReasonData = string({ max: 4000 })
const evaluationState = oneOf('PARTIAL_DATA', 'EVALUATION_FAILURE', 'EVALUATION_ERROR')
const maxRecords = integer(1, 100)
const nextToken = string()
const historyItemType = oneOf(
  'ConfigurationUpdate',
  'StateUpdate',
  'Action',
  'AlarmContributorStateUpdate',
  'AlarmContributorAction',
)
const scanBy = oneOf('TimestampDescending', 'TimestampAscending')

/** What an alarm is on, and when it is one: as it is put, and as it is told. */
const alarmRule = {
  MetricName: optional(metricName),
  Namespace: optional(namespace),
  Statistic: optional(statistic),
  ExtendedStatistic: optional(string()),
  Dimensions: optional(dimensions),
  Period: optional(period),
  Unit: optional(unit),
  EvaluationPeriods: optional(count),
  DatapointsToAlarm: optional(count),
  Threshold: optional(double),
  ComparisonOperator: optional(comparisonOperator),
  TreatMissingData: optional(treatMissingData),
  EvaluateLowSampleCountPercentile: optional(string({ min: 1, max: 255 })),
  Metrics: optional(metricDataQueries),
}

const metricAlarm = structure({
  AlarmName: optional(alarmName),
  AlarmArn: optional(alarmArn),
  AlarmDescription: optional(alarmDescription),
  AlarmConfigurationUpdatedTimestamp: optional(timestamp),
  ActionsEnabled: optional(boolean),
  OKActions: optional(resourceList),
  AlarmActions: optional(resourceList),
  InsufficientDataActions: optional(resourceList),
  StateValue: optional(stateValue),
  StateReason: optional(stateReason),
  StateReasonData: optional(stateReasonData),
  StateUpdatedTimestamp: optional(timestamp),
  ...alarmRule,
  ThresholdMetricId: optional(metricId),
  EvaluationState: optional(evaluationState),
  StateTransitionedTimestamp: optional(timestamp),
})
const metricAlarms = list(metricAlarm)
/** Kinds of alarms that there are none of here. */
const none = list(structure({}) as StructureShape<Record<never, never>>)

const metricDataResult = structure({
  Id: optional(metricId),
  Label: optional(string()),
  Timestamps: optional(list(timestamp)),
  Values: optional(list(double)),
  StatusCode: optional(oneOf('Complete', 'InternalError', 'PartialData', 'Forbidden')),
  Messages: optional(list(structure({ Code: optional(string()), Value: optional(string()) }))),
})

const alarmHistoryItem = structure({
  AlarmName: optional(alarmName),
  AlarmType: optional(oneOf('CompositeAlarm', 'MetricAlarm', 'LogAlarm')),
  Timestamp: optional(timestamp),
  HistoryItemType: optional(historyItemType),
  HistorySummary: optional(string({ min: 1, max: 255 })),
  HistoryData: optional(string({ min: 1, max: 4095 })),
})

const datapoint = structure({
  Timestamp: optional(timestamp),
  SampleCount: optional(double),
  Average: optional(double),
  Sum: optional(double),
  Minimum: optional(double),
  Maximum: optional(double),
  Unit: optional(unit),
  ExtendedStatistics: optional(map(double)),
})

const operations = {
  PutMetricAlarm: operation(
    {
      AlarmName: alarmName,
      AlarmDescription: optional(alarmDescription),
      ActionsEnabled: optional(boolean),
      OKActions: optional(resourceList),
      AlarmActions: optional(resourceList),
      InsufficientDataActions: optional(resourceList),
      ...alarmRule,
      Tags: optional(tags),
      ThresholdMetricId: optional(metricId),
      EvaluationWindow: optional(structure({})),
      WarmUpConfiguration: optional(structure({})),
      EvaluationCriteria: optional(structure({})),
      EvaluationInterval: optional(integer(10, 3600)),
      ActionConfiguration: optional(structure({})),
    },
    null,
  ),
  DescribeAlarms: operation(
    {
      AlarmNames: optional(alarmNames),
      AlarmNamePrefix: optional(string({ min: 1, max: 255 })),
      AlarmTypes: optional(alarmTypes),
      ChildrenOfAlarmName: optional(alarmName),
      ParentsOfAlarmName: optional(alarmName),
      StateValue: optional(stateValue),
      ActionPrefix: optional(string({ min: 1, max: 1024 })),
      MaxRecords: optional(maxRecords),
      NextToken: optional(nextToken),
    },
    {
      CompositeAlarms: optional(none),
      MetricAlarms: optional(metricAlarms),
      LogAlarms: optional(none),
      NextToken: optional(nextToken),
    },
  ),
  DescribeAlarmsForMetric: operation(
    {
      MetricName: metricName,
      Namespace: namespace,
      Statistic: optional(statistic),
      ExtendedStatistic: optional(string()),
      Dimensions: optional(dimensions),
      Period: optional(period),
      Unit: optional(unit),
    },
    { MetricAlarms: optional(metricAlarms) },
  ),
  DescribeAlarmHistory: operation(
    {
      AlarmName: optional(alarmName),
      AlarmTypes: optional(alarmTypes),
      HistoryItemType: optional(historyItemType),
      StartDate: optional(timestamp),
      EndDate: optional(timestamp),
      MaxRecords: optional(maxRecords),
      NextToken: optional(nextToken),
      ScanBy: optional(scanBy),
    },
    { AlarmHistoryItems: optional(list(alarmHistoryItem)), NextToken: optional(nextToken) },
  ),
  DeleteAlarms: operation({ AlarmNames: alarmNames }, null),
  SetAlarmState: operation(
    {
      AlarmName: alarmName,
      StateValue: stateValue,
      StateReason: stateReason,
      StateReasonData: optional(stateReasonData),
    },
    null,
  ),
  EnableAlarmActions: operation({ AlarmNames: alarmNames }, null),
  DisableAlarmActions: operation({ AlarmNames: alarmNames }, null),
  GetMetricData: operation(
    {
      MetricDataQueries: metricDataQueries,
      StartTime: timestamp,
      EndTime: timestamp,
      NextToken: optional(nextToken),
      ScanBy: optional(scanBy),
      MaxDatapoints: optional(integer()),
      LabelOptions: optional(structure({ Timezone: optional(string()) })),
    },
    {
      MetricDataResults: optional(list(metricDataResult)),
      NextToken: optional(nextToken),
      Messages: optional(list(structure({ Code: optional(string()), Value: optional(string()) }))),
    },
  ),
  GetMetricStatistics: operation(
    {
      Namespace: namespace,
      MetricName: metricName,
      Dimensions: optional(dimensions),
      StartTime: timestamp,
      EndTime: timestamp,
      Period: period,
      Statistics: optional(list(statistic, 5)),
      ExtendedStatistics: optional(list(string(), 10)),
      Unit: optional(unit),
    },
    { Label: optional(string()), Datapoints: optional(list(datapoint)) },
  ),
  ListMetrics: operation(
    {
      Namespace: optional(namespace),
      MetricName: optional(metricName),
      Dimensions: optional(
        list(
          structure({
            Name: string({ min: 1, max: 255 }),
            Value: optional(string({ min: 1, max: 1024 })),
          }),
          10,
        ),
      ),
      NextToken: optional(nextToken),
      RecentlyActive: optional(oneOf('PT3H')),
      IncludeLinkedAccounts: optional(boolean),
      OwningAccount: optional(string({ min: 1, max: 255 })),
    },
    {
      Metrics: optional(list(metric)),
      NextToken: optional(nextToken),
      OwningAccounts: optional(list(string({ min: 1, max: 255 }))),
    },
  ),
  ListTagsForResource: operation({ ResourceARN: amazonResourceName }, { Tags: optional(tags) }),
  TagResource: operation({ ResourceARN: amazonResourceName, Tags: tags }, {}),
  UntagResource: operation(
    { ResourceARN: amazonResourceName, TagKeys: list(string({ min: 1, max: 128 })) },
    {},
  ),
} as const

/** CloudWatch, version 2010-08-01: what is of metrics and alarms on one metric. Clients speak forms and XML, or JSON. */
export const monitoringService = {
  version: '2010-08-01',
  namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  operations,
} as const satisfies QueryService<typeof operations>

/** What stands before an operation's name in the header that names it, where JSON is spoken. */
export const monitoringTarget = 'GraniteServiceVersion20100801.'
