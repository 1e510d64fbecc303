import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pointsOf } from './points.ts'

test('a change is told in points, with a sign that needs no colour', () => {
  assert.deepEqual([0.032, -0.5, 0.0004, 0, 1].map(pointsOf), [
    '▲ +3.2 points',
    '▼ −50.0 points',
    '≈',
    '≈',
    '▲ +100.0 points',
  ])
})
