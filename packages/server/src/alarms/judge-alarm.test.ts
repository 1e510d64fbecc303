import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AlarmRule,
  alarmStates,
  type ComparisonOperator,
  type Datapoint,
  evaluationRange,
  isBreaching,
  judgeAlarm,
  missingDataModes,
} from './judge-alarm.ts'
import { naiveState } from './testing/naive-alarm.ts'

const minute = 60_000

function rule(changes: Partial<AlarmRule> = {}): AlarmRule {
  return {
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 5,
    treatMissingData: 'missing',
    ...changes,
  }
}

/** `0 - X`: within the threshold, nothing, breaching; the newest on the right. */
function series(pattern: string): (Datapoint | null)[] {
  return [...pattern.replaceAll(' ', '')].map((character, index) =>
    character === '-' ? null : { at: index * minute, value: character === 'X' ? 6 : 5 },
  )
}

/** What the four modes make of a pattern, in the order of AWS's tables; `=` where the state is kept, whatever it is. */
function row(pattern: string, evaluationPeriods: number, datapointsToAlarm: number): string {
  const modes = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
  const outcomes = modes.map((treatMissingData) => {
    const states = alarmStates.map(
      (current) =>
        judgeAlarm(rule({ evaluationPeriods, datapointsToAlarm, treatMissingData }), series(pattern), current)
          .state,
    )
    if (new Set(states).size === 1) return states[0] === 'INSUFFICIENT_DATA' ? '?' : states[0]
    assert.deepEqual(states, [...alarmStates])
    return '='
  })
  return outcomes.join(' ')
}

describe("the tables of CloudWatch's guide", () => {
  const threeOfThree = {
    '0 - X - X': 'OK OK OK OK',
    '0 - - - -': 'OK OK OK OK',
    '- - - - -': '? = ALARM OK',
    '0 X X - X': 'ALARM ALARM ALARM ALARM',
    '- - X - -': 'ALARM = ALARM OK',
    // In the edition of 2018 alone.
    '- - - - X': '? = ALARM OK',
    'X - - - -': 'ALARM = ALARM OK',
  }
  for (const [pattern, wanted] of Object.entries(threeOfThree))
    test(`3 out of 3: ${pattern} is ${wanted}`, () => assert.equal(row(pattern, 3, 3), wanted))

  const twoOfThree = {
    '0 - X - X': 'ALARM ALARM ALARM ALARM',
    '0 0 X 0 X': 'ALARM ALARM ALARM ALARM',
    '0 - X - -': 'OK OK ALARM OK',
    '- - - - 0': 'OK OK ALARM OK',
    '- - - X -': 'ALARM = ALARM OK',
    // In the edition of 2018 alone.
    '- - - - X': '? = ALARM OK',
  }
  for (const [pattern, wanted] of Object.entries(twoOfThree))
    test(`2 out of 3: ${pattern} is ${wanted}`, () => assert.equal(row(pattern, 3, 2), wanted))

  test('what its prose says of early breaches', () => {
    for (const early of ['- - - - X', '- - - X -']) assert.equal(row(early, 3, 3).split(' ')[0], '?')
    for (const better of ['- - - X 0', '- - X - 0']) assert.equal(row(better, 3, 3), 'OK OK OK OK')
  })
})

test('every pattern of every N and M up to 5, in every mode and from every state, is what the naive reading says', () => {
  let judged = 0
  for (let periods = 1; periods <= 5; periods += 1) {
    const patterns = patternsOf(evaluationRange({ evaluationPeriods: periods }))
    assert.equal(patterns.length, 3 ** (periods + 2))
    for (let toAlarm = 1; toAlarm <= periods; toAlarm += 1) {
      for (const treatMissingData of missingDataModes) {
        const alarm = rule({ evaluationPeriods: periods, datapointsToAlarm: toAlarm, treatMissingData })
        for (const pattern of patterns) {
          for (const current of alarmStates) {
            const { state } = judgeAlarm(alarm, series(pattern), current)
            const wanted = naiveState(pattern, periods, toAlarm, treatMissingData, current)
            if (state !== wanted)
              assert.fail(
                `${toAlarm} of ${periods}, ${treatMissingData}, from ${current}: ${pattern} is ${state}, not ${wanted}`,
              )
            judged += 1
          }
        }
      }
    }
  }
  // 4 modes × 3 states × (27 + 2·81 + 3·243 + 4·729 + 5·2187)
  assert.equal(judged, 177_228)
})

test('a judgement rests on what is missing where something else in its place could have changed it', () => {
  for (const treatMissingData of missingDataModes) {
    for (let toAlarm = 1; toAlarm <= 3; toAlarm += 1) {
      const alarm = rule({ datapointsToAlarm: toAlarm, treatMissingData })
      for (const pattern of patternsOf(5)) {
        const { state, restsOnMissing, datapoints } = judgeAlarm(alarm, series(pattern), 'INSUFFICIENT_DATA')
        const came = pattern.replaceAll('-', '').slice(-3)
        const filled = ['0', 'X'].map((fill) =>
          naiveState(came + fill.repeat(3 - came.length), 3, toAlarm, 'missing', 'OK'),
        )
        assert.equal(
          restsOnMissing,
          filled.some((other) => other !== state),
          `${toAlarm} ${treatMissingData} ${pattern}`,
        )
        assert.equal(datapoints.length, came.length)
      }
    }
  }
})

test('a threshold is compared as its operator says', () => {
  const outcomes = (comparisonOperator: ComparisonOperator): string =>
    [4, 5, 6].map((value) => (isBreaching({ comparisonOperator, threshold: 5 }, value) ? 'X' : '0')).join('')
  assert.equal(outcomes('GreaterThanThreshold'), '00X')
  assert.equal(outcomes('GreaterThanOrEqualToThreshold'), '0XX')
  assert.equal(outcomes('LessThanThreshold'), 'X00')
  assert.equal(outcomes('LessThanOrEqualToThreshold'), 'XX0')
})

function patternsOf(length: number): string[] {
  if (length === 0) return ['']
  return patternsOf(length - 1).flatMap((rest) => ['-', '0', 'X'].map((one) => rest + one))
}
