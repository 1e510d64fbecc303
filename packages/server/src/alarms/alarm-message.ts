import type { Announcement } from '../storage/announcements.ts'
import { type Alarm, type AlarmStatus, alarmArn, ruleOf, type Statistic } from './alarm.ts'
import { awsTime } from './evaluate-alarm.ts'
import type { AlarmState } from './judge-alarm.ts'

/** What CloudWatch sends to a topic when an alarm changes its state: receivers read it by these names. */
interface AlarmMessage {
  readonly AlarmName: string
  readonly AlarmDescription: string | null
  readonly AWSAccountId: string
  readonly AlarmConfigurationUpdatedTimestamp: string
  readonly NewStateValue: AlarmState
  readonly NewStateReason: string
  readonly StateChangeTime: string
  readonly Region: string
  readonly AlarmArn: string
  readonly OldStateValue: AlarmState
  readonly OKActions: readonly string[]
  readonly AlarmActions: readonly string[]
  readonly InsufficientDataActions: readonly string[]
  readonly Trigger: {
    readonly MetricName: string
    readonly Namespace: string
    readonly StatisticType: 'Statistic'
    readonly Statistic: string
    readonly Unit: string | null
    readonly Dimensions: readonly { readonly name: string; readonly value: string }[]
    readonly Period: number
    readonly EvaluationPeriods: number
    readonly DatapointsToAlarm: number
    readonly ComparisonOperator: string
    readonly Threshold: number
    readonly TreatMissingData: string
  }
}

/** In messages they are written large. */
const largeNames: Readonly<Record<Statistic, string>> = {
  SampleCount: 'SAMPLE_COUNT',
  Average: 'AVERAGE',
  Sum: 'SUM',
  Minimum: 'MINIMUM',
  Maximum: 'MAXIMUM',
}

function alarmMessage(alarm: Alarm, status: AlarmStatus): AlarmMessage {
  const { definition } = alarm
  const rule = ruleOf(definition)
  return {
    AlarmName: alarm.name,
    AlarmDescription: definition.description,
    AWSAccountId: alarm.accountId,
    AlarmConfigurationUpdatedTimestamp: awsTime(definition.configuredAt),
    NewStateValue: status.state,
    NewStateReason: status.reason,
    StateChangeTime: awsTime(status.updatedAt),
    Region: alarm.region,
    AlarmArn: alarmArn(alarm),
    OldStateValue: alarm.status.state,
    OKActions: definition.actions.OK,
    AlarmActions: definition.actions.ALARM,
    InsufficientDataActions: definition.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: definition.metricName,
      Namespace: definition.namespace,
      StatisticType: 'Statistic',
      Statistic: largeNames[definition.statistic],
      Unit: definition.unit,
      Dimensions: Object.entries(definition.dimensions).map(([name, value]) => ({ value, name })),
      Period: definition.period,
      EvaluationPeriods: definition.evaluationPeriods,
      DatapointsToAlarm: rule.datapointsToAlarm,
      ComparisonOperator: definition.comparisonOperator,
      Threshold: definition.threshold,
      TreatMissingData: rule.treatMissingData,
    },
  }
}

/**
 * What is to be told of a change of state; null where nobody is to be told. Topics are told of alarms on groups, too, that there
 * are not (yet).
 */
export function announcementOf(alarm: Alarm, status: AlarmStatus): Announcement | null {
  const told = toldOf(alarm, status)
  if (told.kind === 'nobody') return null
  const { accountId, region, name, definition } = alarm
  const { state, reason, updatedAt: at } = status
  const group = definition.dimensions.ProfilingGroupName
  return {
    ...{ accountId, region, topic: 'alarm', state, at, yearlyCost: null },
    // A state is told once, whoever judges.
    key: `${alarmArn(alarm)}/${state}/${at}`,
    groupName: told.kind === 'group' ? told.name : null,
    title: `"${name}" in ${region}`,
    text: definition.description === null ? reason : `${definition.description}\n\n${reason}`,
    path: group === undefined ? '/groups' : `/groups/${encodeURIComponent(group)}`,
    detail: alarmMessage(alarm, status),
    ...(told.kind === 'topics' && { targets: told.arns }),
  }
}

/** Whom a change of state is to be told. */
type Told =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'topics'; readonly arns: readonly string[] }
  /** The notification channels of the group. */
  | { readonly kind: 'group'; readonly name: string }

/**
 * The actions of the new state. An alarm without any actions at all tells its group's channels when it goes off and when
 * that is over.
 */
function toldOf({ definition, status: old }: Alarm, status: AlarmStatus): Told {
  const { actions, actionsEnabled, dimensions } = definition
  if (!actionsEnabled || status.state === old.state) return { kind: 'nobody' }
  if (Object.values(actions).some((arns) => arns.length > 0)) {
    const arns = actions[status.state]
    return arns.length > 0 ? { kind: 'topics', arns } : { kind: 'nobody' }
  }
  const name = dimensions.ProfilingGroupName
  const isWorth = status.state === 'ALARM' || (status.state === 'OK' && old.state === 'ALARM')
  return name !== undefined && isWorth ? { kind: 'group', name } : { kind: 'nobody' }
}
