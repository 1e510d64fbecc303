import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Summary } from '../api/group.ts'
import { activityOf, activitySteps, cpuStates, cpuSteps, isWallTime, trendOf } from './activity.ts'

const start = Date.parse('2026-11-25T12:00:00Z')
const hour = 3_600_000

function summary(states: Record<string, readonly number[]>, samples: readonly number[]): Summary {
  const end = (i: number) => new Date(start + (i + 1) * hour).toISOString()
  return {
    startTime: new Date(start).toISOString(),
    endTime: end(samples.length - 1),
    resolution: 'PT1H',
    endTimes: samples.map((_, i) => end(i)),
    samples,
    states,
    fleet: { instances: 1, profiles: samples.length },
    overhead: null,
    cpu: null,
  }
}

const java = summary(
  {
    RUNNABLE: [10, 20],
    NATIVE: [0, 10],
    BLOCKED: [5, 5],
    WAITING: [20, 10],
    TIMED_WAITING: [5, 5],
    IDLE: [60, 40],
  },
  [100, 100],
)

test('threads without work do not count: the rest ran, was blocked or waited', () => {
  assert.deepEqual(activityOf(java), { running: 0.4, blocked: 0.1, waiting: 0.4 })
  assert.deepEqual(activitySteps(java)[0], { running: 0.25, blocked: 0.125, waiting: 0.625 })
})

test('where agents do not tell running from waiting, nothing is made up', () => {
  const python = summary({ WALL_TIME: [100] }, [100])
  assert.equal(activityOf(python), null)
  assert.deepEqual(cpuStates(python), ['WALL_TIME'])
  assert.deepEqual([isWallTime(python), isWallTime(java)], [true, false])
  assert.equal(activityOf(summary({}, [])), null)
  assert.deepEqual(cpuStates(summary({}, [])), [])
})

test('on CPU is what the flame graph counts', () => {
  assert.deepEqual(cpuStates(java), ['RUNNABLE', 'NATIVE', 'BLOCKED'])
  assert.deepEqual(cpuSteps(java), [15, 35])
})

test('the trend compares the last quarter with the one before', () => {
  const steps = [1, 1, 1, 1, 4, 4, 5, 5]
  assert.equal(trendOf(summary({ RUNNABLE: steps }, steps)), 0.25)
  assert.equal(trendOf(summary({ RUNNABLE: [0, 0, 0, 5] }, [0, 0, 0, 5])), null)
  assert.equal(trendOf(summary({}, [])), null)
})
