import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePattern } from '@wick/analysis'
import { defaultPrices } from '../cost/default-prices.ts'
import { EnvelopeError, envelope } from '../identity/envelope.ts'
import { dataKeyPurpose } from '../identity/secret-purpose.ts'
import type { Analysis } from './analyse.ts'
import { type Report, reportOf, summaryOf } from './report.ts'
import { ReportSeal } from './report-seal.ts'

const hour = 3_600_000
const time = { period: 'PT1H', start: 0, end: hour } as const

/** An analysis that found patterns with these shares. */
function analysis(shares: Readonly<Record<string, number>>, needed: number | null = null): Analysis {
  return {
    ...{ start: 0, end: hour, samples: 1000, needed },
    recommendations: Object.entries(shares).map(([id, share]) => ({
      pattern: parsePattern({
        ...{ id, name: `name of ${id}`, why: 'Why.', resolutionSteps: 'Do.', targetFrames: [['some:frame']] },
        ...{ countersToAggregate: ['RUNNABLE'], thresholdPercent: 1 },
      }),
      ...{ origin: 'wick', samples: share * 1000, of: 1000, atWork: share * 1000, places: 1 },
      yearlyCost: share * 100,
      matches: [{ path: ['a', 'some:frame'], address: [0, 0], sequence: 0, samples: share * 1000 }],
    })),
  }
}

const report = (shares: Readonly<Record<string, number>>, before: Report | null = null, needed?: number) =>
  reportOf(time, analysis(shares, needed ?? null), defaultPrices, before)
const changes = ({ recommendations }: Report) =>
  Object.fromEntries(recommendations.map(({ pattern, change }) => [pattern.id, change]))

test('what differs from the report before is told', () => {
  const before = report({ 'is-same': 0.1, grown: 0.1, shrunk: 0.1, little: 0.01, gone: 0.2 })
  const after = report({ 'is-same': 0.12, grown: 0.126, shrunk: 0.07, little: 0.018, new: 0.3 }, before)
  assert.deepEqual(changes(after), {
    'is-same': 'same',
    grown: 'grown',
    shrunk: 'shrunk',
    // By four fifths, but of nothing much.
    little: 'same',
    new: 'new',
  })
  assert.deepEqual(after.gone, [{ patternId: 'gone', name: 'name of gone', share: 0.2 }])
  assert.deepEqual(
    after.recommendations.map(({ shareBefore }) => shareBefore),
    [0.1, 0.1, 0.1, 0.01, null],
  )
  assert.deepEqual(summaryOf(after), {
    ...{ recommendations: 5, new: 1, gone: 1, grown: 1, yearlyCost: 30, hasTooLittleData: false },
  })
})

test('the first report is all new, and too few samples make nothing gone', () => {
  const before = report({ x: 0.1 })
  assert.deepEqual(changes(before), { x: 'new' })
  const few = report({}, before, 200)
  assert.deepEqual([few.gone, few.needed, summaryOf(few).hasTooLittleData], [[], 200, true])
  assert.equal(summaryOf(few).yearlyCost, null)
})

test('a report is kept under a key of its group: nobody else reads it, and it is known when it was changed', () => {
  const master = envelope(new Uint8Array(32).fill(1))
  const group = (id: string, ...keys: number[]) => ({
    id,
    sealedDataKey: master.seal(
      dataKeyPurpose(id),
      Uint8Array.from(keys.flatMap((byte) => new Array(32).fill(byte))),
    ),
  })
  const made = report({ x: 0.5 })
  const seal = new ReportSeal(master, group('g', 2))
  const sealed = seal.seal('one', made)
  assert.deepEqual(seal.open('one', sealed), made)
  assert.ok(!Buffer.from(sealed).includes('some:frame'))
  // After a rotation the earlier key still opens.
  assert.deepEqual(new ReportSeal(master, group('g', 3, 2)).open('one', sealed), made)
  assert.throws(() => seal.open('other', sealed), EnvelopeError)
  assert.throws(() => new ReportSeal(master, group('g', 3)).open('one', sealed), EnvelopeError)
  assert.throws(() => new ReportSeal(master, group('h', 2)).open('one', sealed), EnvelopeError)
  sealed[sealed.length - 20]! ^= 1
  assert.throws(() => seal.open('one', sealed), EnvelopeError)
})
