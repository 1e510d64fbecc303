import { visibleText } from '@wick/wire/visible-text'
import type { GroupAlarm } from '../api/alarms.ts'
import { plural } from '../format/numbers.ts'

type Rule = Pick<
  GroupAlarm,
  | 'Namespace'
  | 'MetricName'
  | 'Statistic'
  | 'ComparisonOperator'
  | 'Threshold'
  | 'Period'
  | 'EvaluationPeriods'
  | 'DatapointsToAlarm'
>

const statistics: Readonly<Record<Rule['Statistic'], string>> = {
  SampleCount: 'number of values',
  Average: 'average',
  Sum: 'sum',
  Minimum: 'minimum',
  Maximum: 'maximum',
}

const comparisons: Readonly<Record<Rule['ComparisonOperator'], string>> = {
  GreaterThanOrEqualToThreshold: 'at least',
  GreaterThanThreshold: 'more than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'at most',
}

/** `Goes off when the maximum of Recommendations (AWS/CodeGuruProfiler) in 1 hour is more than 5, in 2 of the last 3 such periods.` */
export function ruleInWords(rule: Rule): string {
  const { EvaluationPeriods: periods, DatapointsToAlarm: toAlarm = periods } = rule
  const metric = `${visibleText(rule.MetricName)} (${visibleText(rule.Namespace)})`
  const what = `the ${statistics[rule.Statistic]} of ${metric} in ${spanOf(rule.Period)}`
  const often = periods === 1 ? '' : `, in ${toAlarm} of the last ${periods} such periods`
  return `Goes off when ${what} is ${comparisons[rule.ComparisonOperator]} ${rule.Threshold}${often}.`
}

/** In the largest unit that it is a whole number of: `5 minutes`, `1 hour`, `90 minutes`. */
function spanOf(seconds: number): string {
  const minutes = seconds / 60
  if (minutes % 1440 === 0) return plural(minutes / 1440, 'day')
  if (minutes % 60 === 0) return plural(minutes / 60, 'hour')
  return plural(minutes, 'minute')
}
