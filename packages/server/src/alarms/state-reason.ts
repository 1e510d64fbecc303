import {
  type AlarmRule,
  type ComparisonOperator,
  type Datapoint,
  isBreaching,
  type Judgement,
  type MissingDataMode,
} from './judge-alarm.ts'

/** Why an alarm is in its state, in the words of CloudWatch, which people and programs know. */

const inWords: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

/** Of more the newest are named. */
const namedDatapoints = 5

export function stateReason(rule: AlarmRule, judgement: Judgement): string {
  const { evaluationPeriods, datapointsToAlarm, comparisonOperator, threshold, treatMissingData } = rule
  const { state, datapoints } = judgement
  const missing = evaluationPeriods - datapoints.length
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${counted(missing, 'datapoint')} ${was(missing)} unknown.`
  if (datapoints.length === 0)
    return `Threshold Crossed: no datapoints were received for ${counted(missing, 'period')} and ${treatedAs(missing, treatMissingData)}.`
  const isAlarm = state === 'ALARM'
  const told = datapoints.filter(({ value }) => isBreaching(rule, value) === isAlarm)
  const needed = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1
  const change = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK'
  const not = isAlarm ? '' : 'not '
  const values = told.slice(-namedDatapoints).map(datapointText).join(', ')
  const isFilled = missing > 0 && (treatMissingData === 'breaching' || treatMissingData === 'notBreaching')
  const filled = isFilled ? ` and ${treatedAs(missing, treatMissingData)}` : ''
  return `Threshold Crossed: ${told.length} out of the last ${evaluationPeriods} datapoints [${values}] ${was(told.length)} ${not}${inWords[comparisonOperator]} the threshold (${decimal(threshold)})${filled} (minimum ${counted(needed, 'datapoint')} for ${change} transition).`
}

function treatedAs(missing: number, mode: MissingDataMode): string {
  const what = mode === 'breaching' ? 'Breaching' : 'NonBreaching'
  return `${counted(missing, 'missing datapoint')} ${was(missing)} treated as [${what}]`
}

function datapointText({ at, value }: Datapoint): string {
  const iso = new Date(at).toISOString()
  return `${decimal(value)} (${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)})`
}

/** Numbers have a decimal point: `5.0`. */
function decimal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function was(count: number): string {
  return count === 1 ? 'was' : 'were'
}
