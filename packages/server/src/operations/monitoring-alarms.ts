import { isTopicArn } from '@wick/wire'
import { type monitoringService, QueryError, type QueryInput, type QueryOutput } from '@wick/wire/query'
import { type Alarm, type AlarmDefinition, alarmArn, readAlarm } from '../alarms/alarm.ts'
import { deleteChange, editChange, putChange, stateChange } from '../alarms/change-alarm.ts'
import { metricStep } from '../alarms/evaluate-alarm.ts'
import { missingDataModes } from '../alarms/judge-alarm.ts'
import type { AlarmChange } from '../storage/alarm-store.ts'
import type { OperationContext } from './context.ts'
import { cursorOf, tokenOf } from './monitoring-token.ts'

/** CloudWatch's operations on alarms: of the caller's account, in the region that is asked. */

type Operations = typeof monitoringService.operations
type Input<K extends keyof Operations> = QueryInput<Operations[K]>
type Output<K extends keyof Operations> = QueryOutput<Operations[K]>

/** AWS's own number, for each account and region. */
const maxAlarms = 5000
const hourSeconds = 3600
const stepSeconds = metricStep / 1000
/** A change that another one came before is worked out anew so often. */
const maxAttempts = 5
/** Alarms read at once. */
const page = 100

export async function putMetricAlarm(
  context: OperationContext,
  input: Input<'PutMetricAlarm'>,
): Promise<null> {
  const definition = definitionOf(input, context.now())
  await change(context, async () => {
    const known = await findAlarm(context, input.AlarmName)
    return [putChange({ ...context.scope, name: input.AlarmName }, known, definition)]
  })
  return null
}

/** Names that there are none of change nothing, as at AWS. */
export async function deleteAlarms(
  context: OperationContext,
  { AlarmNames }: Input<'DeleteAlarms'>,
): Promise<null> {
  await change(context, async () =>
    (await alarmsNamed(context, AlarmNames)).map((alarm) => deleteChange(alarm, context.now())),
  )
  return null
}

/** It lasts until the alarm is judged the next time. */
export async function setAlarmState(context: OperationContext, input: Input<'SetAlarmState'>): Promise<null> {
  const { AlarmName, StateValue: state, StateReason: reason, StateReasonData: reasonData } = input
  if (reasonData !== null && !isJson(reasonData))
    throw new QueryError('InvalidFormat', 'StateReasonData must be JSON.')
  await change(context, async () => {
    const alarm = await findAlarm(context, AlarmName)
    if (alarm === null) throw new QueryError('ResourceNotFound', `There is no alarm named ${AlarmName}.`)
    return [stateChange(alarm, { state, reason, reasonData, at: context.now() })]
  })
  return null
}

export async function switchActions(
  context: OperationContext,
  names: readonly string[],
  actionsEnabled: boolean,
): Promise<null> {
  await change(context, async () => {
    const alarms = await alarmsNamed(context, names)
    return alarms
      .filter(({ definition }) => definition.actionsEnabled !== actionsEnabled)
      .map((alarm) => editChange(alarm, { actionsEnabled }, context.now()))
  })
  return null
}

