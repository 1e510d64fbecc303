import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from './evaluation/random.ts'
import { FrameHistory } from './frame-history.ts'
import { judgeDrift } from './judge-drift.ts'
import { judgeFrame } from './judge-frame.ts'

const day = 24
const samples = 200_000

/** A frame of 2 % ± 2 % of itself, and more by day; `added` by hour comes on top. */
function historyWith(hours: number, added: (hour: number) => number, seed = 1): FrameHistory {
  const random = new Random(seed)
  const history = new FrameHistory()
  for (let hour = 0; hour < hours; hour++) {
    const usual = 0.02 * (1 + 0.3 * Math.cos((2 * Math.PI * hour) / day)) * (1 + 0.02 * random.normal())
    const share = usual + added(hour)
    history.append({ hour, samples, names: ['f'], counts: [Math.round(share * samples)] })
  }
  return history
}

const now = 20 * day
const from = (start: number, change: number) => (hour: number) => (hour >= start ? change : 0)

test('a step is told two whole hours after it began, with its size and beginning', () => {
  const judgement = judgeFrame(historyWith(now + 2, from(now, 0.01)), 0)!
  assert.equal(judgement.kind, 'level')
  assert.equal(judgement.since, now)
  assert.ok(Math.abs(judgement.change - 0.01) < 0.001)
  assert.ok(Math.abs(judgement.expected + judgement.change - 0.036) < 0.002)
  assert.equal(judgeFrame(historyWith(now + 1, from(now, 0.01)), 0), null)
})

test('the hour in which it began counts from when part of it shows', () => {
  const partly = (hour: number) => (hour === now - 1 ? 0.005 : from(now, 0.01)(hour))
  assert.equal(judgeFrame(historyWith(now + 2, partly), 0)!.since, now - 1)
})

test('an hour that is over again is a spike', () => {
  const once = (hour: number) => (hour === now ? 0.01 : 0)
  assert.equal(judgeFrame(historyWith(now + 2, once), 0)!.kind, 'spike')
  assert.equal(judgeFrame(historyWith(now + 3, once), 0), null)
})

test('where nightly jobs begin, a step that thins out with everything else is no spike', () => {
  const history = new FrameHistory()
  /** Halves what everything else is of the whole at one o'clock each night. */
  const left = (hour: number) => (hour % day === 1 ? 0.5 : 1)
  for (let hour = 0; hour < now + 2; hour++) {
    const others = [0.02, 0.03, 0.04].map((share) => share * left(hour))
    const changed = others[0]! + (hour >= now ? 0.01 * left(hour) : 0)
    const shares = [changed, ...others]
    history.append({
      hour,
      samples,
      names: ['changed', 'a', 'b', 'c'],
      counts: shares.map((share) => Math.round(share * samples)),
    })
  }
  assert.equal(judgeFrame(history, history.rowOf('changed')!)?.kind, 'level')
  assert.equal(judgeFrame(history, history.rowOf('a')!), null)
})

test('noise, and the rhythm of the day, are nothing', () => {
  for (let seed = 1; seed <= 40; seed++) {
    assert.equal(
      judgeFrame(
        historyWith(now + seed, () => 0, seed),
        0,
      ),
      null,
      `seed ${seed}`,
    )
  }
})

test('what is smaller than the least effect is not told, however sure', () => {
  const steady = new FrameHistory()
  for (let hour = 0; hour < now; hour++) {
    const counts = [hour >= now - 2 ? 2_180_000 : 2_000_000]
    steady.append({ hour, samples: 1_000_000_000, names: ['f'], counts })
  }
  assert.equal(judgeFrame(steady, 0), null)
  assert.equal(judgeFrame(steady, 0, { effect: 0.0001, deviations: 6 })?.kind, 'level')
})

test('of two days nothing is said', () => {
  assert.equal(judgeFrame(historyWith(2 * day, from(2 * day - 2, 0.1)), 0), null)
})

test('a frame that did not exist before is told of', () => {
  const history = new FrameHistory()
  for (let hour = 0; hour < now; hour++) {
    const fresh = hour >= now - 2 ? 2_000 : 0
    history.append({ hour, samples, names: ['old', 'fresh'], counts: [20_000, fresh] })
  }
  assert.equal(judgeFrame(history, history.rowOf('fresh')!)?.kind, 'level')
  assert.equal(judgeFrame(history, history.rowOf('old')!), null)
})

test('a week of creeping up is a drift; a step in that week is not', () => {
  const start = 24 * day
  const creeping = (hour: number) => Math.max(0, Math.min(1, (hour - start) / (5 * day))) * 0.01
  const judgement = judgeDrift(historyWith(start + 5 * day, creeping), 0)!
  assert.equal(judgement.kind, 'drift')
  assert.ok(judgement.change > 0.007)
  assert.equal(judgeDrift(historyWith(start + 5 * day, from(start + day, 0.01)), 0), null)
  assert.equal(
    judgeDrift(
      historyWith(start + 5 * day, () => 0),
      0,
    ),
    null,
  )
})

test('creeping up after days that were lower than a week before is no drift', () => {
  const start = 24 * day
  const creeping = (hour: number) => Math.max(0, Math.min(1, (hour - start) / (5 * day))) * 0.01
  const lower = (hour: number) => (hour >= start - 2 * day && hour < start ? -0.004 : 0)
  const end = start + 4 * day
  assert.equal(judgeDrift(historyWith(end, creeping), 0)!.kind, 'drift')
  assert.equal(
    judgeDrift(
      historyWith(end, (hour) => creeping(hour) + lower(hour)),
      0,
    ),
    null,
  )
})

test('what only bursts of the last day brought up is no drift', () => {
  const start = 24 * day
  const end = start + 4 * day
  const creeping = (hour: number) => Math.max(0, Math.min(1, (hour - start) / (5 * day))) * 0.01
  /** The same for each day's mean, in six hours of it that are over. */
  const bursts = (hour: number) => (hour % day < 6 ? 4 * creeping(hour - (hour % day) + 11) : 0)
  assert.equal(judgeDrift(historyWith(end, creeping), 0)!.kind, 'drift')
  assert.equal(judgeDrift(historyWith(end, bursts), 0), null)
})
