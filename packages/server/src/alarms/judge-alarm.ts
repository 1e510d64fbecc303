/** What an alarm says of the last datapoints of its metric: the rules of CloudWatch, and nothing but them. */

export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const
export type AlarmState = (typeof alarmStates)[number]

export type ComparisonOperator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold'

export const missingDataModes = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
export type MissingDataMode = (typeof missingDataModes)[number]

/** When an alarm is one. */
export interface AlarmRule {
  /** How many datapoints are judged (N). */
  readonly evaluationPeriods: number
  /** How many of them must breach (M). */
  readonly datapointsToAlarm: number
  readonly comparisonOperator: ComparisonOperator
  readonly threshold: number
  readonly treatMissingData: MissingDataMode
}

/** What a metric came to in one period. */
export interface Datapoint {
  /** Start of the period, epoch milliseconds. */
  readonly at: number
  readonly value: number
}

export interface Judgement {
  readonly state: AlarmState
  /** Whether it would be another without the periods that have no datapoint. */
  readonly restsOnMissing: boolean
  /** What was judged, oldest first. */
  readonly datapoints: readonly Datapoint[]
}

/** Beyond the periods that are judged so many more are looked at, for what is missing among them. */
const furtherPeriods = 2

/** How many periods back an alarm looks. */
export function evaluationRange({ evaluationPeriods }: Pick<AlarmRule, 'evaluationPeriods'>): number {
  return evaluationPeriods + furtherPeriods
}

export function isBreaching(
  { comparisonOperator, threshold }: Pick<AlarmRule, 'comparisonOperator' | 'threshold'>,
  value: number,
): boolean {
  switch (comparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold
    case 'GreaterThanThreshold':
      return value > threshold
    case 'LessThanThreshold':
      return value < threshold
    case 'LessThanOrEqualToThreshold':
      return value <= threshold
  }
}

/**
 * The newest N datapoints that there are decide. Where there are fewer, what is missing counts as the alarm says: as
 * breaching, as not breaching, or as nothing.
 *
 * @param points of the evaluation range, one for each period, oldest first; null where nothing came
 * @param current the state the alarm is in
 */
export function judgeAlarm(
  rule: AlarmRule,
  points: readonly (Datapoint | null)[],
  current: AlarmState,
): Judgement {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule
  const real = points.filter((point) => point !== null)
  const datapoints = real.slice(-evaluationPeriods)
  const breaching = datapoints.filter(({ value }) => isBreaching(rule, value)).length
  const missing = evaluationPeriods - datapoints.length
  const judged = (state: AlarmState, restsOnMissing: boolean): Judgement => ({
    state,
    restsOnMissing,
    datapoints,
  })

  if (breaching >= datapointsToAlarm) return judged('ALARM', false)
  if (missing === 0) return judged('OK', false)
  const isOutOfReach = breaching + missing < datapointsToAlarm
  switch (treatMissingData) {
    case 'breaching':
      return judged(isOutOfReach ? 'OK' : 'ALARM', !isOutOfReach)
    case 'notBreaching':
      return judged('OK', !isOutOfReach)
    case 'missing':
    case 'ignore': {
      // Something is within the threshold, and nothing that is missing counts against it.
      if (breaching < datapoints.length) return judged('OK', !isOutOfReach)
      if (treatMissingData === 'ignore') return judged(current, true)
      return judged(isOldBreach(points, datapointsToAlarm) ? 'ALARM' : 'INSUFFICIENT_DATA', true)
    }
  }
}

/**
 * Everything that came breaches, and the first of it is M periods old: had anything better come since, it would be known. A
 * younger one may be the first of few.
 */
function isOldBreach(points: readonly (Datapoint | null)[], datapointsToAlarm: number): boolean {
  const first = points.findIndex((point) => point !== null)
  return first >= 0 && points.length - first >= datapointsToAlarm
}