export async function describeAlarms(
  context: OperationContext,
  input: Input<'DescribeAlarms'>,
): Promise<Output<'DescribeAlarms'>> {
  const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, NextToken } = input
  if (input.ChildrenOfAlarmName !== null || input.ParentsOfAlarmName !== null)
    throw new QueryError('ValidationError', 'There are no composite alarms here.')
  if (AlarmNames !== null && AlarmNamePrefix !== null)
    throw new QueryError('ValidationError', 'Give AlarmNames or AlarmNamePrefix, not both.')
  if (!asksForMetricAlarms(input.AlarmTypes)) return { CompositeAlarms: [], MetricAlarms: [], LogAlarms: [] }
  const names = AlarmNames === null ? null : new Set(AlarmNames)
  const prefix = AlarmNamePrefix ?? ''
  const call = ['DescribeAlarms', ...(AlarmNames ?? []), prefix, StateValue ?? '', ActionPrefix ?? '']
  const limit = input.MaxRecords ?? 50
  let after = NextToken === null ? '' : cursorOf(NextToken, call)
  const found: Alarm[] = []
  for await (const alarm of alarmsAfter(context, after, prefix)) {
    const { definition, status, name } = alarm
    const isMeant =
      (names === null || names.has(name)) &&
      name.startsWith(prefix) &&
      (StateValue === null || status.state === StateValue) &&
      (ActionPrefix === null ||
        Object.values(definition.actions)
          .flat()
          .some((arn) => arn.startsWith(ActionPrefix)))
    if (!isMeant) continue
    if (found.length === limit)
      return { CompositeAlarms: [], LogAlarms: [], ...described(found), NextToken: tokenOf(after, call) }
    found.push(alarm)
    after = name
  }
  return { CompositeAlarms: [], LogAlarms: [], ...described(found) }
}

export async function describeAlarmsForMetric(
  context: OperationContext,
  input: Input<'DescribeAlarmsForMetric'>,
): Promise<Output<'DescribeAlarmsForMetric'>> {
  const wanted = JSON.stringify(sorted(dimensionsOf(input.Dimensions)))
  const found: Alarm[] = []
  for await (const alarm of alarmsAfter(context, '', '')) {
    const { namespace, metricName, dimensions, statistic, period, unit } = alarm.definition
    if (
      namespace === input.Namespace &&
      metricName === input.MetricName &&
      JSON.stringify(sorted(dimensions)) === wanted &&
      (input.Statistic === null || statistic === input.Statistic) &&
      (input.Period === null || period === input.Period) &&
      (input.Unit === null || unit === input.Unit)
    )
      found.push(alarm)
  }
  return described(found)
}

export async function describeAlarmHistory(
  context: OperationContext,
  input: Input<'DescribeAlarmHistory'>,
): Promise<Output<'DescribeAlarmHistory'>> {
  if (!asksForMetricAlarms(input.AlarmTypes)) return { AlarmHistoryItems: [] }
  const { AlarmName: name, HistoryItemType: type, StartDate, EndDate, ScanBy, NextToken } = input
  const call = ['DescribeAlarmHistory', name, type, StartDate, EndDate, ScanBy].map(String)
  const limit = input.MaxRecords ?? 100
  const rows = await context.catalog.alarmHistory({
    ...{ ...context.scope, name, type, isAscending: ScanBy === 'TimestampAscending' },
    ...{ from: StartDate ?? 0, to: EndDate ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 },
    after: NextToken === null ? null : placeOf(cursorOf(NextToken, call)),
  })
  const told = rows.slice(0, limit)
  const last = told.at(-1)
  return {
    AlarmHistoryItems: told.map((row) => ({
      AlarmName: row.name,
      AlarmType: 'MetricAlarm',
      Timestamp: row.at,
      HistoryItemType: row.type as 'StateUpdate',
      HistorySummary: row.summary,
      HistoryData: row.data,
    })),
    ...(rows.length > limit && last !== undefined && { NextToken: tokenOf(`${last.at} ${last.id}`, call) }),
  }
}

function placeOf(cursor: string): { readonly at: number; readonly id: number } {
  const [at = Number.NaN, id = Number.NaN] = cursor.split(' ').map(Number)
  if (!Number.isSafeInteger(at) || !Number.isSafeInteger(id))
    throw new QueryError('InvalidNextToken', 'That is no place.')
  return { at, id }
}

export async function listAlarmTags(
  context: OperationContext,
  arn: string,
): Promise<Output<'ListTagsForResource'>> {
  const { tags } = (await alarmOfArn(context, arn)).definition
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
}

