import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AlarmRule, type AlarmState, judgeAlarm } from './judge-alarm.ts'
import { stateReason } from './state-reason.ts'

const noon = Date.UTC(2026, 10, 26, 12)
const hour = 3_600_000

/** The reason an alarm on `> 5` gives for values of the last hours, the newest last; null where nothing came. */
function reason(
  values: readonly (number | null)[],
  changes: Partial<AlarmRule> = {},
  current: AlarmState = 'OK',
): string {
  const rule: AlarmRule = {
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 5,
    treatMissingData: 'missing',
    ...changes,
  }
  const points = values.map((value, index) =>
    value === null ? null : { at: noon + (index - values.length + 1) * hour, value },
  )
  return stateReason(rule, judgeAlarm(rule, points, current))
}

test('what crossed the threshold is told with its time', () => {
  assert.equal(
    reason([null, null, 7]),
    'Threshold Crossed: 1 out of the last 1 datapoints [7.0 (26/11/26 12:00:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).',
  )
  assert.equal(
    reason([7, 4.25, 8.5], { evaluationPeriods: 3, datapointsToAlarm: 2 }),
    'Threshold Crossed: 2 out of the last 3 datapoints [7.0 (26/11/26 10:00:00), 8.5 (26/11/26 12:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
  )
})

test('what is within it is told the same way', () => {
  assert.equal(
    reason([4]),
    'Threshold Crossed: 1 out of the last 1 datapoints [4.0 (26/11/26 12:00:00)] was not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).',
  )
  assert.match(
    reason([4, 9], { evaluationPeriods: 2, datapointsToAlarm: 2 }),
    /^Threshold Crossed: 1 out of the last 2 datapoints \[4\.0 .*\] was not .* \(minimum 1 datapoint for ALARM -> OK transition\)\.$/,
  )
  assert.match(
    reason([6], { comparisonOperator: 'LessThanOrEqualToThreshold' }),
    /was not less than or equal to the threshold/,
  )
})

test('what is missing is told as what it counts as', () => {
  assert.equal(reason([null, null, null]), 'Insufficient Data: 1 datapoint was unknown.')
  assert.equal(
    reason([null, null, 7], { evaluationPeriods: 3, datapointsToAlarm: 3 }),
    'Insufficient Data: 2 datapoints were unknown.',
  )
  assert.equal(
    reason([null], { treatMissingData: 'breaching' }),
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
  )
  assert.equal(
    reason([null, null], { evaluationPeriods: 2, datapointsToAlarm: 2, treatMissingData: 'notBreaching' }),
    'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].',
  )
  assert.match(
    reason([7, null, null], { evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: 'breaching' }),
    /the threshold \(5\.0\) and 2 missing datapoints were treated as \[Breaching\] \(minimum 3 datapoints for/,
  )
})

test('of many datapoints the newest five are named, so that it fits', () => {
  const many = Array.from({ length: 1440 }, () => -1.234567890123456e-300)
  const text = reason(many, {
    evaluationPeriods: 1440,
    datapointsToAlarm: 1440,
    threshold: -Number.MAX_VALUE,
  })
  assert.match(text, /^Threshold Crossed: 1440 out of the last 1440 datapoints/)
  assert.equal(text.match(/e-300/g)?.length, 5)
  assert.ok(text.length <= 1023, `${text.length} characters`)
})
