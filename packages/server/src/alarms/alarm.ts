import type { AlarmRule, AlarmState } from './judge-alarm.ts'

/** An alarm as the catalog keeps it: two JSON documents, its definition and its state. */

export const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const
export type Statistic = (typeof statistics)[number]

export interface AlarmDefinition {
  readonly description: string | null
  readonly actionsEnabled: boolean
  /** ARNs of what is told, by the state that is entered. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly statistic: Statistic
  /** Seconds. */
  readonly period: number
  readonly unit: string | null
  readonly evaluationPeriods: number
  /** Null where it was not said: all of them. */
  readonly datapointsToAlarm: number | null
  readonly threshold: number
  readonly comparisonOperator: AlarmRule['comparisonOperator']
  /** Null where it was not said: `missing`. */
  readonly treatMissingData: AlarmRule['treatMissingData'] | null
  readonly tags: Readonly<Record<string, string>>
  /** When it was last changed, epoch milliseconds. */
  readonly configuredAt: number
}

export interface AlarmStatus {
  readonly state: AlarmState
  readonly reason: string
  /** JSON text. */
  readonly reasonData: string | null
  /** When it was last said, and when it last became another; epoch milliseconds. */
  readonly updatedAt: number
  readonly transitionedAt: number
}

export interface Alarm {
  readonly accountId: string
  readonly region: string
  readonly name: string
  readonly revision: number
  readonly definition: AlarmDefinition
  readonly status: AlarmStatus
}

interface KeptAlarm extends Omit<Alarm, 'definition' | 'status'> {
  readonly document: string
  readonly state: string
}

export function readAlarm({ document, state, ...key }: KeptAlarm): Alarm {
  return { ...key, definition: JSON.parse(document), status: JSON.parse(state) }
}

export function writeAlarm({ definition, status }: Pick<Alarm, 'definition' | 'status'>): {
  readonly document: string
  readonly state: string
} {
  return { document: JSON.stringify(definition), state: JSON.stringify(status) }
}

export function ruleOf({ datapointsToAlarm, treatMissingData, ...definition }: AlarmDefinition): AlarmRule {
  const { evaluationPeriods, comparisonOperator, threshold } = definition
  return {
    evaluationPeriods,
    datapointsToAlarm: datapointsToAlarm ?? evaluationPeriods,
    comparisonOperator,
    threshold,
    treatMissingData: treatMissingData ?? 'missing',
  }
}

/** `arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME`; for all of them the name is a star. */
export function alarmArn({ region, accountId, name }: Pick<Alarm, 'region' | 'accountId' | 'name'>): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`
}

/** What a new alarm says of itself. */
export function newStatus(now: number): AlarmStatus {
  return {
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    reasonData: null,
    updatedAt: now,
    transitionedAt: now,
  }
}
