import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast, oklch } from './oklch.ts'
import {
  colourCount,
  colourOfChange,
  differenceColour,
  differenceSteps,
  goneColour,
  labelContrast,
  newColour,
  tones,
} from './palette.ts'

for (const theme of ['light', 'dark'] as const) {
  for (const tone of tones) {
    test(`labels on ${tone} boxes can be read in the ${theme} theme`, () => {
      assert.ok(labelContrast(theme, tone) >= 4.5, String(labelContrast(theme, tone)))
    })
  }
}

test('known colours convert', () => {
  assert.deepEqual(oklch(1, 0, 0), { red: 255, green: 255, blue: 255 })
  assert.deepEqual(oklch(0, 0, 0), { red: 0, green: 0, blue: 0 })
  // CSS Color 4: rgb(255 0 0) is oklch(0.628 0.2577 29.23).
  assert.deepEqual(oklch(0.628, 0.2577, 29.23), { red: 255, green: 0, blue: 0 })
})

test('contrast of black and white is 21', () => {
  assert.equal(contrast({ red: 0, green: 0, blue: 0 }, { red: 255, green: 255, blue: 255 }), 21)
})

test('a change has a colour of its size, small ones none, and any number has one', () => {
  const none = differenceColour + differenceSteps
  assert.equal(colourOfChange(0), none)
  assert.equal(colourOfChange(0.01), none)
  assert.equal(colourOfChange(0.9, true), none)
  assert.equal(colourOfChange(Number.NaN), none)
  assert.equal(colourOfChange(0.05), none + 1)
  assert.equal(colourOfChange(-1), none - differenceSteps)
  assert.equal(colourOfChange(Number.POSITIVE_INFINITY), none + differenceSteps)
  assert.ok(newColour > none + differenceSteps && newColour < goneColour)
  assert.ok(goneColour < colourCount && colourCount <= 256)
})
