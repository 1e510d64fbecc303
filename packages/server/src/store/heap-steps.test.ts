import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlockLevel, BlockRecord } from '../storage/manifest.ts'
import { stepsOf } from './heap-steps.ts'

const minute = 60_000
const window = 5 * minute
const hour = 60 * minute
const day = 24 * hour

let id = 0
function block(level: BlockLevel, start: number, profiles: number, through = 0): BlockRecord {
  return { id: ++id, groupId: 'g', level, start, key: `g/${id}`, profiles, receivedAt: 0, through }
}

function shown(blocks: readonly BlockRecord[], from: number, to: number, length: number): string[] {
  return stepsOf(blocks, from, to, length).map(({ start, end }) => `${start / minute}–${end / minute}`)
}

test('where everything is kept, steps are as long as asked', () => {
  const windows = [block('PT5M', 0, 2), block('PT5M', window, 3)]
  const hours = [block('PT1H', 0, 5, windows[1]!.id)]
  const days = [block('P1D', 0, 5, windows[1]!.id)]
  const blocks = [...windows, ...hours, ...days]
  assert.deepEqual(shown(blocks, 0, 15 * minute, window), ['0–5', '5–10', '10–15'])
  assert.deepEqual(shown(blocks, 0, 2 * hour, hour), ['0–60', '60–120'])
  assert.deepEqual(shown(blocks, 0, day, day), ['0–1440'])
  assert.equal(shown(blocks, 0, day, window).length, 288)
  assert.deepEqual(shown([], 0, window, window), ['0–5'])
})

test('where only the hour or the day is left, that is a step', () => {
  const hourAlone = block('PT1H', hour, 7, 99)
  const recent = block('PT5M', 2 * hour, 1)
  assert.deepEqual(shown([hourAlone, recent], 55 * minute, 2 * hour + window, window), [
    '55–60',
    '60–120',
    '120–125',
  ])
  const dayAlone = block('P1D', 0, 9, 99)
  assert.deepEqual(shown([dayAlone], 0, day + hour, hour), ['0–1440', '1440–1500'])
  assert.deepEqual(shown([dayAlone], 0, day, window), ['0–1440'])
})

test('an hour some of whose windows are gone is one step; one that a late profile came to is not', () => {
  const early = block('PT5M', 0, 2)
  const later = block('PT5M', window, 3)
  const rollUp = block('PT1H', 0, 5, later.id)
  const late = block('PT5M', 0, 1)
  assert.deepEqual(shown([later, rollUp], 0, hour, window), ['0–60'])
  assert.deepEqual(shown([later, rollUp, late], 0, hour, window), ['0–60'])
  assert.equal(shown([early, later, rollUp, late], 0, hour, window).length, 12)
})
