import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenStates, hasOnlyWallTime, type StateChoice, sortStates, toggleState } from './thread-states.ts'

const counted = (...names: string[]) => names.map((name) => ({ name, samples: 1 }))
const chosen = (choice: StateChoice, ...names: string[]) => [...chosenStates(choice, counted(...names))]
const jvm = ['RUNNABLE', 'BLOCKED', 'NATIVE', 'WAITING', 'TIMED_WAITING', 'IDLE']

test('CPU is runnable, blocked and native', () => {
  assert.deepEqual(chosen({ kind: 'cpu' }, ...jvm), ['RUNNABLE', 'BLOCKED', 'NATIVE'])
})

test('CPU is wall time only where there are no states', () => {
  assert.deepEqual(chosen({ kind: 'cpu' }, 'WALL_TIME'), ['WALL_TIME'])
  assert.deepEqual(chosen({ kind: 'cpu' }, 'WALL_TIME', 'RUNNABLE'), ['RUNNABLE'])
  assert.deepEqual(chosen({ kind: 'cpu' }, 'WALL_TIME', 'IDLE'), [])
})

test('latency is everything but idle, states of other agents too', () => {
  assert.deepEqual(chosen({ kind: 'latency' }, 'RUNNABLE', 'IDLE', 'WALL_TIME', 'PARKED'), [
    'RUNNABLE',
    'WALL_TIME',
    'PARKED',
  ])
})

test('a custom choice takes what it names and the profile has', () => {
  assert.deepEqual(chosen({ kind: 'custom', states: ['IDLE', 'GONE'] }, ...jvm), ['IDLE'])
})

test('switching a state makes the choice a custom one', () => {
  const cpu = chosenStates({ kind: 'cpu' }, counted(...jvm))
  assert.deepEqual(toggleState(cpu, 'NATIVE'), { kind: 'custom', states: ['BLOCKED', 'RUNNABLE'] })
  assert.deepEqual(toggleState(new Set(), 'IDLE'), { kind: 'custom', states: ['IDLE'] })
})

test('a profile without states is known', () => {
  assert.equal(hasOnlyWallTime(counted('WALL_TIME')), true)
  assert.equal(hasOnlyWallTime(counted('WALL_TIME', 'IDLE')), false)
  assert.equal(hasOnlyWallTime([]), false)
})

test('busy states come first, unknown ones last', () => {
  const names = sortStates(counted('IDLE', 'ZZ', 'RUNNABLE', 'WAITING')).map((state) => state.name)
  assert.deepEqual(names, ['RUNNABLE', 'WAITING', 'IDLE', 'ZZ'])
})
