import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast, oklch } from './oklch.ts'
import { labelContrast, tones } from './palette.ts'

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
