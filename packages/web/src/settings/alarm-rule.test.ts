import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleInWords } from './alarm-rule.ts'

type Rule = Parameters<typeof ruleInWords>[0]

const ready: Rule = {
  Namespace: 'AWS/CodeGuruProfiler',
  MetricName: 'Recommendations',
  Statistic: 'Maximum',
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 5,
  Period: 3600,
  EvaluationPeriods: 1,
}

const words = (changes: Partial<Rule>): string => ruleInWords({ ...ready, ...changes })

test('a rule says what is measured, over which time, and what is too much', () => {
  assert.equal(
    words({ DatapointsToAlarm: 1 }),
    'Goes off when the maximum of Recommendations (AWS/CodeGuruProfiler) in 1 hour is more than 5.',
  )
  assert.match(words({ Statistic: 'SampleCount' }), /the number of values of Recommendations/)
})

test('of several periods it says how many must be so; all of them unless said otherwise', () => {
  assert.match(words({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }), /5, in 2 of the last 3 such periods\.$/)
  assert.match(words({ EvaluationPeriods: 3 }), /5, in 3 of the last 3 such periods\.$/)
})

test('comparisons, thresholds and periods are words and numbers as people say them', () => {
  assert.match(words({ ComparisonOperator: 'GreaterThanOrEqualToThreshold' }), /is at least 5\.$/)
  assert.match(words({ ComparisonOperator: 'LessThanThreshold', Threshold: -0.25 }), /is less than -0\.25\.$/)
  assert.match(words({ ComparisonOperator: 'LessThanOrEqualToThreshold' }), /is at most 5\.$/)
  for (const [Period, span] of [
    [300, '5 minutes'],
    [5400, '90 minutes'],
    [7200, '2 hours'],
    [86_400, '1 day'],
  ] as const)
    assert.match(words({ Period }), new RegExp(` in ${span} is `))
})

test('names from outside are shown as they are', () => {
  assert.match(words({ MetricName: 'a\u202eb' }), /of a⟨U\+202E⟩b \(/)
})
