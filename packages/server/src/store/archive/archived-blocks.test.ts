import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlockLevel, BlockRecord } from '../../storage/manifest.ts'
import { archivedBlocks } from './archived-blocks.ts'

const hour = 3_600_000
const day = 24 * hour
let lastId = 0

/** @param at hours since 1970 */
function block(level: BlockLevel, at: number, profiles: number, through = 0): BlockRecord {
  const id = ++lastId
  const key = `${level}@${at}`
  return { id, groupId: 'g', level, start: at * hour, key, profiles, receivedAt: 0, through }
}

function keys(blocks: readonly BlockRecord[], from = 0, to = 10 * day): string[] {
  return archivedBlocks(blocks, from, to).map(({ key }) => key)
}

test('where all windows of its roll-ups are left, these are the archive', () => {
  const windows = [block('PT5M', 1, 2), block('PT5M', 1.5, 3), block('PT5M', 2, 4)]
  const through = lastId
  const rollUps = [block('PT1H', 1, 5, through), block('PT1H', 2, 4, through), block('P1D', 0, 9, through)]
  assert.deepEqual(keys([...rollUps, ...windows]), ['PT5M@1', 'PT5M@1.5', 'PT5M@2'])
})

test('where one is gone, the roll-up is, with what came after it was made', () => {
  const left = block('PT5M', 1.5, 3)
  const rollUp = block('PT1H', 1, 5, lastId)
  const late = block('PT5M', 1.5, 1)
  assert.deepEqual(keys([left, rollUp, late]), ['PT1H@1', 'PT5M@1.5'])
})

test('a day is made of what is finest in each of its hours', () => {
  const window = block('PT5M', 5, 2)
  const through = lastId
  const hours = [block('PT1H', 1, 5, through), block('PT1H', 5, 2, through)]
  assert.deepEqual(keys([window, ...hours, block('P1D', 0, 7, through)]), ['PT1H@1', 'PT5M@5'])
  // An hour of the day is kept no longer.
  assert.deepEqual(keys([window, hours[1]!, block('P1D', 0, 7, through)]), ['P1D@0'])
  assert.deepEqual(keys([block('P1D', 24, 7, through), block('P1D', 0, 7, through)]), ['P1D@0', 'P1D@24'])
})

test('only what lies wholly in the time is in it', () => {
  const blocks = [block('PT5M', 1, 1), block('PT5M', 2, 1), block('P1D', 0, 9, lastId)]
  assert.deepEqual(keys(blocks, 1.5 * hour, 3 * hour), ['PT5M@2'])
  assert.deepEqual(keys(blocks, 0, 2 * hour), ['PT5M@1'])
  assert.deepEqual(keys(blocks, 3 * hour, 4 * hour), [])
})

test('an hour that has a late window already, and the day has not, is not in it twice', () => {
  const before = lastId
  const other = block('PT1H', 2, 3, before)
  const daily = block('P1D', 0, 6, before)
  // Of the windows of its hour this one is left.
  const late = block('PT5M', 1, 1)
  const again = block('PT1H', 1, 4, late.id)
  assert.deepEqual(keys([other, daily, late, again]), ['PT1H@1', 'PT1H@2'])
  // Where the other hour is kept no longer, the day has it.
  assert.deepEqual(keys([daily, late, again]), ['P1D@0', 'PT5M@1'])
})