/** @param edit what the tags become */
export async function changeAlarmTags(
  context: OperationContext,
  arn: string,
  edit: (tags: Map<string, string>) => void,
): Promise<Record<never, never>> {
  await change(context, async () => {
    const alarm = await alarmOfArn(context, arn)
    const tags = new Map(Object.entries(alarm.definition.tags))
    edit(tags)
    requireFewTags(tags.size)
    return [editChange(alarm, { tags: Object.fromEntries(tags) }, alarm.definition.configuredAt)]
  })
  return {}
}

async function alarmOfArn(context: OperationContext, arn: string): Promise<Alarm> {
  const prefix = alarmArn({ ...context.scope, name: '' })
  const alarm = arn.startsWith(prefix) ? await findAlarm(context, arn.slice(prefix.length)) : null
  if (alarm === null) throw new QueryError('ResourceNotFoundException', 'There is no alarm with this ARN.')
  return alarm
}

/** Works a change out on what is there, again where something else came first. */
async function change(
  context: OperationContext,
  think: () => Promise<readonly AlarmChange[]>,
): Promise<void> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const changes = await think()
    if (changes.length === 0) return
    const outcome = await context.catalog.changeAlarms(changes, maxAlarms)
    if (outcome === 'changed') return
    if (outcome === 'quota')
      throw new QueryError('LimitExceeded', `An account has at most ${maxAlarms} alarms in a region.`)
  }
  throw new QueryError('Throttling', 'The alarm is being changed by others: try again.')
}

async function findAlarm({ catalog, scope }: OperationContext, name: string): Promise<Alarm | null> {
  const row = await catalog.findAlarm(scope, name)
  return row === null ? null : readAlarm(row)
}

async function alarmsNamed(context: OperationContext, names: readonly string[]): Promise<Alarm[]> {
  const found = await Promise.all([...new Set(names)].map((name) => findAlarm(context, name)))
  return found.filter((alarm) => alarm !== null)
}

/** By name, as far as names can begin with the prefix. */
export async function* alarmsAfter(
  { catalog, scope }: OperationContext,
  from: string,
  prefix: string,
): AsyncGenerator<Alarm> {
  // Just before the first name with the prefix, unless the page begins later.
  let after = from === '' ? prefix.slice(0, -1) : from
  for (;;) {
    const rows = await catalog.listAlarms(scope, after, page)
    for (const row of rows) yield readAlarm(row)
    if (rows.length < page) return
    after = rows.at(-1)!.name
  }
}

function asksForMetricAlarms(types: readonly string[] | null): boolean {
  return types === null || types.length === 0 || types.includes('MetricAlarm')
}

/** As CloudWatch tells them. */
export function described(alarms: readonly Alarm[]): {
  readonly MetricAlarms: NonNullable<Output<'DescribeAlarms'>['MetricAlarms']>
} {
  return {
    MetricAlarms: alarms.map((alarm) => {
      const { definition, status } = alarm
      return {
        AlarmName: alarm.name,
        AlarmArn: alarmArn(alarm),
        AlarmDescription: definition.description,
        AlarmConfigurationUpdatedTimestamp: definition.configuredAt,
        ActionsEnabled: definition.actionsEnabled,
        OKActions: definition.actions.OK,
        AlarmActions: definition.actions.ALARM,
        InsufficientDataActions: definition.actions.INSUFFICIENT_DATA,
        StateValue: status.state,
        StateReason: status.reason,
        StateReasonData: status.reasonData,
        StateUpdatedTimestamp: status.updatedAt,
        MetricName: definition.metricName,
        Namespace: definition.namespace,
        Statistic: definition.statistic,
        Dimensions: Object.entries(definition.dimensions).map(([Name, Value]) => ({ Name, Value })),
        Period: definition.period,
        Unit: definition.unit as 'Count' | null,
        EvaluationPeriods: definition.evaluationPeriods,
        DatapointsToAlarm: definition.datapointsToAlarm,
        Threshold: definition.threshold,
        ComparisonOperator: definition.comparisonOperator,
        TreatMissingData: definition.treatMissingData,
        StateTransitionedTimestamp: status.transitionedAt,
      }
    }),
  }
}

