import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaPath, linePath, runsOf } from './line-path.ts'

test('a line breaks where a step is missing or has no value, and nowhere else', () => {
  const times = [0, 5, 10, 20, 25, 30]
  assert.deepEqual(runsOf(times, [1, 1, 1, 1, 1, 1], 7), [
    { first: 0, last: 2 },
    { first: 3, last: 5 },
  ])
  assert.deepEqual(runsOf(times, [null, 1, 1, 1, null, 1], 7), [
    { first: 1, last: 2 },
    { first: 3, last: 3 },
    { first: 5, last: 5 },
  ])
  assert.deepEqual(runsOf([], [], 7), [])
})

test('paths are written with a decimal, areas go down to their floor', () => {
  const points = [
    { x: 0, y: 1.04 },
    { x: 10, y: 2 },
  ]
  assert.equal(linePath(points), 'M0 1L10 2')
  assert.equal(areaPath(points, 50), 'M0 1L10 2L10 50L0 50Z')
  assert.equal(areaPath([], 50), '')
})
