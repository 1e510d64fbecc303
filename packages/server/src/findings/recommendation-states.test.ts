import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type HourFound,
  nextStates,
  type RecommendationState,
  readState,
  stateDocument,
} from './recommendation-states.ts'

const hour = 3_600_000

interface Told {
  readonly hour: number
  readonly what: string
}

/**
 * What is told, and what is so at the end, when hours show patterns.
 *
 * @param hours by hour the patterns found: `x y`, `` for none, `?` for too few samples
 * @param madeAt when the report of an hour is made, in hours
 */
function run(hours: ReadonlyMap<number, string>, { madeAt = (n: number) => n + 1.2, muted = '' } = {}) {
  const states = new Map<string, RecommendationState>()
  const told: Told[] = []
  for (const [n, text] of hours) {
    const found = text.split(' ').filter((id) => id !== '' && id !== '?')
    const look: HourFound = {
      start: n * hour,
      end: (n + 1) * hour,
      isEnough: text !== '?',
      found: found.map((patternId) => ({ patternId, name: `name of ${patternId}` })),
    }
    const { changed, forgotten, opened, closed } = nextStates(states, look, madeAt(n) * hour)
    for (const state of changed) states.set(state.patternId, { ...state, isMuted: muted === state.patternId })
    for (const id of forgotten) states.delete(id)
    told.push(...opened.map(({ patternId }) => ({ hour: n, what: `${patternId} OPEN` })))
    told.push(...closed.map(({ patternId }) => ({ hour: n, what: `${patternId} CLOSED` })))
  }
  return { told, states }
}

const steady = (from: number, to: number, text: string): [number, string][] =>
  Array.from({ length: to - from }, (_, i) => [from + i, text])

test('what is found is told once, and once that it is over: a day after it was found last', () => {
  const { told, states } = run(new Map([...steady(0, 10, 'x'), ...steady(10, 50, '')]))
  assert.deepEqual(told, [
    { hour: 0, what: 'x OPEN' },
    { hour: 33, what: 'x CLOSED' },
  ])
  assert.deepEqual([states.get('x')!.since, states.get('x')!.lastSeen], [0, 10 * hour])
})

test('what comes and goes with the time of day is one finding', () => {
  const days = Array.from({ length: 5 }, (_, day) => [
    ...steady(24 * day, 24 * day + 8, ''),
    ...steady(24 * day + 8, 24 * day + 18, 'x'),
    ...steady(24 * day + 18, 24 * day + 24, ''),
  ])
  const { told, states } = run(new Map(days.flat()))
  assert.deepEqual(told, [{ hour: 8, what: 'x OPEN' }])
  assert.equal(states.get('x')!.since, 8 * hour)
})

test('what comes back after it was over is found anew', () => {
  const { told, states } = run(new Map([[0, 'x'], ...steady(1, 30, ''), [30, 'x']]))
  assert.deepEqual(
    told.map(({ what }) => what),
    ['x OPEN', 'x CLOSED', 'x OPEN'],
  )
  assert.equal(states.get('x')!.since, 30 * hour)
})

test('too few samples, or no report at all, are no sign that it is over', () => {
  assert.deepEqual(run(new Map([[0, 'x'], ...steady(1, 100, '?')])).told.length, 1)
  const silence: [number, string][] = [
    [0, 'x'],
    [90, '?'],
    [91, 'x'],
  ]
  assert.deepEqual(run(new Map(silence)).told, [{ hour: 0, what: 'x OPEN' }])
})

test('after a downtime only what is so still is told, by the first report on a new hour', () => {
  // The server comes back at hour 20.5 and makes up for what it missed.
  const madeAt = (n: number) => Math.max(n + 1.2, 20.5)
  const hours = new Map([...steady(0, 5, 'gone x'), ...steady(5, 22, 'x y')])
  const { told, states } = run(hours, { madeAt })
  assert.deepEqual(told, [
    { hour: 17, what: 'x OPEN' },
    { hour: 17, what: 'y OPEN' },
  ])
  assert.equal(states.get('x')!.since, 0)
  assert.equal(states.get('y')!.since, 5 * hour)
})

test('what was never told to be open is not told to be over', () => {
  const madeAt = (n: number) => Math.max(n + 1.2, 20.5)
  const hours = new Map([...steady(0, 5, 'gone'), ...steady(5, 60, '')])
  assert.deepEqual(run(hours, { madeAt }).told, [])
})

test('of what is muted nothing is told', () => {
  const first = run(new Map([[0, 'x']]))
  assert.equal(first.told.length, 1)
  const hours = new Map([[0, 'x y'], ...steady(1, 60, 'y')])
  assert.deepEqual(
    run(hours, { muted: 'x' }).told.map(({ what }) => what),
    ['x OPEN', 'y OPEN'],
  )
})

test('a week after it was over it is forgotten, unless it is muted', () => {
  const hours = new Map([[0, 'x'], ...steady(1, 200, '')])
  assert.equal(run(hours).states.size, 0)
  assert.equal(run(hours, { muted: 'x' }).states.size, 1)
})

test('a state is read as it was written', () => {
  const [state] = run(new Map([[3, '__proto__']])).states.values()
  const row = { patternId: '__proto__', document: stateDocument(state!), isMuted: true }
  assert.deepEqual(readState(row), { ...state, isMuted: true })
})