/** What of an alarm needs something that is not here. */
const refusedParts = [
  'ExtendedStatistic',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
  'ThresholdMetricId',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
] as const

/** @throws QueryError ValidationError */
function definitionOf(input: Input<'PutMetricAlarm'>, now: number): AlarmDefinition {
  for (const part of refusedParts)
    if (input[part] !== null)
      throw invalid(`${part} is not supported here: an alarm is on one statistic of one metric.`)
  const namespace = given(input.Namespace, 'Namespace')
  const metricName = given(input.MetricName, 'MetricName')
  const statistic = given(input.Statistic, 'Statistic')
  const period = given(input.Period, 'Period')
  const evaluationPeriods = given(input.EvaluationPeriods, 'EvaluationPeriods')
  const threshold = given(input.Threshold, 'Threshold')
  const operator = given(input.ComparisonOperator, 'ComparisonOperator')
  const { DatapointsToAlarm: datapointsToAlarm, TreatMissingData } = input
  if (period % stepSeconds !== 0)
    throw invalid(
      `Period must be a multiple of ${stepSeconds}: metrics come every ${stepSeconds} seconds here.`,
    )
  const longest = (period >= hourSeconds ? 7 : 1) * 24 * hourSeconds
  if (period * evaluationPeriods > longest)
    throw invalid(
      `Metrics cannot be checked across more than ${period >= hourSeconds ? 'seven days' : 'a day'} (EvaluationPeriods * Period must be <= ${longest}).`,
    )
  if (datapointsToAlarm !== null && datapointsToAlarm > evaluationPeriods)
    throw invalid('DatapointsToAlarm must not be greater than EvaluationPeriods.')
  const treatMissingData = missingDataModes.find((mode) => mode === TreatMissingData) ?? null
  if (treatMissingData === null && TreatMissingData !== null)
    throw invalid(`TreatMissingData must be one of ${missingDataModes.join(', ')}.`)
  switch (operator) {
    case 'LessThanLowerOrGreaterThanUpperThreshold':
    case 'LessThanLowerThreshold':
    case 'GreaterThanUpperThreshold':
      throw invalid(
        `ComparisonOperator ${operator} is for bands of expected values, which are not supported here.`,
      )
  }
  const tags = new Map((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
  requireFewTags(tags.size)
  return {
    ...{ namespace, metricName, statistic, period, evaluationPeriods, datapointsToAlarm, threshold },
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: {
      OK: topics(input.OKActions, 'OKActions'),
      ALARM: topics(input.AlarmActions, 'AlarmActions'),
      INSUFFICIENT_DATA: topics(input.InsufficientDataActions, 'InsufficientDataActions'),
    },
    dimensions: dimensionsOf(input.Dimensions),
    unit: input.Unit,
    comparisonOperator: operator,
    treatMissingData,
    tags: Object.fromEntries(tags),
    configuredAt: now,
  }
}

function topics(arns: readonly string[] | null, field: string): readonly string[] {
  for (const arn of arns ?? [])
    if (!isTopicArn(arn) || !arn.split(':', 3)[2]!.startsWith('sns'))
      throw invalid(`Invalid arn syntax: ${field} must hold ARNs of SNS topics, and ${arn} is none.`)
  return [...new Set(arns ?? [])]
}

/** @throws QueryError where a name is given twice */
export function dimensionsOf(
  dimensions: readonly { readonly Name: string; readonly Value: string }[] | null,
): Record<string, string> {
  const named = new Map((dimensions ?? []).map(({ Name, Value }) => [Name, Value]))
  if (named.size < (dimensions?.length ?? 0)) throw invalid('No two dimensions may have the same name.')
  return Object.fromEntries(named)
}

function sorted(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
}

const maxTags = 50

function requireFewTags(count: number): void {
  if (count > maxTags) throw invalid(`An alarm has at most ${maxTags} tags.`)
}

function given<T>(value: T | null, field: string): T {
  if (value === null) throw invalid(`${field} must be given.`)
  return value
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}
